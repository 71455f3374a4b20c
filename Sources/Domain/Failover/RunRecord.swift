/// One record of a run's journal: a link of the run's hash chain.
///
/// `hash` is SHA-256 over `previous` and ``bytes``, so that a record that was changed, left out or put in shows.
package struct RunRecord: Hashable, Sendable {
    /// Names the run: its beginning in UTC and four letters, `20261125-031200-kdmq`.
    package let run: String
    /// Counted from 1, without gaps within a run.
    package let sequence: Int64
    /// The stored form, UTF-8 JSON of one line: what is hashed, kept in SQLite and produced to `bascule-journal`.
    /// It is never printed anew from what was read out of it, so that a newer program verifies an older chain.
    package let bytes: [UInt8]
    /// The hash of the record before; 32 zeros before the first.
    package let previous: [UInt8]
    package let hash: [UInt8]

    package init(run: String, sequence: Int64, bytes: [UInt8], previous: [UInt8], hash: [UInt8]) {
        self.run = run
        self.sequence = sequence
        self.bytes = bytes
        self.previous = previous
        self.hash = hash
    }
}
