internal import CRdkafka
internal import Domain
internal import Operations

/// Makes `bascule-journal` where it is missing, and says what is wrong with one that is there.
struct JournalTopicSetup: Sendable {
    let cluster: KafkaCluster
    /// What people call the side.
    let name: String

    private static let wanted = ["cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"]

    /// - Returns: settings that could lose records, in words, with what to do.
    /// - Throws: `.failed` where the topic has more than one partition: two drivers could have one each.
    func prepare() async throws(PortError) -> [String] {
        var topic = try await existing()
        if topic == nil {
            try await create()
            topic = try await existing()
        }
        guard let topic else {
            throw PortError(
                .timedOut, operation: "CreateTopics",
                detail: "topic \(DriverNames.topic) of \(name) was created and is not seen yet; try again")
        }
        guard topic.partitions.count == 1 else {
            throw PortError(
                .failed, operation: "Metadata",
                detail:
                    "topic \(DriverNames.topic) of \(name) has \(topic.partitions.count) partitions and must have 1: "
                    + "delete it once its records are kept elsewhere, and it is made anew")
        }
        return await wrongSettings()
    }

    private func existing() async throws(PortError) -> Topic? {
        do throws(KafkaError) {
            return try await cluster.metadata(ofTopic: DriverNames.topic).metadata.topics.first {
                $0.name == DriverNames.topic && !$0.partitions.isEmpty
            }
        } catch {
            throw cluster.report.portError(
                error, subject: "topic \(DriverNames.topic)", access: .describeTopic(DriverNames.topic))
        }
    }

    /// With as many replicas as the cluster keeps of its groups' offsets, and three where that is not to be seen.
    private func create() async throws(PortError) {
        let metadata = try await cluster.metadata()
        let offsets = metadata.topics.first { $0.name == KafkaCluster.groupOffsetsTopic }
        let replication = offsets?.partitions.map(\.replicas.count).max() ?? 3
        let creator = try TopicCreator(cluster.configuration, log: cluster.log)
        let failure: PortError?
        do throws(PortError) {
            try await creator.create(
                DriverNames.topic, partitions: 1, replication: min(max(1, replication), max(1, metadata.brokers.count)),
                settings: Self.wanted)
            failure = nil
        } catch {
            failure = error
        }
        await creator.close()
        if let failure { throw failure }
        // Brokers learn of a new topic one after the other.
        let elapsed = cluster.startStopwatch()
        while elapsed() < .seconds(10) {
            if let topic = try await existing(), !topic.partitions.contains(where: \.isOffline) { return }
            await BlockingLane.timers.pause(.milliseconds(100))
        }
    }

    private func wrongSettings() async -> [String] {
        let found: [String: String]
        do throws(KafkaError) {
            found = try await settings()
        } catch {
            return ["the settings of topic \(DriverNames.topic) of \(name) could not be read: \(error.reason)"]
        }
        return Self.wanted.keys.sorted().compactMap { key in
            guard let wanted = Self.wanted[key], let value = found[key], value != wanted else { return nil }
            return
                "topic \(DriverNames.topic) of \(name) has \(key)=\(value), which can lose records: set it to \(wanted)"
        }
    }

    private func settings() async throws(KafkaError) -> [String: String] {
        try await cluster.handle.request(
            "DescribeConfigs", api: RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout: cluster.configuration.requestTimeout
        ) { handle, options, replies in
            var resources = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, DriverNames.topic)]
            for key in Self.wanted.keys { rd_kafka_ConfigResource_set_config(resources[0], key, "") }
            rd_kafka_DescribeConfigs(handle, &resources, resources.count, options, replies)
            rd_kafka_ConfigResource_destroy_array(&resources, resources.count)
        } decode: { (event) throws(KafkaError) in
            var count = 0
            guard let result = rd_kafka_event_DescribeConfigs_result(event),
                let resources = rd_kafka_DescribeConfigs_result_resources(result, &count), count > 0,
                let resource = resources[0]
            else { throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG, operation: "DescribeConfigs") }
            let code = rd_kafka_ConfigResource_error(resource)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "DescribeConfigs") }
            var entryCount = 0
            var values: [String: String] = [:]
            let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
            for index in 0..<entryCount {
                guard let entry = entries?[index], let key = rd_kafka_ConfigEntry_name(entry),
                    let value = rd_kafka_ConfigEntry_value(entry)
                else { continue }
                values[String(cString: key)] = String(cString: value)
            }
            return values
        }
    }
}
