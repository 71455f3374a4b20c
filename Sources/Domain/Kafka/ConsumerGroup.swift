/// A consumer group as one cluster sees it.
package struct ConsumerGroup: Hashable, Sendable {
    package let id: String
    package let state: GroupState
    /// `consumer` for consumers, `connect` for Connect's workers; empty for groups that only commit.
    package let protocolType: String
    package let members: [GroupMember]
    /// `nil`: the offsets could not be read. Empty: the group has committed nothing.
    package let offsets: [TopicPartition: CommittedOffset]?

    package init(
        id: String, state: GroupState, protocolType: String, members: [GroupMember],
        offsets: [TopicPartition: CommittedOffset]?
    ) {
        self.id = id
        self.state = state
        self.protocolType = protocolType
        self.members = members
        self.offsets = offsets
    }

    /// Whether the group counts as live: every state but Empty and Dead does.
    package var isLive: Bool { state.isLive }
}

/// The states of Kafka's group coordinator.
package enum GroupState: Hashable, Sendable {
    case stable
    case empty
    case dead
    case preparingRebalance
    case completingRebalance
    /// A state this version has no name for, as the broker spells it.
    case unknown(String)

    /// Every state but Empty and Dead counts as live, so that an unforeseen one is never written to.
    package var isLive: Bool {
        switch self {
        case .empty, .dead: false
        case .stable, .preparingRebalance, .completingRebalance, .unknown: true
        }
    }
}

extension GroupState: CustomStringConvertible {
    /// As Kafka's tools print it.
    package var description: String {
        switch self {
        case .stable: "Stable"
        case .empty: "Empty"
        case .dead: "Dead"
        case .preparingRebalance: "PreparingRebalance"
        case .completingRebalance: "CompletingRebalance"
        case .unknown(let raw): raw
        }
    }
}

/// A member of a consumer group.
package struct GroupMember: Hashable, Sendable {
    package let memberID: String
    package let clientID: String
    /// As the broker saw it, for example `/10.0.0.7`.
    package let host: String
    package let assignment: [TopicPartition]

    package init(memberID: String, clientID: String, host: String, assignment: [TopicPartition]) {
        self.memberID = memberID
        self.clientID = clientID
        self.host = host
        self.assignment = assignment
    }
}

/// A position that a group has committed: the offset of the next record it will read.
package struct CommittedOffset: Hashable, Sendable {
    package let offset: Offset
    package let metadata: String

    package init(offset: Offset, metadata: String = "") {
        self.offset = offset
        self.metadata = metadata
    }
}
