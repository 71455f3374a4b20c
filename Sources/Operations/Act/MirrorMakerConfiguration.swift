package import Domain

/// The configuration of one MirrorMaker 2 source connector that mirrors one topic in one direction without
/// loops: a record lacks every `mm-origin-` header only where it was produced; the connector drops what
/// carries the header of its own target, and stamps what it copies with the header of its source.
///
/// Seen to be loop-free on Kafka 3.9.2 and 4.3.0.
package struct MirrorMakerConfiguration: Sendable {
    package let target: MirrorTarget
    package let template: MirrorTemplate
    /// Brokers of the source, on which MirrorMaker keeps its offset-syncs topic.
    package let sourceBrokerCount: Int

    package init(target: MirrorTarget, template: MirrorTemplate, sourceBrokerCount: Int) {
        self.target = target
        self.template = template
        self.sourceBrokerCount = sourceBrokerCount
    }

    private var sourceAlias: String { template.aliases[target.flow.source] }
    private var targetAlias: String { template.aliases[target.flow.target] }

    /// `mirror-FROM-TO-TOPIC`.
    package var connectorName: String { "mirror-\(sourceAlias)-\(targetAlias)-\(target.topic)" }

    /// The header that marks a record as produced in `idc`.
    package static func originHeader(of idc: IDC, aliases: PerIDC<String>) -> String { "mm-origin-\(aliases[idc])" }

    /// What is sent to `PUT /connectors/{name}/config`.
    package var entries: [String: String] {
        let byteArrays = "org.apache.kafka.connect.converters.ByteArrayConverter"
        var entries = [
            "name": connectorName,
            "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector",
            "tasks.max": "1",
            "source.cluster.alias": sourceAlias,
            "target.cluster.alias": targetAlias,
            "source.cluster.bootstrap.servers": template.bootstrapServers[target.flow.source],
            "target.cluster.bootstrap.servers": template.bootstrapServers[target.flow.target],
            "topics": Self.topicPattern(for: target.topic),
            "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
            "replication.factor": "-1",
            "offset-syncs.topic.replication.factor": String(min(3, max(1, sourceBrokerCount))),
            "sync.topic.configs.enabled": "false",
            "sync.topic.acls.enabled": "false",
            "refresh.topics.interval.seconds": "5",
            "offset.lag.max": "0",
            "consumer.auto.offset.reset": "earliest",
            "key.converter": byteArrays,
            "value.converter": byteArrays,
            "header.converter": byteArrays,
            "predicates": "ours",
            "predicates.ours.type": "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
            "predicates.ours.name": Self.originHeader(of: target.flow.target, aliases: template.aliases),
            "transforms": "drop,stamp",
            "transforms.drop.type": "org.apache.kafka.connect.transforms.Filter",
            "transforms.drop.predicate": "ours",
            "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertHeader",
            "transforms.stamp.header": Self.originHeader(of: target.flow.source, aliases: template.aliases),
            // Any other literal fails the task: ByteArrayConverter takes no string.
            "transforms.stamp.value.literal": "null",
        ]
        if template.isReadCommitted { entries["consumer.isolation.level"] = "read_committed" }
        // MirrorMaker's default `topics.exclude` silently leaves out names that end in `.replica`.
        if target.topic.hasSuffix(".replica") { entries["topics.exclude"] = "__.*" }
        for (key, value) in template.clientSettings[target.flow.source] { entries["source.cluster.\(key)"] = value }
        for (key, value) in template.clientSettings[target.flow.target] { entries["target.cluster.\(key)"] = value }
        entries.merge(template.overrides) { _, override in override }
        return entries
    }

    /// `topics` holds regular expressions: everything but letters, digits, `_` and `-` is quoted, so that
    /// `a.b` does not mirror `axb` as well.
    package static func topicPattern(for topic: String) -> String {
        var pattern = ""
        for scalar in topic.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": break
            default: pattern.unicodeScalars.append("\\")
            }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern
    }

    /// Why MirrorMaker would never copy `topic`; `nil` when it would.
    ///
    /// The names are those of `ReplicationPolicy.isInternalTopic` and `isHeartbeatsTopic`, and the topics that
    /// no mirror may touch: Kafka's own, Connect's and Bascule's.
    package static func reasonNeverMirrored(_ topic: String) -> String? {
        if topic.isEmpty || topic.count > 249 || topic == "." || topic == ".."
            || !topic.unicodeScalars.allSatisfy(isLegal)
        {
            return "is not a name that Kafka gives to topics (letters, digits, '.', '_' and '-', at most 249)"
        }
        if topic.hasPrefix("__") || topic.hasPrefix(".") {
            return "is one of Kafka's own topics, which are never mirrored"
        }
        if topic.hasPrefix("connect-") { return "is one of Connect's own topics, which are never mirrored" }
        if topic.hasPrefix("bascule-") { return "is one of Bascule's own topics, which are never mirrored" }
        if topic.hasSuffix(".internal") || topic.hasSuffix("-internal") {
            return "ends in 'internal': MirrorMaker takes it for an internal topic and never copies it"
        }
        if topic == "heartbeats" { return "is the name of MirrorMaker's heartbeats topic, which it treats apart" }
        return nil
    }

    private static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
        default: false
        }
    }
}
