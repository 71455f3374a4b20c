import Domain
import Testing

@testable import Bascule

@Suite struct `A run that a console follows` {
    @Test func `one that was driven to its end here does not come back as it stood before`() async throws {
        let ended = try await GuidedRun.drive(RunWorld()).view
        let begun = FailoverMachine(GuidedRun.header, GuidedRun.runbook, at: ended.declaredAt).view
        #expect(begun.run == ended.run && begun.outcome == nil && ended.outcome != nil)
        #expect(!RunDesk.isNews(begun, after: ended))
        #expect(!RunDesk.isNews(ended, after: ended))
        #expect(RunDesk.isNews(ended, after: begun))
        #expect(RunDesk.isNews(begun, after: nil))
        let other = FailoverMachine(
            RunHeader(
                run: "20261129-000000-aaaa", runbook: "test", runbookText: "test", from: .idc1, driver: "kim",
                host: "h",
                reason: "another", split: nil, endpoints: []), GuidedRun.runbook, at: ended.declaredAt
        ).view
        #expect(RunDesk.isNews(other, after: ended))
    }
}
