internal import CRdkafka
package import Domain
package import Operations
internal import Synchronization

extension KafkaCluster: RecordReading {
    /// Reads on a lane and a handle of its own, `read_uncommitted` as mirrors do by default. Joins no group and
    /// commits nothing.
    ///
    /// Where the log's start has passed the beginning of a stretch, the sample begins at the log's start.
    package func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError> {
        let elapsed = startStopwatch()
        let reader: KafkaHandle
        do throws(KafkaError) {
            reader = try recordHandle()
        } catch {
            throw report.portError(error)
        }
        let reports = KafkaFailureReport(faults: reader.faults, configuration: configuration)
        var failures: [PortError] = []
        var value: [TopicPartition: OriginSample] = [:]
        var wanted = stretches.sorted { $0.key < $1.key }.map { OriginScan.Progress($0.key, $0.value) }
        for isRetry in [false, true] where !wanted.isEmpty {
            let ends: [OriginScan.Progress]
            do throws(KafkaError) {
                ends = try await scan(wanted, rule: rule, on: reader) { deadline - elapsed() }
            } catch {
                throw reports.portError(error, subject: "\(wanted.map(\.partition).summed("partition"))")
            }
            wanted = []
            var overtaken: [OriginScan.Progress] = []
            var failed: [KafkaError: [TopicPartition]] = [:]
            for end in ends {
                switch end.end {
                case .outOfRange where !isRetry: overtaken.append(end)
                case .outOfRange:
                    failed[Self.outOfRange, default: []].append(end.partition)
                case .failed(let error):
                    failed[error, default: []].append(end.partition)
                    value[end.partition] = end.sample
                case .finished, .logIsShorter, nil:
                    value[end.partition] = end.sample
                }
            }
            failures += failed.map { error, partitions in
                reports.portError(
                    error, subject: partitions.summed("partition"),
                    access: partitions.first.map { .readTopic($0.topic) })
            }
            if !overtaken.isEmpty { wanted = await restarted(overtaken, failures: &failures) }
        }
        if value.isEmpty, let fault = silence(of: stretches.filter { !$0.value.isEmpty }, reports), failures.isEmpty {
            throw fault
        }
        if value.isEmpty, let first = failures.first { throw first }
        return Partial(value, failures: failures.sorted { $0.detail < $1.detail })
    }
}

extension KafkaCluster {
    private static var outOfRange: KafkaError {
        KafkaError(
            RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, operation: "Fetch",
            reason: "the wanted offsets are not in the log (deleted, or past its end)")
    }

    /// Nothing was read in the whole time: unreachable when connections fail, else just late.
    private func silence(
        of stretches: [TopicPartition: Range<Int64>], _ reports: KafkaFailureReport
    ) -> PortError? {
        guard !stretches.isEmpty, reports.faults.faultOfCluster() != nil else { return nil }
        return reports.portError(
            KafkaError(RD_KAFKA_RESP_ERR__TRANSPORT, operation: "Fetch"),
            subject: stretches.keys.sorted().summed("partition"))
    }

    private func recordHandle() throws(KafkaError) -> KafkaHandle {
        let result: Result<KafkaHandle, KafkaError> = recordReader.withLock { state in
            switch state {
            case .open(let handle): return .success(handle)
            case .closed: return .failure(.closed("Fetch"))
            case .notOpened:
                do throws(KafkaError) {
                    let handle = try KafkaHandle(
                        .reading, configuration: configuration, settings: Self.recordSettings,
                        events: HandleEvents(log: log))
                    state = .open(handle)
                    return .success(handle)
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    /// `group.id` because assigning needs one; the group is neither joined nor committed to.
    private static let recordSettings = [
        "group.id": "bascule-reads-records",
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "enable.partition.eof": "true",
        "auto.offset.reset": "error",
        "isolation.level": "read_uncommitted",
        "check.crcs": "false",
        "fetch.wait.max.ms": "10",
        "fetch.error.backoff.ms": "50",
        "queued.max.messages.kbytes": "\(OriginScan.queuedKilobytes)",
    ]

    private func scan(
        _ stretches: [OriginScan.Progress], rule: ProvenanceRule, on reader: KafkaHandle,
        remaining: @escaping @Sendable () -> Duration
    ) async throws(KafkaError) -> [OriginScan.Progress] {
        let isCancelled = CancellationMark()
        let result: Result<[OriginScan.Progress], KafkaError> = await withTaskCancellationHandler {
            do throws(KafkaError) {
                return .success(
                    try await recordLane.attempt("Fetch") { () throws(KafkaError) in
                        try reader.borrow("Fetch") { (pointer) throws(KafkaError) in
                            guard let queue = rd_kafka_queue_get_consumer(pointer) else {
                                throw .closed("Fetch")
                            }
                            defer { rd_kafka_queue_destroy(queue) }
                            var scan = OriginScan(
                                stretches, rule: rule, handle: pointer, queue: queue, remaining: remaining,
                                isCancelled: { isCancelled.isSet })
                            return try scan.run()
                        }
                    })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            isCancelled.set()
        }
        return try result.get()
    }

    /// The overtaken stretches, from the log's start on.
    private func restarted(
        _ overtaken: [OriginScan.Progress], failures: inout [PortError]
    ) async -> [OriginScan.Progress] {
        var topics: [String: [TopicPartition]] = [:]
        for progress in overtaken { topics[progress.partition.topic, default: []].append(progress.partition) }
        let bounds: [TopicPartition: OffsetRange]
        do throws(PortError) {
            let metadata = try await metadata()
            let wanted = metadata.topics.compactMap { topic -> Topic? in
                guard let partitions = topics[topic.name] else { return nil }
                let numbers = Set(partitions.map(\.partition))
                return Topic(name: topic.name, partitions: topic.partitions.filter { numbers.contains($0.number) })
            }
            let read = try await ranges(of: wanted)
            failures += read.failures
            bounds = read.value
        } catch {
            failures.append(error)
            return []
        }
        return overtaken.compactMap { progress in
            guard let range = bounds[progress.partition] else { return nil }
            let start = range.logStart.rawValue
            guard start > progress.next, start <= progress.to else {
                failures.append(
                    PortError(
                        .malformed, operation: "Fetch",
                        detail: "\(progress.partition): offsets \(progress.from) to \(progress.to) are wanted, the log "
                            + "holds \(start) to \(range.logEnd.rawValue)"))
                return nil
            }
            return OriginScan.Progress(progress.partition, start..<progress.to)
        }
    }
}

/// Set once, when the caller has gone.
final class CancellationMark: Sendable {
    private let mark = Mutex(false)

    var isSet: Bool { mark.withLock { $0 } }

    func set() { mark.withLock { $0 = true } }
}
