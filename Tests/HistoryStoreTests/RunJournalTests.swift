import CSQLite
import Domain
import Foundation
import Operations
import TestSupport
import Testing

@testable import HistoryStore

/// The records of runs in the journal's file, and files of the schema before them.
@Suite struct RunJournalTests {
    private let directory = TemporaryDirectory()
    private let run = "20261125-031200-kdmq"

    private var path: String { directory.path + "/journal.sqlite" }

    private func record(_ sequence: Int64, of run: String? = nil, text: String = "{}") -> RunRecord {
        RunRecord(
            run: run ?? self.run, sequence: sequence, bytes: Array(text.utf8),
            previous: Array(repeating: UInt8(truncatingIfNeeded: sequence - 1), count: 32),
            hash: Array(repeating: UInt8(truncatingIfNeeded: sequence), count: 32))
    }

    @Test("what is appended is read back byte for byte, by sequence, each run by itself")
    func roundTrip() async throws {
        let journal = try await JournalFile.open(at: path)
        let other = "20261124-010000-abcd"
        let odd = RunRecord(
            run: run, sequence: 3, bytes: Array(0...255), previous: Array(repeating: 0, count: 32), hash: [])
        let records = [record(1, text: "{\"kind\":\"주문\"}"), record(2, text: ""), odd]
        for record in [records[1], records[0], records[2]] { try await journal.append(record) }
        try await journal.append(record(1, of: other))
        #expect(try await journal.records(of: run) == records)
        #expect(try await journal.records(of: other) == [record(1, of: other)])
        #expect(try await journal.records(of: "20260101-000000-none").isEmpty)
        #expect(try await journal.runs() == [other, run])
        let reader = JournalFileReader(path: path)
        #expect(try await reader.records(of: run) == records)
        #expect(try await reader.runs() == [other, run])
        #expect(journal.name == "local")
        #expect(reader.name == "local")
    }

    @Test("a record that is there already is accepted again; another one in its place is a conflict")
    func conflict() async throws {
        let journal = try await JournalFile.open(at: path)
        try await journal.append(record(1))
        try await journal.append(record(1))
        let changed = RunRecord(
            run: run, sequence: 1, bytes: record(1).bytes, previous: record(1).previous, hash: record(9).hash)
        let error = await #expect(throws: PortError.self) { try await journal.append(changed) }
        #expect(error?.kind == .conflict)
        #expect(error?.detail.contains("has another record 1 of run \(run)") == true)
        #expect(try await journal.records(of: run) == [record(1)])
    }

    @Test("two programs that append the same sequence at once: one of them is refused")
    func race() async throws {
        let path = path
        let run = run
        let refused = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let journal = try await JournalFile.open(at: path)
                    var refused = 0
                    for sequence in Int64(1)...10 {
                        let record = RunRecord(
                            run: run, sequence: sequence, bytes: [UInt8(writer)], previous: [], hash: [UInt8(writer)])
                        do {
                            try await journal.append(record)
                        } catch let error as PortError {
                            #expect(error.detail.contains("has another record"))
                            refused += 1
                        }
                    }
                    return refused
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(refused == 30)
        #expect(try await JournalFile.open(at: path).records(of: run).map(\.sequence) == Array(1...10))
    }

    @Test("a full disk is named, nothing is half written, and the record is taken once there is room")
    func fullDisk() async throws {
        let journal = try await JournalFile.open(at: path, maximumPages: 8)
        var kept: [RunRecord] = []
        var failure: PortError?
        for sequence in Int64(1)...200 {
            let record = record(sequence, text: String(repeating: "x", count: 3_000))
            do throws(PortError) {
                try await journal.append(record)
                kept.append(record)
            } catch {
                failure = error
                break
            }
        }
        let error = try #require(failure)
        #expect(error.kind == .failed)
        #expect(error.detail.hasPrefix("The disk is full: the journal at \(path) cannot be written. Free space there"))
        #expect(!kept.isEmpty)
        #expect(try await journal.records(of: run) == kept)
        let roomy = try await JournalFile.open(at: path)
        let next = record(Int64(kept.count + 1), text: String(repeating: "x", count: 3_000))
        try await roomy.append(next)
        #expect(try await journal.records(of: run) == kept + [next])
    }

    @Test("a record that makes no sense is an error, not left out")
    func senseless() async throws {
        let journal = try await JournalFile.open(at: path)
        try await journal.append(record(1))
        try sql(
            """
            DROP TABLE run_record;
            CREATE TABLE run_record (run, sequence, bytes, previous, hash);
            INSERT INTO run_record VALUES ('\(run)', 1, 'text', x'00', x'00');
            """)
        let error = await #expect(throws: PortError.self) { try await journal.records(of: run) }
        #expect(error?.kind == .malformed)
    }

    // MARK: A file of the schema before

    private func makeFileOfSchemaOne() throws {
        try sql(
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
            ) STRICT;
            INSERT INTO record VALUES (7, 1795371127000, 'kim', 'bastion-1', 'run-7', 'planned', NULL, 'text', 'command');
            PRAGMA application_id=\(0x4253_434C);
            PRAGMA user_version=1;
            """)
    }

    private var act: JournalRecord {
        JournalRecord(
            at: WallTime(milliseconds: 1_795_371_127_000), actor: "kim", host: "bastion-1", run: "run-7",
            kind: .planned, line: nil, text: "text", command: "command")
    }

    @Test("a journal of schema 1 is only read as it is, and knows no runs")
    func readingSchemaOne() async throws {
        try makeFileOfSchemaOne()
        let reader = JournalFileReader(path: path)
        #expect(try await reader.newest(10) == [act])
        #expect(try await reader.runs().isEmpty)
        #expect(try await reader.records(of: run).isEmpty)
        #expect(try integer("PRAGMA user_version") == 1)
    }

    @Test("a journal of schema 1 that is opened for writing keeps its acts and takes runs")
    func migration() async throws {
        try makeFileOfSchemaOne()
        let journal = try await JournalFile.open(at: path)
        #expect(try integer("PRAGMA user_version") == 2)
        #expect(try await journal.newest(10) == [act])
        #expect(try await journal.runs().isEmpty)
        try await journal.append(record(1))
        try await journal.append(act)
        #expect(try await JournalFile.open(at: path).records(of: run) == [record(1)])
        #expect(try await journal.newest(10) == [act, act])
        #expect(try integer("SELECT max(sequence) FROM record") == 8)
    }

    @Test("a disk that is full during the change of schema leaves the file as it was")
    func fullDuringMigration() async throws {
        try makeFileOfSchemaOne()
        let pages = try integer("PRAGMA page_count")
        let error = await #expect(throws: PortError.self) {
            _ = try await JournalFile.open(at: path, maximumPages: Int(pages))
        }
        #expect(error?.detail.hasPrefix("The disk is full") == true)
        #expect(try integer("PRAGMA user_version") == 1)
        #expect(try await JournalFileReader(path: path).newest(10) == [act])
        #expect(try await JournalFile.open(at: path).newest(10) == [act])
    }

    // MARK: Tools

    private func sql(_ statements: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK)
    }

    private func integer(_ query: String) throws -> Int64 {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        return try connection.integer(of: query)
    }
}
