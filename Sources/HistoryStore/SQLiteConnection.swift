internal import CSQLite
import Domain
import Glibc
import Operations

/// A value of a SQLite row.
enum SQLiteValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    /// None of those.
    case other
}

/// A connection to one SQLite file, closed when it goes away. Not thread-safe: belongs to one queue.
final class SQLiteConnection {
    enum Access {
        case readWrite
        case readOnly
    }

    /// How long a call waits for another program's transaction.
    private static let busyMilliseconds: Int32 = 2_000

    private let handle: OpaquePointer
    private let path: String

    init(path: String, access: Access) throws(PortError) {
        let flags: Int32 =
            switch access {
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        var handle: OpaquePointer?
        // SQLite gives `:memory:` and an empty name a meaning of their own; a path with a slash is a path.
        let file = path.contains("/") ? path : "./\(path)"
        let code = sqlite3_open_v2(file, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let error = Self.error(code, handle, path: path)
            // A handle comes back even when opening failed.
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.path = path
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs a statement that answers nothing of interest.
    func execute(_ statement: String, _ values: [SQLiteValue] = []) throws(PortError) {
        _ = try rows(of: statement, values, columns: 0)
    }

    /// The first column of the first row; 0 where there is none.
    func integer(of query: String) throws(PortError) -> Int64 {
        guard case .integer(let value)? = try rows(of: query, columns: 1).first?.first else { return 0 }
        return value
    }

    /// The first column of the first row.
    func text(of query: String) throws(PortError) -> String? {
        guard case .text(let value)? = try rows(of: query, columns: 1).first?.first else { return nil }
        return value
    }

    /// The first `columns` columns of all rows.
    func rows(of query: String, _ values: [SQLiteValue] = [], columns: Int32) throws(PortError) -> [[SQLiteValue]] {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, query, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        for (index, value) in values.enumerated() { try check(bind(value, to: Int32(index + 1), of: statement)) }
        var rows: [[SQLiteValue]] = []
        while true {
            let code = sqlite3_step(statement)
            switch code {
            case SQLITE_DONE: return rows
            case SQLITE_ROW: rows.append((0..<columns).map { value(of: statement, column: $0) })
            default: throw Self.error(code, handle, path: path)
            }
        }
    }

    /// Tries again for a while where the file is locked in a way that the busy time-out does not cover.
    func retryingWhileLocked(_ body: () throws(PortError) -> Void) throws(PortError) {
        for attempt in 0... {
            do throws(PortError) {
                return try body()
            } catch {
                guard error.kind == .conflict, attempt < 20 else { throw error }
                usleep(50_000)
            }
        }
    }

    private func bind(_ value: SQLiteValue, to index: Int32, of statement: OpaquePointer?) -> Int32 {
        switch value {
        case .null, .other: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .blob(let bytes):
            // An array's empty buffer may have no address, which SQLite would take for NULL.
            return bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), csqlite_transient())
        case .text(let text):
            var text = text
            return text.withUTF8 { bytes in
                // An empty buffer may have no address, which SQLite would take for NULL.
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_text(statement, index, "", 0, csqlite_transient())
                }
                return UnsafeRawPointer(start).withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text64(
                        statement, index, $0, UInt64(bytes.count), csqlite_transient(), UInt8(SQLITE_UTF8))
                }
            }
        }
    }

    private func value(of statement: OpaquePointer?, column: Int32) -> SQLiteValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT:
            guard let bytes = sqlite3_column_text(statement, column) else { return .text("") }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = sqlite3_column_blob(statement, column) else { return .blob([]) }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .blob(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .other
        }
    }

    // MARK: Errors

    private func check(_ code: Int32) throws(PortError) {
        guard code == SQLITE_OK else { throw Self.error(code, handle, path: path) }
    }

    /// What SQLite's result codes (sqlite.org/rescode.html) mean to the person in front of it.
    private static func error(_ code: Int32, _ handle: OpaquePointer?, path: String) -> PortError {
        let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "error \(code)"
        let (kind, text) = words(code & 0xFF, path: path)
        return PortError(kind, operation: "journal", detail: "\(text) (SQLite: \(message), code \(code))")
    }

    private static func words(_ code: Int32, path: String) -> (FailureKind, String) {
        switch code {
        case SQLITE_FULL:
            (.failed, "The disk is full: the journal at \(path) cannot be written. Free space there")
        case SQLITE_READONLY:
            (
                .refused,
                "The journal at \(path) cannot be written. Check that its file system is not read-only, and the permissions"
            )
        case SQLITE_PERM, SQLITE_AUTH:
            (.refused, "The journal at \(path) must not be opened. Check the permissions")
        case SQLITE_CANTOPEN:
            (.refused, "The journal at \(path) cannot be opened. Check that its directory exists and can be written")
        case SQLITE_BUSY, SQLITE_LOCKED:
            (.conflict, "The journal at \(path) is held by another program. Try again, or end that program")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            (
                .malformed,
                "The journal at \(path) is damaged or no journal. Move the file away, keep it, and start again"
            )
        case SQLITE_IOERR:
            (.failed, "The disk refuses the journal at \(path). Check the file system")
        default:
            (.failed, "The journal at \(path) cannot be used")
        }
    }
}
