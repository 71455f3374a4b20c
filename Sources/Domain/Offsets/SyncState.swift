/// How a group's offsets on the other side stand, in the words of the console.
package enum SyncState: Hashable, Sendable {
    /// The resume position is exact.
    case inSync
    /// Safe, at most so many records read twice.
    case mirroring(atMost: Int64)
    case held(HoldReason)
    case liveThere
    /// Somebody else committed there.
    case foreign(at: Offset)
    /// The commit on the other side is deleted within 48 hours.
    case expiring(in: Duration)
    case unsupportedType(String)
    /// Not synchronised, for a reason that is no fault.
    case notSynced(SkipReason)

    package static let expiryAlarm: Duration = .seconds(48 * 3_600)

    /// - Parameter expiresIn: when the commit on the other side is deleted; `nil`: not known, or never.
    package init(_ decision: SyncDecision, resume: ResumePosition?, expiresIn: Duration?) {
        switch decision {
        case .hold(.foreignCommit(let offset)): self = .foreign(at: offset)
        case .hold(let reason): self = .held(reason)
        case .skip(.liveOnOtherSide), .skip(.liveOnBothSides): self = .liveThere
        case .skip(.unsupportedType(let type)): self = .unsupportedType(type)
        case .skip(let reason): self = .notSynced(reason)
        case .write, .keep:
            if let expiresIn, expiresIn < SyncState.expiryAlarm {
                self = .expiring(in: expiresIn)
            } else if let resume, resume.guarantee != .exact {
                self = .mirroring(atMost: resume.guarantee.readTwice)
            } else if resume == nil {
                // A held partition's last value: nothing is known of it now.
                self = .held(.unproven([]))
            } else {
                self = .inSync
            }
        }
    }

    /// The word on the screen.
    package var word: String {
        switch self {
        case .inSync: "InSync"
        case .mirroring: "Mirroring"
        case .held(.byOperator), .held(.frozen), .held(.byConfiguration): "HELD"
        case .held: "Held"
        case .liveThere: "Live there"
        case .foreign: "Foreign"
        case .expiring: "Expiring"
        case .unsupportedType: "Unsupported type"
        case .notSynced: "Not synced"
        }
    }
}
