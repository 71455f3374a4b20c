/// How a group's offsets on the other side stand, in the words of the console.
package enum SyncState: Hashable, Sendable {
    /// The resume position is exact.
    case inSync
    /// Safe, at most so many records read twice.
    case mirroring(atMost: Int64)
    case held(HoldReason)
    /// What was read is younger than the group's last commit, as for whoever has only just begun to read: nothing newer can
    /// be proven yet. What stands on the other side is Bascule's, and was proven when it was written.
    case unproven
    case liveThere
    /// Somebody else committed there.
    case foreign(at: Offset)
    /// The commit on the other side is deleted within 48 hours.
    case expiring(in: Duration)
    case unsupportedType(String)
    /// Not synchronised, for a reason that is no fault.
    case notSynced(SkipReason)

    package static let expiryAlarm: Duration = .seconds(48 * 3_600)

    /// - Parameters:
    ///   - owner: whose commit stands on the other side; `nil`: there is none.
    ///   - expiresIn: when it is deleted; `nil`: not known, or never.
    package init(_ decision: SyncDecision, resume: ResumePosition?, owner: CommitOwner?, expiresIn: Duration?) {
        let isOurs = if case .ours? = owner { true } else { false }
        switch decision {
        case .hold(let reason) where reason.isEvidenceTooNew && isOurs: self = .unproven
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
        case .unproven: "Unproven"
        case .liveThere: "Live there"
        case .foreign: "Foreign"
        case .expiring: "Expiring"
        case .unsupportedType: "Unsupported type"
        case .notSynced: "Not synced"
        }
    }
}
