/// What an error of OffsetCommit means for the group, by Kafka's code; docs/TRANSLATION.md.
package enum CommitRefusal: Hashable, Sendable {
    /// UNKNOWN_MEMBER_ID: it has members, of whatever topic. Hands off, and back off.
    case groupIsLive
    /// The coordinator is loading, unavailable or elsewhere: look it up and try again.
    case retryAfterCoordinatorLookup
    /// UNKNOWN_TOPIC_OR_PARTITION.
    case topicMissing
    /// OFFSET_METADATA_TOO_LARGE: write the shortest tag.
    case metadataTooLarge
    case topicAuthorizationFailed
    case groupAuthorizationFailed
    /// GROUP_ID_NOT_FOUND: a share group, or another kind.
    case notAConsumerGroup
    case unknown(code: Int32)

    /// `nil`: accepted.
    package init?(code: Int32) {
        switch code {
        case 0: return nil
        case 3: self = .topicMissing
        case 12: self = .metadataTooLarge
        case 14, 15, 16: self = .retryAfterCoordinatorLookup
        case 25: self = .groupIsLive
        case 29: self = .topicAuthorizationFailed
        case 30: self = .groupAuthorizationFailed
        case 69: self = .notAConsumerGroup
        default: self = .unknown(code: code)
        }
    }

    /// What becomes of the partition: held with a reason, left alone, or tried again (`nil`).
    package var decision: SyncDecision? {
        switch self {
        case .groupIsLive: .skip(.liveOnOtherSide)
        case .retryAfterCoordinatorLookup, .metadataTooLarge: nil
        case .topicMissing: .hold(.topicMissing)
        case .topicAuthorizationFailed: .hold(.notAuthorized("topic"))
        case .groupAuthorizationFailed: .hold(.notAuthorized("group"))
        case .notAConsumerGroup: .hold(.notAConsumerGroup)
        case .unknown(let code): .hold(.refused(code: code))
        }
    }
}
