import CSQLite
import Domain
import Foundation
import Operations
import Testing

@testable import HistoryStore

@Suite struct JournalFileTests {
    private let directory = TemporaryDirectory()

    private var path: String { directory.path + "/state/bascule/journal.sqlite" }

    private func record(
        _ number: Int, kind: JournalRecord.Kind = .calling, line: Int? = nil, text: String = "text",
        command: String = "command"
    ) -> JournalRecord {
        JournalRecord(
            at: WallTime(milliseconds: 1_795_371_127_000 + Int64(number)), actor: "kim", host: "bastion-1",
            run: "run-\(number)",
            kind: kind, line: line, text: text, command: command)
    }

    // MARK: Records

    @Test func `what is appended is read back as it was, oldest first`() async throws {
        let journal = try await JournalFile.open(at: path)
        let records = [
            record(1, kind: .planned, text: "", command: ""),
            record(2, kind: .calling, line: 1, text: "주문-체결 '; DROP TABLE record; --"),
            record(3, kind: .outcome, line: 1, text: "nul\u{0}inside, cafe\u{301} \u{1F600}"),
            record(4, kind: .finished, text: String(repeating: "long ", count: 20_000)),
            record(5, kind: .refused),
        ]
        for record in records { try await journal.append(record) }
        #expect(try await journal.newest(100) == records)
    }

    @Test func `the newest few are the last ones, still oldest first`() async throws {
        let journal = try await JournalFile.open(at: path)
        for number in 1...10 { try await journal.append(record(number)) }
        #expect(try await journal.newest(3) == [record(8), record(9), record(10)])
        #expect(try await journal.newest(0).isEmpty)
        #expect(try await journal.newest(-1).isEmpty)
        #expect(try await journal.newest(.max).count == 10)
    }

    @Test func `when the traffic was changed last is told by acts and by runs`() async throws {
        let journal = try await JournalFile.open(at: path)
        #expect(try await journal.trafficChangedAt() == nil)
        let set = EquivalentCommand.traffic(try #require(TrafficSplit(idc1: 0, idc2: 100)))
        try await journal.append(record(1, kind: .planned, command: set))
        try await journal.append(record(2, kind: .refused, command: set))
        try await journal.append(record(3, command: "bascule mirrors pause 'bascule traffic set 0:100'"))
        #expect(try await journal.trafficChangedAt() == nil, "nothing was called")
        try await journal.append(record(4, command: set))
        try await journal.append(record(5, command: "bascule freeze"))
        let act = record(4).at
        #expect(try await journal.trafficChangedAt() == act)

        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        for (sequence, seconds) in [(1, -60), (2, 60)] {
            let entry = JournalEntry(
                sequence: Int64(sequence), at: act.advanced(by: .seconds(seconds)), actor: "kim", host: "h",
                event: .trafficSet(split, before: nil))
            try await journal.append(
                RunChain.record(entry, of: "20261129-000000-aaaa", after: RunChain.beginning, digest: { _ in [0] }))
            #expect(try await journal.trafficChangedAt() == act.advanced(by: .seconds(max(0, seconds))))
        }
        #expect(try await JournalFileReader(path: path).trafficChangedAt() == act.advanced(by: .seconds(60)))
    }

    @Test func `records are there after the file is opened again`() async throws {
        try await JournalFile.open(at: path).append(record(1))
        try await JournalFile.open(at: path).append(record(2))
        #expect(try await JournalFile.open(at: path).newest(10) == [record(1), record(2)])
    }

    @Test func `a record is on the disk when append returns`() async throws {
        let journal = try await JournalFile.open(at: path)
        try await journal.append(record(1))
        // What a crash at this moment leaves behind: the files as they are, while the journal is still open.
        let copy = directory.path + "/copy.sqlite"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
        #expect(try await JournalFile.open(at: copy).newest(10) == [record(1)])
        try await journal.append(record(2))
    }

    @Test func `a cancelled task still records what it has done`() async throws {
        let journal = try await JournalFile.open(at: path)
        let record = record(1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled { await Task.yield() }
                try? await journal.append(record)
            }
            group.cancelAll()
        }
        #expect(try await journal.newest(10) == [record])
    }

    @Test func `several programs write to one journal at once and nothing is lost`() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    // Opening at the same moment also means creating at the same moment.
                    let journal = try await JournalFile.open(at: path)
                    for number in 0..<20 { try await journal.append(self.record(writer * 100 + number)) }
                }
            }
            try await group.waitForAll()
        }
        let runs = try await JournalFile.open(at: path).newest(1_000).map(\.run)
        #expect(runs.count == 80)
        #expect(Set(runs).count == 80)
        for writer in 0..<4 {
            let mine = (0..<20).map { "run-\(writer * 100 + $0)" }
            #expect(runs.filter { Set(mine).contains($0) } == mine)
        }
    }

    // MARK: File

    @Test func `the directory is for its owner only, and so are the files`() async throws {
        let before = umask(0)
        defer { umask(before) }
        let journal = try await JournalFile.open(at: path)
        try await journal.append(record(1))
        #expect(try mode(directory.path + "/state") == 0o700)
        #expect(try mode(directory.path + "/state/bascule") == 0o700)
        #expect(try mode(path) == 0o600)
        #expect(try mode(path + "-wal") == 0o600)
        try await journal.append(record(2))
    }

    @Test func `a journal that others could read is closed to them`() async throws {
        try await JournalFile.open(at: path).append(record(1))
        chmod(path, 0o644)
        let journal = try await JournalFile.open(at: path)
        #expect(try mode(path) == 0o600)
        #expect(try await journal.newest(1) == [record(1)])
    }

    @Test func `the file is written ahead and flushed at every commit`() async throws {
        let database = try journalDatabase()
        #expect(try database.connection(reads: "PRAGMA journal_mode") == "wal")
        #expect(try database.connection(reads: "PRAGMA synchronous") == "2")
    }

    private func journalDatabase() throws -> JournalDatabase {
        try JournalDatabase(creatingAt: path, maximumPages: nil)
    }

    // MARK: Trouble

    @Test func `a full disk is named, and what was recorded stays`() async throws {
        let journal = try await JournalFile.open(at: path, maximumPages: 8)
        var kept = 0
        var failure: PortError?
        for number in 1...200 {
            do {
                try await journal.append(record(number, text: String(repeating: "x", count: 500)))
                kept += 1
            } catch {
                failure = error
                break
            }
        }
        let error = try #require(failure)
        #expect(error.kind == .failed)
        #expect(error.detail.hasPrefix("The disk is full: the journal at \(path) cannot be written. Free space there"))
        #expect(kept > 0)
        #expect(try await journal.newest(1_000).count == kept)
    }

    @Test func `a journal of a newer version is refused and left alone`() async throws {
        try await JournalFile.open(at: path).append(record(1))
        try sql("PRAGMA user_version=3", on: path)
        let error = await error { try await JournalFile.open(at: path) }
        #expect(error?.kind == .unsupported)
        #expect(error?.detail.contains("schema 3, this one knows 2") == true)
        #expect(error?.detail.contains(path) == true)
        let reading = await self.error { try await JournalFileReader(path: path).newest(1) }
        #expect(reading?.kind == .unsupported)
        try sql("PRAGMA user_version=2", on: path)
        #expect(try await JournalFile.open(at: path).newest(10) == [record(1)])
    }

    @Test func `a file that is no journal is refused and left alone`() async throws {
        let file = directory.path + "/notes.txt"
        let text = Data(String(repeating: "These are my notes. ", count: 100).utf8)
        try text.write(to: URL(filePath: file))
        let error = await error { try await JournalFile.open(at: file) }
        #expect(error?.kind == .malformed)
        #expect(error?.detail.contains("damaged or no journal. Move the file away") == true)
        #expect(try Data(contentsOf: URL(filePath: file)) == text)
    }

    @Test func `the database of another program is refused and left alone`() async throws {
        let file = directory.path + "/other.sqlite"
        try sql("CREATE TABLE accounts (name TEXT)", on: file)
        let error = await error { try await JournalFile.open(at: file) }
        #expect(error?.kind == .malformed)
        #expect(error?.detail == "\(file) is a SQLite file of another program. Name another journal.")
        let reading = await self.error { try await JournalFileReader(path: file).newest(1) }
        #expect(reading?.kind == .malformed)
        try sql("INSERT INTO accounts VALUES ('still here')", on: file)
    }

    @Test func `a damaged journal is refused with the path`() async throws {
        let journal = try await JournalFile.open(at: path)
        for number in 1...50 { try await journal.append(record(number, text: String(repeating: "x", count: 2_000))) }
        try sql("PRAGMA wal_checkpoint(TRUNCATE)", on: path)
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.seek(toOffset: 4_096)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 4_096 * 8))
        try handle.close()
        let error = await error { try await JournalFileReader(path: path).newest(50) }
        #expect(error?.kind == .malformed)
        #expect(error?.detail.contains(path) == true)
    }

    @Test func `a record that makes no sense is an error, not left out`() async throws {
        let journal = try await JournalFile.open(at: path)
        try await journal.append(record(1))
        try sql("UPDATE record SET kind = 'dreamt'", on: path)
        let error = await error { try await journal.newest(10) }
        #expect(error?.kind == .malformed)
        #expect(error?.detail.hasPrefix("Record 1 of the journal at \(path) makes no sense.") == true)
    }

    @Test func `a journal that another program holds is named so`() async throws {
        let journal = try await JournalFile.open(at: path)
        var other: OpaquePointer?
        #expect(sqlite3_open(path, &other) == SQLITE_OK)
        #expect(sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let error = await error { try await journal.append(record(1)) }
        #expect(error?.kind == .conflict)
        #expect(error?.detail.contains("held by another program") == true)
        sqlite3_close(other)
        try await journal.append(record(2))
        #expect(try await journal.newest(10) == [record(2)])
    }

    @Test func `a path that cannot be made says which directory`() async throws {
        let file = directory.path + "/file"
        try Data().write(to: URL(filePath: file))
        let error = await error { try await JournalFile.open(at: file + "/bascule/journal.sqlite") }
        #expect(error?.detail.contains("\(file)/bascule cannot be made: Not a directory") == true)
        let isDirectory = await self.error { try await JournalFile.open(at: directory.path) }
        #expect(isDirectory?.detail.contains("cannot be opened for writing: Is a directory") == true)
        let device = await self.error { try await JournalFile.open(at: "/dev/null") }
        #expect(device?.detail == "The journal at /dev/null is not a regular file. Name another journal.")
    }

    // MARK: Reading only

    @Test func `a reader finds nothing where there is no journal, and makes none`() async throws {
        let reader = JournalFileReader(path: path)
        #expect(try await reader.newest(10).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/state"))
        let journal = try await JournalFile.open(at: path)
        #expect(try await reader.newest(10).isEmpty)
        try await journal.append(record(1))
        #expect(try await reader.newest(10) == [record(1)])
        try await journal.append(record(2))
        #expect(try await reader.newest(1) == [record(2)])
    }

    // MARK: Tools

    private func error<Value>(_ body: () async throws -> Value) async -> PortError? {
        do {
            _ = try await body()
            Issue.record("no error was thrown")
            return nil
        } catch {
            return error as? PortError
        }
    }

    private func mode(_ path: String) throws -> UInt16 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt16(status.st_mode & 0o777)
    }

    private func sql(_ statement: String, on path: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, statement, nil, nil, nil) == SQLITE_OK)
    }
}

/// A directory that goes away with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/bascule-journal-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
