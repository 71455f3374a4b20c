import Domain
import Glibc
import Operations

/// The journal's tables: the acts, and (``append(_:)-(RunRecord)``) the records of runs. Not thread-safe: belongs to one ``JournalLane``.
final class JournalDatabase {
    /// "BSCL": tells the journal from the SQLite files of other programs.
    private static let applicationID: Int64 = 0x4253_434C
    /// The `user_version` of the newest schema that this program knows.
    private static let schema: Int64 = 2

    let connection: SQLiteConnection
    let path: String
    /// Whether the file has the records of runs: one of schema 1 that is only read has none.
    let hasRuns: Bool

    /// Opens the journal for writing, making what is missing.
    init(creatingAt path: String, maximumPages: Int?) throws(PortError) {
        try Self.createFile(path)
        self.path = path
        hasRuns = true
        connection = try SQLiteConnection(path: path, access: .readWrite)
        // Another program may be switching the file over at this moment; the busy time-out does not cover that.
        try connection.retryingWhileLocked { () throws(PortError) in
            _ = try connection.text(of: "PRAGMA journal_mode=WAL")
        }
        try connection.execute("PRAGMA synchronous=FULL")
        if let maximumPages { _ = try connection.text(of: "PRAGMA max_page_count=\(maximumPages)") }
        try migrate()
    }

    /// Opens the journal for reading only; `nil` where there is no file.
    init?(readingAt path: String) throws(PortError) {
        guard access(path, F_OK) == 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw PortError(
                .refused, operation: "open journal",
                detail:
                    "The journal at \(path) cannot be reached: \(Self.words(code)). Check the permissions of its directory."
            )
        }
        self.path = path
        connection = try SQLiteConnection(path: path, access: .readOnly)
        let version = try connection.integer(of: "PRAGMA user_version")
        hasRuns = version >= 2
        // Another program is just making it.
        if version == 0, try connection.integer(of: "SELECT count(*) FROM sqlite_schema") == 0 { return nil }
        try check(version: version)
    }

    /// Returns when the record is on the disk.
    func append(_ record: JournalRecord) throws(PortError) {
        try connection.execute(
            """
            INSERT INTO record (at_milliseconds, actor, host, run, kind, line, text, command)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(record.at.milliseconds), .text(record.actor), .text(record.host), .text(record.run),
                .text(record.kind.rawValue), record.line.map { .integer(Int64($0)) } ?? .null, .text(record.text),
                .text(record.command),
            ])
    }

    /// The newest `count` records, oldest first.
    func newest(_ count: Int) throws(PortError) -> [JournalRecord] {
        guard count > 0 else { return [] }
        let rows = try connection.rows(
            of: """
                SELECT at_milliseconds, actor, host, run, kind, line, text, command, sequence FROM record
                ORDER BY sequence DESC LIMIT ?
                """, [.integer(Int64(count))], columns: 9)
        var records: [JournalRecord] = []
        records.reserveCapacity(rows.count)
        for row in rows.reversed() { records.append(try record(row)) }
        return records
    }

    /// When the traffic was set last, by an act or by a run; `nil`: never.
    func trafficChangedAt() throws(PortError) -> WallTime? {
        let rows = try connection.rows(
            of: """
                SELECT at_milliseconds FROM record WHERE kind = ? AND substr(command, 1, ?) = ?
                ORDER BY sequence DESC LIMIT 1
                """,
            [
                .text(JournalRecord.Kind.calling.rawValue),
                .integer(Int64(EquivalentCommand.trafficBeginning.unicodeScalars.count)),
                .text(EquivalentCommand.trafficBeginning),
            ], columns: 1)
        var changes: [WallTime] = []
        if case .integer(let at)? = rows.first?.first { changes.append(WallTime(milliseconds: at)) }
        // Only the newest run can be the one: one at a time is driven.
        if let run = try runs().last, let entries = try? RunChain.entries(of: try records(of: run)) {
            changes += entries.compactMap { if case .trafficSet = $0.event { $0.at } else { nil } }
        }
        return changes.max()
    }

    private func record(_ row: [SQLiteValue]) throws(PortError) -> JournalRecord {
        guard case .integer(let at) = row[0], case .text(let actor) = row[1], case .text(let host) = row[2],
            case .text(let run) = row[3], case .text(let word) = row[4], let kind = JournalRecord.Kind(rawValue: word),
            case .text(let text) = row[6], case .text(let command) = row[7]
        else {
            var sequence = "?"
            if case .integer(let number) = row[8] { sequence = "\(number)" }
            throw PortError(
                .malformed, operation: "read journal",
                detail:
                    "Record \(sequence) of the journal at \(path) makes no sense. Something else has written there: move the file away and look at it."
            )
        }
        var line: Int?
        if case .integer(let number) = row[5] { line = Int(number) }
        return JournalRecord(
            at: WallTime(milliseconds: at), actor: actor, host: host, run: run, kind: kind, line: line, text: text,
            command: command)
    }

    /// The first column of the first row that `query` answers, as text.
    func connection(reads query: String) throws(PortError) -> String? {
        switch try connection.rows(of: query, columns: 1).first?.first {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .null, .blob, .other, nil: nil
        }
    }

    // MARK: Schema

    private func migrate() throws(PortError) {
        if try connection.integer(of: "PRAGMA user_version") == Self.schema { return try checkOwner() }
        // Another program may be doing the same: look again under the lock.
        try connection.execute("BEGIN IMMEDIATE")
        do throws(PortError) {
            var version = try connection.integer(of: "PRAGMA user_version")
            if version == 0 {
                guard try connection.integer(of: "SELECT count(*) FROM sqlite_schema") == 0 else { throw foreign }
                try connection.execute("PRAGMA application_id=\(Self.applicationID)")
            } else {
                try check(version: version)
            }
            while version < Self.schema {
                try connection.execute(Self.additions[Int(version)])
                version += 1
            }
            try connection.execute("PRAGMA user_version=\(Self.schema)")
            try connection.execute("COMMIT")
        } catch {
            // The file stays as it was; the first error is the one to tell.
            try? connection.execute("ROLLBACK")
            throw error
        }
    }

    /// What makes of each schema the next one, beginning with the empty file.
    private static let additions = [
        """
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            at_milliseconds INTEGER NOT NULL,
            actor TEXT NOT NULL,
            host TEXT NOT NULL,
            run TEXT NOT NULL,
            kind TEXT NOT NULL,
            line INTEGER,
            text TEXT NOT NULL,
            command TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE run_record (
            run TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (run, sequence)
        ) STRICT, WITHOUT ROWID
        """,
    ]

    private func checkOwner() throws(PortError) {
        guard try connection.integer(of: "PRAGMA application_id") == Self.applicationID else { throw foreign }
    }

    private func check(version: Int64) throws(PortError) {
        try checkOwner()
        // A negative one was never ours; an older one is read as it is, and brought up to date by who writes.
        guard (1...Self.schema).contains(version) else {
            throw PortError(
                .unsupported, operation: "open journal",
                detail:
                    "The journal at \(path) was written by a newer bascule (schema \(version), this one knows \(Self.schema)). Use the newer one, or name another journal."
            )
        }
    }

    private var foreign: PortError {
        PortError(
            .malformed, operation: "open journal",
            detail: "\(path) is a SQLite file of another program. Name another journal.")
    }

    // MARK: File

    private static func createFile(_ path: String) throws(PortError) {
        try createDirectories(above: path)
        // Made here with its mode, so that it is never readable for others, whatever the umask; SQLite gives the
        // files beside it the same mode.
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, mode_t(0o600))
        guard descriptor >= 0 else { throw failure("The journal at \(path) cannot be opened for writing", errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("The journal at \(path) cannot be examined", errno) }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else {
            throw PortError(
                .malformed, operation: "open journal",
                detail: "The journal at \(path) is not a regular file. Name another journal.")
        }
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
            throw failure("The journal at \(path) can be read by others, and that cannot be changed", errno)
        }
    }

    private static func createDirectories(above path: String) throws(PortError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        if access(directory, F_OK) == 0 { return }
        try createDirectories(above: directory)
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw failure("The journal's directory \(directory) cannot be made", errno)
        }
    }

    private static func failure(_ what: String, _ code: Int32) -> PortError {
        let advice: String
        let kind: FailureKind
        switch code {
        case EACCES, EPERM: (kind, advice) = (.refused, "Check the permissions, or name another journal")
        case EROFS: (kind, advice) = (.refused, "Name a journal on a file system that can be written")
        case ENOSPC, EDQUOT: (kind, advice) = (.failed, "Free space there, or name another journal")
        default: (kind, advice) = (.failed, "Name another journal")
        }
        return PortError(kind, operation: "open journal", detail: "\(what): \(words(code)). \(advice).")
    }

    private static func words(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
