internal import CRdkafka
package import Domain
package import Operations

extension KafkaCluster: TopicReading {
    package func metadata() async throws(PortError) -> ClusterMetadata {
        do throws(KafkaError) {
            return try await allMetadata()
        } catch {
            throw report.portError(error, subject: "cluster \(configuration.bootstrap)")
        }
    }

    /// Asks each broker for its groups in state Dead, of which there are hardly any: a request that every broker
    /// answers for itself, that needs no ACL, and that a broker whose process hangs leaves unanswered while its
    /// connection still stands. At most two seconds.
    package func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] {
        await withTaskGroup(of: (Int32, BrokerState).self) { group in
            for broker in brokers {
                group.addTask { (broker.id, await self.state(of: broker)) }
            }
            return await group.reduce(into: [:]) { states, answer in states[answer.0] = answer.1 }
        }
    }

    package func settings(
        of topics: [String]
    ) async throws(PortError) -> Partial<[String: TopicSettings], PortError> {
        var seen: Set<String> = []
        let names = topics.filter { seen.insert($0).inserted }
        let batches = names.batches(of: 250)
        let brokers: [Int32]
        do throws(KafkaError) {
            brokers = try await brokersToAsk()
        } catch {
            throw report.portError(error, subject: "cluster \(configuration.bootstrap)")
        }
        let answers = await withTaskGroup(of: SettingsAnswer.self) { group in
            for (index, batch) in batches.enumerated() {
                let broker = brokers[index % brokers.count]
                group.addTask { await self.settings(ofBatch: batch, from: broker) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var value: [String: TopicSettings] = [:]
        var refused: [KafkaError: [String]] = [:]
        for answer in answers {
            value.merge(answer.settings) { first, _ in first }
            for (topic, error) in answer.refused { refused[error, default: []].append(topic) }
        }
        let failures = refused.map { error, topics in
            let sorted = topics.sorted()
            return report.portError(
                error, subject: "settings of \(sorted.summed("topic"))",
                access: sorted.first.map(RequiredAccess.describeTopicConfigs))
        }
        if value.isEmpty, let first = failures.first { throw first }
        return Partial(value, failures: failures.sorted { $0.detail < $1.detail })
    }
}

extension KafkaCluster {
    /// All topics, on the metadata lane. Also what makes the handle forget moved leaders.
    func allMetadata() async throws(KafkaError) -> ClusterMetadata {
        try await answer(topic: nil).metadata
    }

    /// Brokers and one topic: a small request, whatever the size of the cluster.
    func metadata(ofTopic topic: String) async throws(KafkaError) -> MetadataAnswer {
        try await answer(topic: topic)
    }

    private func answer(topic: String?) async throws(KafkaError) -> MetadataAnswer {
        let answer = try await metadataLane.attempt("Metadata") { [self] () throws(KafkaError) in
            try handle.borrow("Metadata") { (pointer) throws(KafkaError) in
                try MetadataAnswer.read(
                    pointer, topic: topic, timeout: configuration.requestTimeout, elapsed: startStopwatch(),
                    isHopeless: isHopeless(after:))
            }
        }
        if let id = answer.answeringBroker { handle.faults.brokerAnswered(id) }
        remember(answer.metadata.brokers)
        return answer
    }

    /// Every address has failed, or two seconds have passed and one has. While none has, connecting just takes
    /// its time: TLS and SASL over a long line.
    private func isHopeless(after elapsed: Duration) -> Bool {
        let faults = handle.faults.count
        guard faults > 0 else { return false }
        return elapsed >= .seconds(2) || faults >= addressCount
    }

    /// Brokers whose connections have no fault, or all when every one has; never empty. In another order each
    /// time, so that a broker that hangs does not get every request.
    private func brokersToAsk() async throws(KafkaError) -> [Int32] {
        let listed = try await metadata(ofTopic: Self.groupOffsetsTopic).metadata.brokers.map(\.id)
        guard !listed.isEmpty else {
            throw KafkaError(RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, operation: "Metadata")
        }
        let sound = listed.filter { handle.faults.fault(ofBroker: $0) == nil }
        return (sound.isEmpty ? listed : sound).shuffled()
    }

    // MARK: Broker states

    private static let probeTimeout: Duration = .seconds(2)

    private func state(of broker: Broker) async -> BrokerState {
        let elapsed = startStopwatch()
        var error = await probe(broker.id, timeout: Self.probeTimeout)
        // A connection that the broker closed for idling fails the request on it, and the next one works.
        if let failed = error, failed.responseError == RD_KAFKA_RESP_ERR__TRANSPORT {
            error = await probe(broker.id, timeout: Self.probeTimeout - elapsed())
        }
        guard let error else { return .up }
        if error.isBrokersAnswer || error.kind == .unsupported { return .up }
        if error.kind == .cancelled { return .unknown }
        let failure = report.portError(error, broker: broker.id)
        switch failure.kind {
        case .timedOut: return .down(reason: "no answer within 2 s")
        case .unreachable, .refused, .notFound, .malformed, .unsupported, .conflict, .cancelled, .failed:
            return .down(reason: failure.detail)
        }
    }

    /// `nil`: the broker answered.
    private func probe(_ id: Int32, timeout: Duration) async -> KafkaError? {
        do throws(KafkaError) {
            let errors = try await handle.request(
                "ListGroups", api: RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, timeout: timeout, of: .broker(id)
            ) { handle, options, replies in
                var states = [RD_KAFKA_CONSUMER_GROUP_STATE_DEAD]
                rd_kafka_error_destroy(
                    rd_kafka_AdminOptions_set_match_consumer_group_states(options, &states, states.count))
                rd_kafka_ListConsumerGroups(handle, options, replies)
            } decode: { event in
                GroupListing.read(event).errors
            }
            guard let error = errors.first else {
                handle.faults.brokerAnswered(id)
                return nil
            }
            return error
        } catch {
            return error
        }
    }

    // MARK: Settings

    private struct SettingsAnswer: Sendable {
        var settings: [String: TopicSettings] = [:]
        var refused: [String: KafkaError] = [:]
    }

    /// Asks a broker by its id: left to itself librdkafka waits for the controller, which can be away, and on a
    /// mock cluster always is. Every broker can answer.
    private func settings(ofBatch topics: [String], from broker: Int32) async -> SettingsAnswer {
        do throws(KafkaError) {
            return try await handle.request(
                "DescribeConfigs", api: RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout: configuration.requestTimeout,
                of: .broker(broker)
            ) { handle, options, replies in
                var resources = topics.map { topic in
                    let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
                    // Names to ask for; the value is not sent.
                    for key in TopicSettings.kafkaKeys { rd_kafka_ConfigResource_set_config(resource, key, "") }
                    return resource
                }
                rd_kafka_DescribeConfigs(handle, &resources, resources.count, options, replies)
                rd_kafka_ConfigResource_destroy_array(&resources, resources.count)
            } decode: { event in
                Self.readSettings(event)
            }
        } catch {
            return SettingsAnswer(refused: Dictionary(uniqueKeysWithValues: topics.map { ($0, error) }))
        }
    }

    private static func readSettings(_ event: OpaquePointer) -> SettingsAnswer {
        var answer = SettingsAnswer()
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(event),
            let resources = rd_kafka_DescribeConfigs_result_resources(result, &count)
        else { return answer }
        for index in 0..<count {
            guard let resource = resources[index], let name = rd_kafka_ConfigResource_name(resource) else { continue }
            let topic = String(cString: name)
            let code = rd_kafka_ConfigResource_error(resource)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                answer.refused[topic] = KafkaError(code, operation: "DescribeConfigs")
                continue
            }
            var entryCount = 0
            guard let entries = rd_kafka_ConfigResource_configs(resource, &entryCount) else { continue }
            var values: [String: String] = [:]
            for entryIndex in 0..<entryCount {
                guard let entry = entries[entryIndex], let key = rd_kafka_ConfigEntry_name(entry),
                    let value = rd_kafka_ConfigEntry_value(entry)
                else { continue }
                values[String(cString: key)] = String(cString: value)
            }
            answer.settings[topic] = TopicSettings(kafkaValues: values)
        }
        return answer
    }
}

extension TopicSettings {
    /// The topic configurations that ``init(kafkaValues:)`` reads.
    static let kafkaKeys = [
        "retention.ms", "cleanup.policy", "min.insync.replicas", "max.message.bytes", "message.timestamp.type",
    ]

    /// From topic configurations by their names; what is missing or no number stays unknown.
    init(kafkaValues values: [String: String]) {
        let retention: Retention? = values["retention.ms"].flatMap(Int64.init).map { milliseconds in
            milliseconds < 0 ? .unlimited : .limited(.milliseconds(milliseconds))
        }
        let policies = (values["cleanup.policy"] ?? "").split(separator: ",").map { policy in
            String(policy.filter { $0 != " " })
        }
        self.init(
            retention: retention, cleanupPolicy: Set(policies),
            minInSyncReplicas: values["min.insync.replicas"].flatMap { Int($0) },
            maxMessageBytes: values["max.message.bytes"].flatMap { Int($0) },
            keepsCreateTime: values["message.timestamp.type"].map { $0 == "CreateTime" })
    }
}
