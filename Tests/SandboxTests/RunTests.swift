import Domain
import Operations
import Testing

@testable import Sandbox

/// Whole runs of the failover in the sandbox.
@Suite(.serialized)
struct RunTests {
    @Test("a disaster run in the sandbox loses nothing, and reads no more twice than was announced")
    func disaster() async throws {
        let report = try await played("disaster-run")
        #expect(report.lost == 0)
        #expect(report.duplicates <= report.announcedDuplicates)
        #expect(report.isPassed, "\(report.expectations)")
    }

    @Test("a planned run in the sandbox loses nothing and reads nothing twice")
    func planned() async throws {
        let report = try await played("planned-run")
        #expect(report.lost == 0)
        #expect(report.duplicates == 0)
        #expect(report.isPassed, "\(report.expectations)")
    }

    @Test("two drivers at once: the second is refused, and one who took over shuts the first out")
    func twoDrivers() async throws {
        let journal = SandboxJournal(isGone: { _ in false })
        let first = journal.driver()
        try await first.take(on: .idc2, as: "kim")
        let second = journal.driver()
        await #expect(throws: PortError.self) { try await second.take(on: .idc2, as: "lee") }
        let record = RunRecord(
            run: "r", sequence: 1, bytes: [1], previous: RunChain.beginning, hash: [UInt8](repeating: 1, count: 32))
        for copy in first.journals { try await copy.append(record) }
        await first.release()
        try await second.take(on: .idc2, as: "lee")
        let next = RunRecord(
            run: "r", sequence: 2, bytes: [2], previous: record.hash, hash: [UInt8](repeating: 2, count: 32))
        for copy in first.journals { await #expect(throws: PortError.self) { try await copy.append(next) } }
        for copy in second.journals { try await copy.append(next) }
        #expect(await first.isHeld(on: .idc2) == false)
    }
}
