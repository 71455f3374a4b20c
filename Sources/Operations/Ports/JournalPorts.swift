package import Domain

/// The journal of acts, oldest first.
package protocol JournalReading: Sendable {
    func newest(_ count: Int) async throws(PortError) -> [JournalRecord]
}

/// Appends to the journal. Nothing is done that could not be recorded first.
package protocol JournalWriting: Sendable {
    /// Returns when the record is on the disk.
    func append(_ record: JournalRecord) async throws(PortError)
}
