import Domain
import Operations
import Testing

@testable import KafkaAdapter

/// What of the journal works on mock clusters: transactions do, fencing and descriptions of groups do not.
@Suite("The journal of runs on a mock cluster", .timeLimit(.minutes(2)))
struct MockRunJournalTests {
    private let run = "20261125-031200-mock"

    private func record(_ sequence: Int64, text: String = "record") -> RunRecord {
        RunRecord(
            run: run, sequence: sequence, bytes: Array("\(text) \(sequence)".utf8),
            previous: [UInt8](repeating: UInt8(sequence - 1), count: 32),
            hash: [UInt8](repeating: UInt8(sequence), count: 32))
    }

    @Test("an empty topic has no runs; records are read back in their order, the same one once")
    func appending() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic(DriverNames.topic, partitions: 1)
            let reader = try KafkaRunJournalReader(name: "IDC2", cluster: world.cluster)
            #expect(try await reader.runs().isEmpty)
            let session = try DriverSession(world.cluster, driver: "kim@bastion-1")
            try await session.fenceOthers()
            #expect(session.needsJournal)
            session.learn(try await reader.all())
            for sequence in Int64(1)...5 {
                guard case .done = try await session.append(record(sequence)) else {
                    Issue.record("record \(sequence) was not taken")
                    continue
                }
            }
            guard case .done = try await session.append(record(3)) else {
                Issue.record("the same record again was not taken")
                return
            }
            guard case .other = try await session.append(record(3, text: "other")) else {
                Issue.record("another record 3 was taken")
                return
            }
            #expect(try await reader.records(of: run) == (1...5).map { record($0) })
            #expect(try await reader.runs() == [run])
            // One that begins now reads the same.
            let second = try KafkaRunJournalReader(name: "IDC2", cluster: world.cluster)
            #expect(try await second.records(of: run) == (1...5).map { record($0) })
            #expect(try await second.records(of: "none").isEmpty)
            await session.abandon()
            await reader.close()
            await second.close()
        }
    }

    @Test("an approval stands beside the records of its run, whoever holds the lease, and is none of them")
    func approvals() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic(DriverNames.topic, partitions: 1)
            let reader = try KafkaRunJournalReader(name: "IDC2", cluster: world.cluster)
            let approval = RunApproval(
                run: run, step: "declare", person: "lee", plan: [1, 2, 3], signature: Array(repeating: 7, count: 64))
            try await ApprovalSender(world.cluster.configuration, log: { _ in }).send(approval)
            try await world.produce([RunRecordCoding.record(record(1))])
            #expect(try await reader.approvals(of: run) == [approval])
            #expect(try await reader.approvals(of: "another") == [])
            #expect(try await reader.records(of: run) == [record(1)])
            #expect(try await reader.runs() == [run])
            await reader.close()
        }
    }

    @Test("without the lease nothing is appended, and records of others are passed over with a line in the log")
    func strangers() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic(DriverNames.topic, partitions: 1)
            let reader = try KafkaRunJournalReader(name: "IDC2", cluster: world.cluster)
            let lease = DriverLease(
                clusters: PerIDC(idc1: world.cluster, idc2: world.cluster), names: PerIDC(idc1: "IDC1", idc2: "IDC2"),
                log: { _ in })
            let journal = KafkaRunJournal(idc: .idc2, lease: lease, reader: reader)
            let error = try await portError { try await journal.append(record(1)) }
            #expect(error.kind == .refused)
            #expect(error.detail.hasPrefix("the lease of IDC2 is not held"))
            #expect(await lease.isHeld(on: .idc2) == false)
            try await world.produce([
                ProducerRecord(topic: DriverNames.topic, key: Array("test".utf8), value: Array("hello".utf8)),
                RunRecordCoding.record(record(1)),
            ])
            #expect(try await journal.records(of: run) == [record(1)])
            #expect(world.log.all.contains { $0.contains("the record at 0 was not written by a driver of Bascule") })
            await reader.close()
        }
    }

    @Test("a topic with more than one partition is no journal: two drivers could have one each")
    func partitions() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic(DriverNames.topic, partitions: 2)
            let lease = DriverLease(
                clusters: PerIDC(idc1: world.cluster, idc2: world.cluster), names: PerIDC(idc1: "SEOUL", idc2: "BUSAN"),
                log: { _ in })
            let error = try await portError { try await lease.take(on: .idc2, as: "kim") }
            #expect(error.kind == .failed)
            #expect(error.detail.hasPrefix("topic bascule-journal of BUSAN has 2 partitions and must have 1"))
            #expect(await lease.isHeld(on: .idc2) == false)
        }
    }
}
