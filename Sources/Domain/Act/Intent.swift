/// What a person asks for, before anything has been decided.
package enum Intent: Hashable, Sendable {
    case mirrors(MirrorAction, [MirrorTarget])
    case traffic(TrafficSplit)
    /// Write these groups' offsets on the other side now.
    case syncOffsets([String])
    /// Write nothing for these groups until they are released.
    case holdOffsets([String], reason: String)
    /// Take operators' holds back.
    case releaseOffsets([String])
    /// The emergency brake: no daemon, run or other act writes until it is taken off.
    case freeze(reason: String)
    case thaw

    /// Whether it may be done while writes are frozen: words change nothing but what is kept to, and what stops a mirror
    /// brakes too.
    package var isPossibleWhileFrozen: Bool {
        switch self {
        case .holdOffsets, .releaseOffsets, .freeze, .thaw, .mirrors(.pause, _), .mirrors(.stop, _): true
        case .mirrors, .traffic, .syncOffsets: false
        }
    }
}

/// What can be done to a mirror.
package enum MirrorAction: String, Hashable, Sendable, CaseIterable {
    case pause
    case resume
    case stop
    /// Restarts the failed tasks, and the connector if it has failed itself.
    case restartFailed = "restart-failed"
    /// Restarts the connector and all its tasks.
    case restartAll = "restart"
    case create
    case delete
}

/// A topic in one direction.
package struct MirrorTarget: Hashable, Sendable, Comparable {
    package let topic: String
    package let flow: ReplicationFlow

    package init(topic: String, flow: ReplicationFlow) {
        self.topic = topic
        self.flow = flow
    }

    package static func < (lhs: MirrorTarget, rhs: MirrorTarget) -> Bool {
        (lhs.topic, lhs.flow) < (rhs.topic, rhs.flow)
    }
}
