internal import CRdkafka
package import Domain
package import Operations

extension KafkaCluster: OffsetReading {
    /// ListOffsets of 500 partitions each, for each leader and bound, the leaders side by side. The start is read before the end, so that
    /// retention at work cannot turn a range around.
    ///
    /// Partitions whose leader has moved are asked again once, after new metadata. Throws only when nothing at
    /// all could be read.
    package func ranges(
        of topics: [Topic]
    ) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        var wanted: [Int32: [TopicPartition]] = [:]
        for topic in topics {
            for partition in topic.partitions {
                guard let leader = partition.leader else { continue }
                wanted[leader, default: []].append(TopicPartition(topic.name, partition.number))
            }
        }
        var value: [TopicPartition: OffsetRange] = [:]
        var failures: [PortError] = []
        var moved: [TopicPartition] = []
        for answer in await boundsByLeader(wanted, isolating: false) {
            value.merge(answer.ranges) { _, newer in newer }
            if let silence = answer.silence { failures.append(failure(silence, of: answer)) }
            moved += answer.refused.values.joined()
        }
        if !moved.isEmpty {
            for answer in await boundsAfterNewMetadata(of: moved, failures: &failures) {
                value.merge(answer.ranges) { _, newer in newer }
                if let silence = answer.silence { failures.append(failure(silence, of: answer)) }
                for (error, partitions) in answer.refused {
                    failures.append(failure(error, partitions: partitions, leader: answer.leader))
                }
            }
        }
        failures.sort { $0.detail < $1.detail }
        if value.isEmpty, let first = failures.first { throw first }
        return Partial(value, failures: failures)
    }
}

/// What one leader said about the bounds of its partitions.
struct LeaderBounds: Sendable {
    let leader: Int32
    var ranges: [TopicPartition: OffsetRange] = [:]
    /// Partitions that it answered with an error.
    var refused: [KafkaError: [TopicPartition]] = [:]
    /// It did not answer, and about which partitions.
    var silence: KafkaError?
    var unread: [TopicPartition] = []
}

extension KafkaCluster {
    private func boundsByLeader(
        _ wanted: [Int32: [TopicPartition]], isolating: Bool
    ) async -> [LeaderBounds] {
        await withTaskGroup(of: LeaderBounds.self) { group in
            for (leader, partitions) in wanted {
                group.addTask { await self.bounds(of: partitions, leader: leader, isolating: isolating) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func boundsAfterNewMetadata(
        of moved: [TopicPartition], failures: inout [PortError]
    ) async -> [LeaderBounds] {
        let metadata: ClusterMetadata
        do throws(KafkaError) {
            metadata = try await allMetadata()
        } catch {
            failures.append(
                report.portError(error, subject: "the leaders of \(moved.sorted().summed("partition")) have moved"))
            return []
        }
        var leaders: [TopicPartition: Int32?] = [:]
        for topic in metadata.topics {
            for partition in topic.partitions {
                leaders[TopicPartition(topic.name, partition.number)] = .some(partition.leader)
            }
        }
        var wanted: [Int32: [TopicPartition]] = [:]
        var gone: [TopicPartition] = []
        var leaderless: [TopicPartition] = []
        for partition in moved {
            switch leaders[partition] {
            case .some(.some(let leader)): wanted[leader, default: []].append(partition)
            case .some(.none): leaderless.append(partition)
            case .none: gone.append(partition)
            }
        }
        if !gone.isEmpty {
            failures.append(
                PortError(
                    .notFound, operation: "ListOffsets",
                    detail: "\(gone.sorted().summed("partition")): deleted, or no longer visible to this client"))
        }
        if !leaderless.isEmpty {
            failures.append(
                PortError(
                    .conflict, operation: "ListOffsets",
                    detail: "\(leaderless.sorted().summed("partition")): no leader at present"))
        }
        return await boundsByLeader(wanted, isolating: true)
    }

    private func bounds(of partitions: [TopicPartition], leader: Int32, isolating: Bool) async -> LeaderBounds {
        let read = ListOffsetsRound(timeout: patience(withBroker: leader), elapsed: startStopwatch())
        do throws(KafkaError) {
            let answer = try await lane(ofLeader: leader).attempt("ListOffsets") { [handle] () throws(KafkaError) in
                try handle.borrow("ListOffsets") { pointer in
                    read.bounds(of: partitions, leader: leader, isolating: isolating, handle: pointer)
                }
            }
            if !answer.ranges.isEmpty || !answer.refused.isEmpty { handle.faults.brokerAnswered(leader) }
            return answer
        } catch {
            return LeaderBounds(leader: leader, silence: error, unread: partitions)
        }
    }

    private func failure(_ silence: KafkaError, of answer: LeaderBounds) -> PortError {
        failure(silence, partitions: answer.unread, leader: answer.leader)
    }

    private func failure(_ error: KafkaError, partitions: [TopicPartition], leader: Int32) -> PortError {
        let sorted = partitions.sorted()
        return report.portError(
            error, subject: "\(sorted.summed("partition")) of \(name(ofBroker: leader))", broker: leader,
            access: sorted.first.map { .describeTopic($0.topic) })
    }
}

extension TopicPartition: CustomStringConvertible {
    /// As Kafka's tools print it.
    package var description: String { "\(topic)-\(partition)" }
}

/// The ListOffsets requests to one leader, on its lane.
struct ListOffsetsRound: Sendable {
    let timeout: Duration
    let elapsed: KafkaCluster.Stopwatch

    /// Kafka's timestamps that ask for the log start and for the log end.
    static let earliest: Int64 = -2
    static let latest: Int64 = -1

    /// librdkafka looks every partition of an answer up by walking its list: 5,000 in one request are 12 million
    /// comparisons of names, twice a refresh, where tenths of it are a tenth of that for a round trip each.
    private static let partitionsInRequest = 500

    /// - Parameter isolating: halves a request that fails with a broker's error until the partitions at fault
    ///   stand alone, because librdkafka gives the answers of none when one has an error.
    func bounds(
        of partitions: [TopicPartition], leader: Int32, isolating: Bool, handle: OpaquePointer
    ) -> LeaderBounds {
        var answer = LeaderBounds(leader: leader)
        let starts = offsets(
            of: partitions, at: Self.earliest, isolating: isolating, handle: handle, into: &answer)
        guard answer.silence == nil else {
            answer.unread = partitions
            return answer
        }
        let asked = partitions.filter { starts[$0] != nil }
        let ends = offsets(of: asked, at: Self.latest, isolating: isolating, handle: handle, into: &answer)
        if answer.silence != nil { answer.unread = asked.filter { ends[$0] == nil } }
        for (partition, end) in ends {
            guard let start = starts[partition] else { continue }
            answer.ranges[partition] = OffsetRange(logStart: Offset(start), logEnd: Offset(end))
        }
        return answer
    }

    private func offsets(
        of partitions: [TopicPartition], at timestamp: Int64, isolating: Bool, handle: OpaquePointer,
        into answer: inout LeaderBounds
    ) -> [TopicPartition: Int64] {
        var found: [TopicPartition: Int64] = [:]
        found.reserveCapacity(partitions.count)
        var rest = partitions[...]
        while !rest.isEmpty {
            let asked = Array(rest.prefix(Self.partitionsInRequest))
            rest = rest.dropFirst(asked.count)
            found.merge(
                offsetsOfOneRequest(asked, at: timestamp, isolating: isolating, handle: handle, into: &answer)
            ) { first, _ in first }
        }
        return found
    }

    private func offsetsOfOneRequest(
        _ partitions: [TopicPartition], at timestamp: Int64, isolating: Bool, handle: OpaquePointer,
        into answer: inout LeaderBounds
    ) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty, answer.silence == nil else { return [:] }
        let remaining = timeout - elapsed()
        guard remaining > .zero else {
            answer.silence = KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "ListOffsets")
            return [:]
        }
        let list = TopicPartitionList(partitions) { _ in timestamp }
        let code = rd_kafka_offsets_for_times(handle, list.pointer, remaining.librdkafkaMilliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let error = KafkaError(code, operation: "ListOffsets")
            guard error.isBrokersAnswer || error.asksForMetadata else {
                answer.silence = error
                return [:]
            }
            guard isolating, partitions.count > 1 else {
                answer.refused[error, default: []] += partitions
                return [:]
            }
            let middle = partitions.count / 2
            var found = offsetsOfOneRequest(
                Array(partitions[..<middle]), at: timestamp, isolating: true, handle: handle, into: &answer)
            found.merge(
                offsetsOfOneRequest(
                    Array(partitions[middle...]), at: timestamp, isolating: true, handle: handle, into: &answer)
            ) { first, _ in first }
            return found
        }
        var found: [TopicPartition: Int64] = [:]
        var strange: [TopicPartition] = []
        list.forEach { partition, offset, code in
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                answer.refused[KafkaError(code, operation: "ListOffsets"), default: []].append(partition)
            } else if offset < 0 {
                strange.append(partition)
            } else {
                found[partition] = offset
            }
        }
        if !strange.isEmpty {
            let error = KafkaError(
                RD_KAFKA_RESP_ERR__BAD_MSG, operation: "ListOffsets", reason: "answered without an offset")
            answer.refused[error, default: []] += strange
        }
        return found
    }
}
