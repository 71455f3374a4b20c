import Digests
import Domain
import Foundation
import HistoryStore
import KafkaAdapter
import Operations
import Testing

/// `bascule watch` beside a run that somebody else drives: it reads the journal, and can do nothing.
@Suite(.serialized) struct WatchedRunTests {
    private static let run = "20261125-031200-kdmq"

    /// The records of a disaster run up to its third step.
    private static func records() throws -> [RunRecord] {
        let header = RunHeader(
            run: run, runbook: "disaster", runbookText: try #require(BuiltInRunbooks.text(named: "disaster")),
            from: .idc1, driver: "jo", host: "bastion-1", reason: "IDC1 has lost its power", split: nil,
            endpoints: [EndpointGroups(endpoint: "kafka-billing", groups: ["billing", "ledger"])])
        let events: [FailoverEvent] = [
            .begun(header), .acting(.takeLease), .leaseAnswered([LeaseAnswer(.idc2)]), .acting(.recordReadings),
            .readingsRecorded(
                ReadingsKept(
                    kept: 41, missing: ["brokers of idc1"], stranded: nil, recordsPerSecond: nil)),
        ]
        var records: [RunRecord] = []
        for (index, event) in events.enumerated() {
            let entry = JournalEntry(
                sequence: Int64(index + 1), at: WallTime(milliseconds: 1_764_040_320_000 + Int64(index) * 1_000),
                actor: "jo", host: "bastion-1", event: event)
            records.append(
                RunChain.record(
                    entry, of: run, after: records.last?.hash ?? RunChain.beginning,
                    digest: { SHA256.digest(of: $0) ?? [] }))
        }
        return records
    }

    /// Follows what `append` adds, and answers nothing.
    private static func follow(
        _ session: TmuxSession, _ records: [RunRecord], append: (RunRecord) async throws -> Void
    ) async throws {
        try await append(records[0])
        try await session.wait(for: "FAILOVER RUN disaster IDC1 to IDC2  step 1/10", within: .seconds(60))
        for record in records.dropFirst() { try await append(record) }
        try await session.wait(for: "step 3/10", within: .seconds(60))
        try session.press("F")
        try await session.wait("the run as its journal has it") {
            $0.contains("IDC1 has lost its power") && $0.contains("looking at: brokers") && $0.contains("stranded ?")
        }
        for key in ["y", "r", "v", "a", "b", "s", "l", "X", "T"] {
            try session.press(key)
            try await session.wait(for: "WATCH: this session cannot change anything")
            #expect(try !session.screen().contains("leaves it undone"), "\(key)")
        }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `watch follows a run by the local journal, while neither cluster answers`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = folder.path("journal.sqlite")
        let configuration = try folder.write(
            """
            context: dead
            journal: \(path)
            idcs:
              idc1: {name: "IDC1", bootstrap: "127.0.0.1:1"}
              idc2: {name: "IDC2", bootstrap: "127.0.0.1:2"}
            """, to: "dead.yaml")
        let journal = try await JournalFile.open(at: path)
        let records = try Self.records()
        let session = try TmuxSession(
            columns: 120, rows: 40, command: "'\(Program.bascule)' --config '\(configuration)' watch")
        defer { session.end() }
        try await Self.follow(session, records) { try await journal.append($0) }
        #expect(try await journal.records(of: Self.run) == records, "nothing was added by watching")
    }

    @Test func `watch follows a run by the journal topic of the side that is left`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let cluster = try MockCluster.start(brokers: 1)
        try cluster.createTopic("bascule-journal", partitions: 1)
        let configuration = try folder.write(
            """
            context: half
            journal: \(folder.path("journal.sqlite"))
            idcs:
              idc1: {name: "IDC1", bootstrap: "127.0.0.1:1"}
              idc2: {name: "IDC2", bootstrap: "\(cluster.bootstrap)"}
            """, to: "half.yaml")
        let producer = try RecordProducer(KafkaConfiguration(bootstrap: cluster.bootstrap), log: { _ in })
        let session = try TmuxSession(
            columns: 120, rows: 40, command: "'\(Program.bascule)' --config '\(configuration)' watch")
        defer { session.end() }
        try await Self.follow(session, try Self.records()) { record in
            try producer.produce(
                ProducerRecord(
                    topic: "bascule-journal", partition: 0, key: Array("\(record.run)/\(record.sequence)".utf8),
                    value: record.bytes,
                    headers: [
                        .init(name: "previous", value: record.previous), .init(name: "hash", value: record.hash),
                    ]))
            try await producer.flush(within: .seconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("journal.sqlite")))
        let report = ["--config", configuration, "failover", "report", Self.run]
        let other = try Program.run(Program.bascule, report + ["--verify"])
        #expect(other.status == 0)
        #expect(other.output.contains("IDC1 has lost its power"))
        #expect(other.error.contains("IDC2: 5 records, one unbroken chain"))
        #expect(other.error.contains("IDC1: not read: "))
        // A copy here in which somebody has changed a record.
        let journal = try await JournalFile.open(at: folder.path("journal.sqlite"))
        for (index, record) in try Self.records().enumerated() {
            try await journal.append(
                RunRecord(
                    run: record.run, sequence: record.sequence, bytes: index == 2 ? record.bytes + [32] : record.bytes,
                    previous: record.previous, hash: record.hash))
        }
        let forged = try Program.run(Program.bascule, report)
        #expect(forged.status == 2)
        #expect(forged.output.isEmpty)
        #expect(forged.error.contains("this host: not sound: record 3 is not as it was written"))
        await producer.close()
        await cluster.destroy()
    }
}
