package import Domain

/// The newest answer of the synchronisation.
package struct SyncReadings: Sendable {
    package var statuses: Reading<[String: GroupSyncStatus]>
    /// What of the evidence could not be read; `nil`: all was.
    package var gap: Unavailability?
    /// The word that freezes all writes; `nil` in it: nothing does.
    package var freeze: Reading<OperatorHold?>
    /// By source: what had not crossed, as daemons wrote it down.
    package var announced: PerIDC<StrandedRecords?>

    package init(
        _ statuses: Reading<[String: GroupSyncStatus]> = .pending, gap: Unavailability? = nil,
        freeze: Reading<OperatorHold?> = .pending, announced: PerIDC<StrandedRecords?> = PerIDC { _ in nil }
    ) {
        self.statuses = statuses
        self.gap = gap
        self.freeze = freeze
        self.announced = announced
    }

    /// One group's, with its own moment and its own reason.
    func status(of group: String) -> Reading<GroupSyncStatus> {
        switch statuses {
        case .pending: return .pending
        case .unavailable(let because): return .unavailable(because)
        case .known(let all, let at): return Self.reading(all[group], at: at)
        case .stale(let all, let at, let because):
            switch Self.reading(all[group], at: at) {
            case .known(let status, let at): return .stale(status, at: at, because: because)
            case .pending, .stale, .unavailable: return .unavailable(because)
            }
        }
    }

    private static func reading(_ status: GroupSyncStatus?, at: WallTime) -> Reading<GroupSyncStatus> {
        guard let status else {
            return .unavailable(
                Unavailability(kind: .notFound, detail: "the group is not synchronised", since: at))
        }
        guard let problem = status.problem else { return .known(status, at: status.at) }
        return status.partitions.isEmpty
            ? .unavailable(problem) : .stale(status, at: status.at, because: problem)
    }

    /// What stands in place of it where the synchronisation is not looked at.
    static let none = Unavailability(
        kind: .unsupported, detail: "offsets are not looked at", since: WallTime(milliseconds: 0))
}
