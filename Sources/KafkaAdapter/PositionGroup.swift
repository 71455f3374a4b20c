internal import CRdkafka
package import Domain
package import Operations

/// The positions of a mirror: commits with metadata of a group that has no members. mirroring.md, M1 and M2.
///
/// One call at a time, in the order in which they were made, so that no commit overtakes the reading of another.
package final class PositionGroup: Sendable {
    package let group: String
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle
    private let lane = BlockingLane(label: "positions")

    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, group: String, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.group = group
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": group, "enable.auto.commit": "false", "enable.auto.offset.store": "false",
                    "auto.offset.reset": "error", "max.poll.interval.ms": "86400000",
                    "socket.nagle.disable": "true",
                ], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// What is committed; partitions without a commit are missing.
    ///
    /// - Throws: when any partition could not be read: a missing commit and an unread one are not the same.
    package func committed(
        _ partitions: [TopicPartition]
    ) async throws(PortError) -> [TopicPartition: CommittedCut] {
        let timeout = configuration.requestTimeout * 3
        do throws(KafkaError) {
            return try await lane.attempt("OffsetFetch") { [handle] () throws(KafkaError) in
                try handle.borrow("OffsetFetch") { (pointer) throws(KafkaError) in
                    let list = TopicPartitionList(partitions) { _ in Int64(RD_KAFKA_OFFSET_INVALID) }
                    let code = rd_kafka_committed(pointer, list.pointer, timeout.librdkafkaMilliseconds)
                    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "OffsetFetch") }
                    var found: [TopicPartition: CommittedCut] = [:]
                    for index in 0..<Int(list.pointer.pointee.cnt) {
                        let element = list.pointer.pointee.elems[index]
                        guard element.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                            throw KafkaError(element.err, operation: "OffsetFetch")
                        }
                        guard element.offset >= 0, let topic = element.topic else { continue }
                        let metadata = element.metadata.map {
                            String(
                                decoding: UnsafeRawBufferPointer(start: $0, count: element.metadata_size), as: UTF8.self
                            )
                        }
                        found[TopicPartition(String(cString: topic), element.partition)] = CommittedCut(
                            offset: element.offset, metadata: metadata ?? "")
                    }
                    return found
                }
            }
        } catch {
            throw report(error)
        }
    }

    /// Commits after the calls before it, and tells on this group's lane what became of it: the partitions that
    /// were refused, or why nothing was committed. Waits for a coordinator that is away.
    package func commit(
        _ positions: [TopicPartition: CommittedCut],
        then done: @escaping @Sendable (Result<[TopicPartition: PortError], PortError>) -> Void
    ) {
        lane.start { [self] in
            do throws(KafkaError) {
                let refused = try handle.borrow("OffsetCommit") { (pointer) throws(KafkaError) in
                    try Self.commit(positions, on: pointer)
                }
                done(.success(refused.mapValues { report($0) }))
            } catch {
                done(.failure(report(error)))
            }
        }
    }

    private static func commit(
        _ positions: [TopicPartition: CommittedCut], on handle: OpaquePointer
    ) throws(KafkaError) -> [TopicPartition: KafkaError] {
        let sorted = positions.keys.sorted()
        let list = TopicPartitionList(sorted) { positions[$0]?.offset ?? Int64(RD_KAFKA_OFFSET_INVALID) }
        for (index, partition) in sorted.enumerated() {
            list.setMetadata(positions[partition]?.metadata ?? "", at: index)
        }
        let code = rd_kafka_commit(handle, list.pointer, 0)
        var refused: [TopicPartition: KafkaError] = [:]
        list.forEach { partition, _, code in
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            refused[partition] = KafkaError(code, operation: "OffsetCommit")
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR || !refused.isEmpty else {
            throw KafkaError(code, operation: "OffsetCommit")
        }
        return refused
    }

    /// Waits for calls under way and ends all threads.
    package func close() async { await handle.close() }

    private func report(_ error: KafkaError) -> PortError {
        KafkaFailureReport(faults: handle.faults, configuration: configuration)
            .portError(error, subject: "group \(group)", access: .readGroup(group))
    }
}
