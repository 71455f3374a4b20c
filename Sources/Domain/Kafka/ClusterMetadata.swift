/// A Kafka cluster as its Metadata response describes it.
package struct ClusterMetadata: Hashable, Sendable {
    package let clusterID: String
    /// The controller, where the answer names one.
    package let controllerID: Int32?
    /// The brokers listed. Metadata goes on listing a dead broker for a while: see ``BrokerState``.
    package let brokers: [Broker]
    /// Sorted by name.
    package let topics: [Topic]

    package init(clusterID: String, controllerID: Int32?, brokers: [Broker], topics: [Topic]) {
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.brokers = brokers
        self.topics = topics
    }

    /// Every broker id the cluster is known to have: those listed, and those that hold a replica.
    package var brokerIDs: Set<Int32> {
        var ids = Set(brokers.map(\.id))
        for topic in topics {
            for partition in topic.partitions { ids.formUnion(partition.replicas) }
        }
        return ids
    }
}

/// A broker that Metadata lists.
package struct Broker: Hashable, Sendable {
    package let id: Int32
    package let host: String
    package let port: Int32

    package init(id: Int32, host: String, port: Int32) {
        self.id = id
        self.host = host
        self.port = port
    }
}

/// Whether a broker serves: listed *and* answering.
package enum BrokerState: Hashable, Sendable {
    case up
    /// Known to the cluster, but not listed, or listed and not answering.
    case down(reason: String)
    /// Not asked yet, or the cluster could not be asked.
    case unknown
}

/// A topic with its partitions in order of their number.
package struct Topic: Hashable, Sendable {
    package let name: String
    package let isInternal: Bool
    package let partitions: [Partition]

    package init(name: String, isInternal: Bool = false, partitions: [Partition]) {
        self.name = name
        self.isInternal = isInternal
        self.partitions = partitions
    }
}

/// A partition with its leader, replicas and in-sync replicas (ISR), all by broker id.
package struct Partition: Hashable, Sendable {
    package let number: Int32
    /// `nil`: offline, no leader.
    package let leader: Int32?
    package let replicas: [Int32]
    package let inSyncReplicas: [Int32]

    package init(number: Int32, leader: Int32?, replicas: [Int32], inSyncReplicas: [Int32]) {
        self.number = number
        self.leader = leader
        self.replicas = replicas
        self.inSyncReplicas = inSyncReplicas
    }

    package var isOffline: Bool { leader == nil }
    package var isUnderReplicated: Bool { inSyncReplicas.count < replicas.count }
}

/// The settings of a topic that decide about mirroring and loss; `nil` where the answer left one out.
package struct TopicSettings: Hashable, Sendable {
    /// How long records are kept.
    package enum Retention: Hashable, Sendable {
        case unlimited
        case limited(Duration)
    }

    package let retention: Retention?
    /// `cleanup.policy`: `delete`, `compact`, or both.
    package let cleanupPolicy: Set<String>
    package let minInSyncReplicas: Int?
    /// `max.message.bytes`.
    package let maxMessageBytes: Int?
    /// `message.timestamp.type` is CreateTime: records keep the timestamps that producers gave them; `nil`: not known.
    package let keepsCreateTime: Bool?

    package init(
        retention: Retention?, cleanupPolicy: Set<String>, minInSyncReplicas: Int?, maxMessageBytes: Int?,
        keepsCreateTime: Bool? = nil
    ) {
        self.retention = retention
        self.cleanupPolicy = cleanupPolicy
        self.minInSyncReplicas = minInSyncReplicas
        self.maxMessageBytes = maxMessageBytes
        self.keepsCreateTime = keepsCreateTime
    }
}
