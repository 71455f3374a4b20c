package import Domain
package import Operations

/// The journal of acts, and the local copy of the journals of runs, in a SQLite file on this machine.
///
/// The directory is made with mode 0700 and the file with 0600. Every record is a transaction of its own that is
/// on the disk (write-ahead log, `synchronous=FULL`) when ``append(_:)`` returns. Several programs may write at
/// once. All calls run on a queue of their own, off the cooperative pool, and are not cut short by cancellation.
package actor JournalFile: JournalReading, JournalWriting, RunJournalWriting {
    package nonisolated let name = "local"
    private let database: JournalDatabase
    private let lane: JournalLane

    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.unownedExecutor }

    /// Opens the journal at `path`, making its directory and the file where they are missing.
    ///
    /// - Throws: `.refused` without permission or on a read-only file system, `.malformed` where the file is damaged
    ///   or of another kind, `.unsupported` where a newer version wrote it, `.conflict` where another program holds
    ///   it, `.failed` for a full disk and other trouble. The text names the path and says what to do.
    package static func open(at path: String) async throws(PortError) -> JournalFile {
        try await open(at: path, maximumPages: nil)
    }

    /// - Parameter maximumPages: makes the file full at that many pages of 4,096 bytes, as a full disk does.
    static func open(at path: String, maximumPages: Int?) async throws(PortError) -> JournalFile {
        let lane = JournalLane(label: "journal")
        let database = try await lane.run { () throws(PortError) in
            try JournalDatabase(creatingAt: path, maximumPages: maximumPages)
        }
        return JournalFile(database: database, lane: lane)
    }

    private init(database: sending JournalDatabase, lane: JournalLane) {
        self.database = database
        self.lane = lane
    }

    package func append(_ record: JournalRecord) async throws(PortError) {
        try database.append(record)
    }

    package func newest(_ count: Int) async throws(PortError) -> [JournalRecord] {
        try database.newest(count)
    }

    package func append(_ record: RunRecord) async throws(PortError) {
        try database.append(record)
    }

    package func records(of run: String) async throws(PortError) -> [RunRecord] {
        try database.records(of: run)
    }

    package func runs() async throws(PortError) -> [String] {
        try database.runs()
    }

    /// When the traffic was set from this host last, by an act or by a run; `nil`: never.
    package func trafficChangedAt() async throws(PortError) -> WallTime? {
        try database.trafficChangedAt()
    }
}

/// Reads the journal of acts and the runs' and never writes: for sessions that cannot change anything.
///
/// The file is opened anew for each call, so that one which appears later is found. Where there is none, nothing
/// has been recorded on this machine yet and the answer is empty.
package actor JournalFileReader: JournalReading, RunJournalReading {
    package nonisolated let name = "local"
    private let path: String
    private let lane = JournalLane(label: "journal reader")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.unownedExecutor }

    package init(path: String) {
        self.path = path
    }

    package func newest(_ count: Int) async throws(PortError) -> [JournalRecord] {
        guard let database = try JournalDatabase(readingAt: path) else { return [] }
        return try database.newest(count)
    }

    package func records(of run: String) async throws(PortError) -> [RunRecord] {
        guard let database = try JournalDatabase(readingAt: path) else { return [] }
        return try database.records(of: run)
    }

    package func runs() async throws(PortError) -> [String] {
        guard let database = try JournalDatabase(readingAt: path) else { return [] }
        return try database.runs()
    }

    /// When the traffic was set from this host last, by an act or by a run; `nil`: never.
    package func trafficChangedAt() async throws(PortError) -> WallTime? {
        try JournalDatabase(readingAt: path)?.trafficChangedAt()
    }
}
