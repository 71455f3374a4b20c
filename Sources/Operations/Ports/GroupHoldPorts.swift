package import Domain

/// What operators have said, by the topic `bascule-sync` of one cluster.
package protocol GroupHoldReading: Sendable {
    /// Everything that was said before the call, as a rule; without the topic nothing was.
    func holds() async throws(PortError) -> HoldWords
}

/// Writes operators' words to the topic `bascule-sync` of one cluster: on the group's partition, or on the first one.
package protocol GroupHoldWriting: Sendable {
    /// Returns when every replica in sync has it.
    ///
    /// - Throws: `.refused` where the topic would not keep it.
    func write(_ word: OperatorHold, about subject: HoldSubject) async throws(PortError)

    /// How many partitions the topic has; 0 without it.
    func partitions() async throws(PortError) -> Int32
}

/// Holds and releases groups, and everything. Not constructed in a read-only session.
package protocol GroupHoldControlling: Sendable {
    /// Says it on both sides, reads it back, and waits until the daemons that it concerns, if any, have taken note. What is
    /// held on both sides already stays as it was said, and its daemons are waited for all the same.
    ///
    /// - Throws: `.failed` with what was done and what was not, or because nothing is held that could be released.
    func order(_ order: OperatorHold.Order, _ subject: HoldSubject, because reason: String) async throws(PortError)
}

/// Tells when what the daemons had under way has landed. Not constructed in a read-only session.
package protocol WriteSettling: Sendable {
    /// Returns once no daemon has a write to `idc` under way that it began before the call; at once where there is none.
    ///
    /// - Throws: `.failed` where a daemon does not say so in time; whatever kept it from being asked.
    func settle(on idc: IDC) async throws(PortError)
}
