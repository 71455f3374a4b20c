package import Domain

/// What the synchronisation of offsets says of groups, by reading only.
package protocol GroupSyncReading: Sendable {
    /// Reads the evidence anew.
    ///
    /// - Parameter listsGroups: `false` where ``statuses(of:)`` is given them.
    /// - Returns: what could not be read; what was known of it stays.
    func refresh(listsGroups: Bool) async -> [PortError]

    /// What would be written for groups that have been read already, without a request.
    ///
    /// - Parameter groups: of each side, with the failures of the reading: what is not listed may exist then.
    func statuses(of groups: PerIDC<Partial<[ConsumerGroup], PortError>>) async -> [GroupSyncStatus]

    /// The word that freezes all writes, as it was read with the evidence; `nil` in it: nothing does.
    func freeze() async -> Reading<OperatorHold?>

    /// What had not crossed from a side, as daemons wrote it down, by source.
    func announced() async -> PerIDC<StrandedRecords?>
}

extension SyncEngine: GroupSyncReading {}

/// Writes groups' offsets on the other side. Not constructed in a read-only session.
package protocol GroupSyncControlling: Sendable {
    /// Reads everything afresh, writes what is safe, and reads it back.
    ///
    /// - Throws: `.failed` with the reason when nothing was written, or when it does not stand there afterwards.
    func sync(_ group: String) async throws(PortError)
}
