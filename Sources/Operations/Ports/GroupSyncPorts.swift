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
}

extension SyncEngine: GroupSyncReading {}
