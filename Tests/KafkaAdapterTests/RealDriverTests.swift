import Domain
import Glibc
import Operations
import Synchronization
import TestSupport
import Testing

@testable import KafkaAdapter

/// The lease and the journal on real clusters, which fence.
@Suite(
    "Drivers on a real cluster", .serialized, .enabled(if: RealClusters.current != nil), .timeLimit(.minutes(5)))
struct RealDriverTests {
    /// One driver with connections of its own, as a process has them.
    fileprivate struct Driver {
        let name: String
        let clusters: PerIDC<KafkaCluster>
        let lease: DriverLease
        let reader: KafkaRunJournalReader
        let journal: KafkaRunJournal

        func close() async {
            await lease.release()
            await reader.close()
            await clusters.idc1.close()
            await clusters.idc2.close()
        }
    }

    fileprivate static func driver(_ name: String) throws -> Driver {
        let real = try #require(RealClusters.current)
        let clusters = PerIDC(
            idc1: try KafkaCluster(KafkaConfiguration(bootstrap: real.bootstrap.idc1), log: { _ in }),
            idc2: try KafkaCluster(KafkaConfiguration(bootstrap: real.bootstrap.idc2), log: { _ in }))
        let lease = DriverLease(clusters: clusters, names: PerIDC(idc1: "SEOUL", idc2: "BUSAN"), log: { _ in })
        let reader = try KafkaRunJournalReader(name: "SEOUL", cluster: clusters.idc1)
        return Driver(
            name: name, clusters: clusters, lease: lease, reader: reader,
            journal: KafkaRunJournal(idc: .idc1, lease: lease, reader: reader))
    }

    private func withDrivers(_ names: String..., body: ([Driver]) async throws -> Void) async throws {
        let drivers = try names.map { try Self.driver($0) }
        let failure: (any Error)?
        do {
            try await body(drivers)
            failure = nil
        } catch {
            failure = error
        }
        for driver in drivers { await driver.close() }
        if let failure { throw failure }
    }

    private let run = "20261125-\(getpid())-\(UInt32.random(in: 0 ... .max))"

    private func record(_ sequence: Int64, text: String = "record") -> RunRecord {
        Self.record(sequence, of: run, text: text)
    }

    fileprivate static func record(_ sequence: Int64, of run: String, text: String) -> RunRecord {
        RunRecord(
            run: run, sequence: sequence, bytes: Array("\(text) \(sequence)".utf8),
            previous: [UInt8](repeating: UInt8(sequence - 1), count: 32),
            hash: [UInt8](repeating: UInt8(sequence), count: 32))
    }

    @Test("the lease is taken on both sides, the topic made for it, the second driver told who has it, and given back")
    func taking() async throws {
        try await withDrivers("kim@bastion-1", "lee@bastion-2") { drivers in
            let (kim, lee) = (drivers[0], drivers[1])
            #expect(await kim.lease.isHeld(on: .idc1) == false)
            // Whether the topic is there already or not.
            #expect(try await kim.reader.records(of: run).isEmpty)
            for idc in IDC.allCases {
                try await kim.lease.take(on: idc, as: kim.name)
                #expect(await kim.lease.isHeld(on: idc) == true)
            }
            // Taking what one has is no conflict with oneself.
            try await kim.lease.take(on: .idc1, as: kim.name)
            let setup = JournalTopicSetup(cluster: kim.clusters.idc1, name: "SEOUL")
            #expect(try await setup.prepare().isEmpty)
            let settings = try await kim.clusters.idc1.settings(of: [DriverNames.topic]).value[DriverNames.topic]
            #expect(settings?.retention == .unlimited)
            #expect(settings?.cleanupPolicy == ["delete"])
            for idc in IDC.allCases {
                let error = try await portError { try await lee.lease.take(on: idc, as: lee.name) }
                #expect(error.kind == .conflict)
                #expect(error.detail.contains("is held by bascule-driver-kim@bastion-1 at 127."))
                #expect(await lee.lease.isHeld(on: idc) == false)
            }
            #expect(await kim.lease.isHeld(on: .idc1) == true)
            await kim.lease.release()
            #expect(await kim.lease.isHeld(on: .idc1) == false)
            try await lee.lease.take(on: .idc1, as: lee.name)
            #expect(await lee.lease.isHeld(on: .idc1) == true)
        }
    }

    @Test("records are transactions: read back committed, the same accepted again, another in its place refused")
    func journaling() async throws {
        try await withDrivers("kim@bastion-1", "watch") { drivers in
            let (kim, watch) = (drivers[0], drivers[1])
            try await kim.lease.take(on: .idc1, as: kim.name)
            for sequence in Int64(1)...20 {
                try await kim.journal.append(record(sequence))
                try await eventually("whoever watches sees it") {
                    try await watch.reader.records(of: run).last == record(sequence)
                }
            }
            try await kim.journal.append(record(7))
            let other = try await portError { try await kim.journal.append(record(7, text: "other")) }
            #expect(other.kind == .conflict)
            #expect(other.detail.contains("has another record 7 of run \(run)"))
            #expect(try await watch.reader.records(of: run) == (1...20).map { record($0) })
            #expect(try await watch.reader.runs().contains(run))
            // What the next driver of the run finds.
            await kim.lease.release()
            let lee = try Self.driver("lee@bastion-2")
            try await lee.lease.take(on: .idc1, as: lee.name)
            try await lee.journal.append(record(20))
            let late = try await portError { try await lee.journal.append(record(20, text: "late")) }
            #expect(late.kind == .conflict)
            try await lee.journal.append(record(21))
            try await eventually("the journal has both drivers' records") {
                try await watch.reader.records(of: run) == (1...21).map { record($0) }
            }
            await lee.close()
        }
    }

    @Test("a driver that lost its membership and does not know is fenced out by the next one, before it writes")
    func fencing() async throws {
        try await withDrivers("kim@bastion-1", "lee@bastion-2") { drivers in
            let (kim, lee) = (drivers[0], drivers[1])
            try await kim.lease.take(on: .idc1, as: kim.name)
            try await kim.journal.append(record(1))
            // As after the session time-out of a process that was stopped: the group has forgotten it.
            let session = try await kim.lease.session(on: .idc1)
            await session.leaveGroup()
            #expect(await kim.lease.isHeld(on: .idc1) == false)
            try await lee.lease.take(on: .idc1, as: lee.name)
            try await lee.journal.append(record(2, text: "lee"))
            let error = try await portError { try await kim.journal.append(record(2, text: "kim")) }
            #expect(error.kind == .conflict)
            #expect(
                error.detail.hasPrefix(
                    "a newer driver has taken SEOUL over: bascule-driver-lee@bastion-2 at 127."))
            #expect(await kim.lease.isHeld(on: .idc1) == false)
            let again = try await portError { try await kim.journal.append(record(3, text: "kim")) }
            #expect(again.kind == .conflict)
            try await eventually("the journal has what the newer one wrote") {
                try await kim.reader.records(of: run) == [record(1), record(2, text: "lee")]
            }
            #expect(await lee.lease.isHeld(on: .idc1) == true)
            try await lee.journal.append(record(3, text: "lee"))
        }
    }

    @Test("settings of the topic that can lose records are named, until they are put right")
    func wrongTopic() async throws {
        let real = try #require(RealClusters.current)
        try await withDrivers("kim@bastion-1") { drivers in
            let kim = drivers[0]
            try await kim.lease.take(on: .idc2, as: kim.name)
            await kim.lease.release()
            let setup = JournalTopicSetup(cluster: kim.clusters.idc2, name: "BUSAN")
            func alter(_ change: [String]) throws {
                try real.run(
                    "kafka.admin.ConfigCommand",
                    [
                        "--bootstrap-server", real.bootstrap.idc2, "--alter", "--entity-type", "topics",
                        "--entity-name",
                        DriverNames.topic,
                    ] + change)
            }
            try alter(["--add-config", "cleanup.policy=compact,retention.ms=1000"])
            try await eventually("both settings are named") {
                try await setup.prepare() == [
                    "topic bascule-journal of BUSAN has cleanup.policy=compact, which can lose records: set it to delete",
                    "topic bascule-journal of BUSAN has retention.ms=1000, which can lose records: set it to -1",
                ]
            }
            try alter(["--add-config", "cleanup.policy=delete,retention.ms=-1"])
            try await eventually("nothing is wrong") { try await setup.prepare().isEmpty }
        }
    }

    @Test("a driver whose process is stopped by SIGSTOP loses the lease, and writes nothing after SIGCONT")
    func stoppedProcess() async throws {
        let run = run
        try await withTemporaryDirectory { directory in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Self.childIsFencedOut(run, directory) }
                group.addTask {
                    let lee = try Self.driver("lee@bastion-2")
                    try await Self.overtakeStoppedChild(lee, run, directory)
                    await lee.close()
                }
                try await group.waitForAll()
            }
        }
    }

    /// A process of its own: takes the lease, writes one record, is stopped, and tries another one.
    private static func childIsFencedOut(_ run: String, _ directory: String) async {
        await #expect(processExitsWith: .exitCode(7)) { [run, directory] in
            let kim = try RealDriverTests.driver("kim@bastion-1")
            try await kim.lease.take(on: .idc1, as: kim.name)
            try await kim.journal.append(RealDriverTests.record(1, of: run, text: "kim"))
            try write("\(getpid())\n", to: directory + "/pid.new")
            rename(directory + "/pid.new", directory + "/pid")
            await eventually("it is asked to go on", within: .seconds(200)) { access(directory + "/go", F_OK) == 0 }
            do {
                try await kim.journal.append(RealDriverTests.record(2, of: run, text: "kim"))
                exit(1)
            } catch let error as PortError {
                guard error.kind == .conflict, error.detail.contains("bascule-driver-lee@bastion-2") else { exit(2) }
                let isHeld = await kim.lease.isHeld(on: .idc1)
                exit(isHeld == false ? 7 : 3)
            }
        }
    }

    private static func overtakeStoppedChild(_ lee: Driver, _ run: String, _ directory: String) async throws {
        await eventually("the child drives", within: .seconds(100)) { access(directory + "/pid", F_OK) == 0 }
        let text = RealClusters.text(of: directory + "/pid")
        let pid = try #require(pid_t(text.split(separator: "\n").first ?? ""))
        let early = try await portError { try await lee.lease.take(on: .idc1, as: lee.name) }
        #expect(early.detail.contains("is held by bascule-driver-kim@bastion-1"))
        kill(pid, SIGSTOP)
        await eventually("the lease of the stopped process has run out", within: .seconds(100)) {
            (try? await lee.lease.take(on: .idc1, as: lee.name)) != nil
        }
        try await lee.journal.append(record(2, of: run, text: "lee"))
        kill(pid, SIGCONT)
        await eventually("the stopped process is back in the group") { await members(of: lee).count == 2 }
        // Whichever of the two has got the partition now.
        await eventually("the group is settled") {
            await members(of: lee).contains { !$0.assignment.isEmpty }
        }
        #expect(await lee.lease.isHeld(on: .idc1) == true)
        try write("", to: directory + "/go")
        try await eventually("the journal has the first one's record and the second one's") {
            try await lee.reader.records(of: run) == [
                record(1, of: run, text: "kim"), record(2, of: run, text: "lee"),
            ]
        }
    }

    private static func members(of driver: Driver) async -> [GroupMember] {
        let answer = await driver.clusters.idc1.descriptions(of: [DriverNames.group])[DriverNames.group]
        guard case .success(let group)? = answer else { return [] }
        return group.members
    }
}
