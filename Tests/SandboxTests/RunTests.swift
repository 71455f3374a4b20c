import Domain
import Operations
import Testing

@testable import Sandbox

/// Who may drive a run of the failover in the sandbox. Whole runs are played by scenarios.
struct RunTests {
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
