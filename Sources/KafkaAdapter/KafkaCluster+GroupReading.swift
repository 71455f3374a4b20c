internal import CRdkafka
package import Domain
package import Operations

extension KafkaCluster: GroupReading {
    /// ListGroups on every broker, then DescribeGroups in batches and OffsetFetch per group, side by side.
    ///
    /// A live group that the coordinator lists but does not describe (KIP-848 groups: librdkafka 2.0.2 has only
    /// the classic protocol's request) comes with the listed state in ``GroupState/unknown(_:)`` and without
    /// members, because those are not known. A group that could not be described for another reason is left out,
    /// and a failure says so.
    package func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError> {
        var (listed, failures) = try await listedGroups()
        listed = listed.filter { isWanted($0.key) }
        let ids = listed.keys.sorted()
        async let describing = descriptions(of: ids)
        let offsets = await committedOffsets(of: ids)
        let described = await describing

        var undescribed: [KafkaError: [String]] = [:]
        var unread: [KafkaError: [String]] = [:]
        var groups: [ConsumerGroup] = []
        groups.reserveCapacity(ids.count)
        for id in ids {
            guard let entry = listed[id] else { continue }
            var committed: [TopicPartition: CommittedOffset]?
            switch offsets[id] {
            case .success(let found): committed = found
            case .failure(let error): unread[error, default: []].append(id)
            case nil: break
            }
            switch described[id] {
            case .success(let description):
                groups.append(Self.group(entry, description, offsets: committed))
            case .failure(let error):
                undescribed[error, default: []].append(id)
            case nil:
                break
            }
        }
        failures += groupFailures(undescribed, what: "left out")
        failures += groupFailures(unread, what: "offsets not read")
        return Partial(groups, failures: failures)
    }
}

extension KafkaCluster {
    private static let describeBatch = 500
    private static let fetchesInFlight = 64

    private static func group(
        _ entry: GroupListing.Entry, _ description: GroupDescription, offsets: [TopicPartition: CommittedOffset]?
    ) -> ConsumerGroup {
        // A coordinator answers Dead for a group that it cannot describe in this version of the request.
        let isUndescribable = description.state == .dead && entry.state != .dead
        let state: GroupState
        if !isUndescribable {
            state = description.state
        } else if entry.state.isLive {
            state = .unknown(entry.state.description)
        } else {
            state = entry.state
        }
        return ConsumerGroup(
            id: entry.id, state: state, protocolType: entry.isSimple ? "" : "consumer",
            members: isUndescribable ? [] : description.members, offsets: offsets)
    }

    /// Groups whose coordinator is nowhere are listed by nobody.
    private func missingCoordinators(_ metadata: ClusterMetadata) -> PortError? {
        guard let topic = metadata.topics.first(where: { $0.name == Self.groupOffsetsTopic }) else { return nil }
        let offline = topic.partitions.filter(\.isOffline).count
        guard offline > 0 else { return nil }
        return PortError(
            .conflict, operation: "ListGroups",
            detail: "\(offline) of \(topic.partitions.count) partitions of \(Self.groupOffsetsTopic) have no leader: "
                + "the groups kept there are missing")
    }

    // MARK: Listing

    /// What all brokers list, and why it may not be all.
    func listedGroups() async throws(PortError) -> ([String: GroupListing.Entry], failures: [PortError]) {
        let coordinators: MetadataAnswer
        do throws(KafkaError) {
            coordinators = try await metadata(ofTopic: Self.groupOffsetsTopic)
        } catch {
            throw report.portError(error, subject: "cluster \(configuration.bootstrap)")
        }
        var failures: [PortError] = []
        if let missing = missingCoordinators(coordinators.metadata) { failures.append(missing) }
        let listed = try await listing(from: coordinators.metadata.brokers, failures: &failures)
        return (listed, failures)
    }

    private func listing(
        from brokers: [Broker], failures: inout [PortError]
    ) async throws(PortError) -> [String: GroupListing.Entry] {
        let answers = await withTaskGroup(of: (Int32, GroupListing).self) { group in
            for broker in brokers {
                group.addTask { (broker.id, await self.listing(from: broker.id)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var entries: [String: GroupListing.Entry] = [:]
        var errors: [(broker: Int32, error: KafkaError)] = []
        for (broker, listing) in answers.sorted(by: { $0.0 < $1.0 }) {
            errors += listing.errors.map { (broker, $0) }
            if listing.errors.isEmpty { handle.faults.brokerAnswered(broker) }
            for entry in listing.entries {
                // While a coordinator moves, two brokers can list a group; the live one has it.
                if let other = entries[entry.id], other.state.isLive { continue }
                entries[entry.id] = entry
            }
        }
        let reports = errors.map { broker, error in
            report.portError(
                error, subject: "groups of \(name(ofBroker: broker))", broker: broker, access: .describeCluster)
        }
        if let first = reports.first, errors.count >= brokers.count { throw first }
        failures += reports
        return entries
    }

    private func listing(from broker: Int32) async -> GroupListing {
        let timeout = min(patience(withBroker: broker), .seconds(2))
        do throws(KafkaError) {
            return try await handle.request(
                "ListGroups", api: RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, timeout: timeout, of: .broker(broker)
            ) { handle, options, replies in
                rd_kafka_ListConsumerGroups(handle, options, replies)
            } decode: { event in
                GroupListing.read(event)
            }
        } catch {
            return GroupListing(errors: [error])
        }
    }

    // MARK: Describing

    func descriptions(of ids: [String]) async -> [String: Result<GroupDescription, KafkaError>] {
        await withTaskGroup(of: [String: Result<GroupDescription, KafkaError>].self) { group in
            for batch in ids.batches(of: Self.describeBatch) {
                group.addTask { await self.descriptions(ofBatch: batch) }
            }
            return await group.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
        }
    }

    private func descriptions(ofBatch ids: [String]) async -> [String: Result<GroupDescription, KafkaError>] {
        do throws(KafkaError) {
            let found = try await handle.request(
                "DescribeGroups", api: RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
                timeout: configuration.requestTimeout, of: .coordinator
            ) { handle, options, replies in
                ids.withCStrings { names in
                    rd_kafka_DescribeConsumerGroups(handle, names.baseAddress, names.count, options, replies)
                }
            } decode: { event in
                GroupDescription.readAll(event)
            }
            var results: [String: Result<GroupDescription, KafkaError>] = [:]
            for description in found {
                switch description.error {
                case nil:
                    results[description.id] = .success(description)
                case .some(let error) where error.kind == .notFound:
                    // Newer brokers' way to say that it is not a group of the classic protocol.
                    results[description.id] = .success(
                        GroupDescription(id: description.id, state: .dead, members: [], error: nil))
                case .some(let error):
                    if error.isOfMovedCoordinator { handle.coordinatorMoved() }
                    results[description.id] = .failure(error)
                }
            }
            return results
        } catch {
            return Dictionary(uniqueKeysWithValues: ids.map { ($0, .failure(error)) })
        }
    }

    // MARK: Offsets

    /// One request per group, because librdkafka takes no more; a bounded number at a time.
    private func committedOffsets(
        of ids: [String]
    ) async -> [String: Result<[TopicPartition: CommittedOffset], KafkaError>] {
        typealias Answer = (String, Result<[TopicPartition: CommittedOffset], KafkaError>)
        return await withTaskGroup(of: Answer.self) { group in
            var rest = ids.makeIterator()
            for _ in 0..<Self.fetchesInFlight {
                guard let id = rest.next() else { break }
                group.addTask { (id, await self.committedOffsets(of: id)) }
            }
            var results: [String: Result<[TopicPartition: CommittedOffset], KafkaError>] = [:]
            while let (id, result) = await group.next() {
                results[id] = result
                if let next = rest.next() { group.addTask { (next, await self.committedOffsets(of: next)) } }
            }
            return results
        }
    }

    func committedOffsets(of id: String) async -> Result<[TopicPartition: CommittedOffset], KafkaError> {
        do throws(KafkaError) {
            return .success(
                try await handle.request(
                    "OffsetFetch", api: RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
                    timeout: configuration.requestTimeout, of: .coordinator
                ) { handle, options, replies in
                    var request = rd_kafka_ListConsumerGroupOffsets_new(id, nil)
                    rd_kafka_ListConsumerGroupOffsets(handle, &request, 1, options, replies)
                    rd_kafka_ListConsumerGroupOffsets_destroy(request)
                } decode: { (event) throws(KafkaError) in
                    try Self.readOffsets(event)
                })
        } catch {
            if error.isOfMovedCoordinator { handle.coordinatorMoved() }
            return .failure(error)
        }
    }

    private static func readOffsets(
        _ event: OpaquePointer
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        var count = 0
        guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(event),
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count == 1,
            let group = groups[0]
        else {
            throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG, operation: "OffsetFetch", reason: "no group in the answer")
        }
        if let error = KafkaError(reading: rd_kafka_group_result_error(group), operation: "OffsetFetch") { throw error }
        var offsets: [TopicPartition: CommittedOffset] = [:]
        var failed: KafkaError?
        guard let list = rd_kafka_group_result_partitions(group) else { return [:] }
        for index in 0..<Int(list.pointee.cnt) {
            let element = list.pointee.elems[index]
            guard let topic = element.topic else { continue }
            if element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                failed = failed ?? KafkaError(element.err, operation: "OffsetFetch")
                continue
            }
            // Negative: the group has a commit elsewhere in this topic, none here.
            guard element.offset >= 0 else { continue }
            let metadata = element.metadata.map { bytes in
                String(
                    decoding: UnsafeRawBufferPointer(start: bytes, count: Int(element.metadata_size)), as: UTF8.self)
            }
            offsets[TopicPartition(String(cString: topic), element.partition)] = CommittedOffset(
                offset: Offset(element.offset), metadata: metadata ?? "")
        }
        // A part of a group's offsets would pass for the whole.
        if let failed { throw failed }
        return offsets
    }

    // MARK: Failures

    private func groupFailures(_ errors: [KafkaError: [String]], what: String) -> [PortError] {
        errors.map { error, ids in
            report.portError(
                error, subject: "\(ids.summed("group")) \(what)", access: ids.first.map { .describeGroup($0) })
        }
        .sorted { $0.detail < $1.detail }
    }
}

extension [String] {
    /// Lends the strings as an array of C strings.
    func withCStrings<Result>(_ body: (UnsafeMutableBufferPointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        var bytes: [CChar] = []
        var starts: [Int] = []
        for string in self {
            starts.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = starts.map { start in buffer.baseAddress.map { $0 + start } }
            return pointers.withUnsafeMutableBufferPointer { body($0) }
        }
    }
}
