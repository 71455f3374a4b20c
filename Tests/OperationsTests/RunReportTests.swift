import Domain
import Operations
import Synchronization
import TestSupport
import Testing

/// Reports as people get them, kept in Goldens; `RECORD_GOLDENS=1` takes them anew.
struct RunReportTests {
    private static let names = PerIDC(idc1: "IDC1", idc2: "IDC2")

    /// A disaster in which one group is held, the quorum is waived, and whose reason tries to be markup.
    private func report() async throws -> RunReport {
        let world = RunWorld()
        var last = SnapshotBuilder.empty
        last.topics = [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(41, isExact: true), idc2: nil)),
            TopicFixture("quiet"),
            TopicFixture("trades", toCopy: PerIDC(idc1: Estimate(9, isExact: false), idc2: nil)),
        ]
        last.clusters.idc1 = .stale(age: .seconds(14))
        world.change {
            $0.hasQuorum = false
            $0.snapshots = [last.build()]
        }
        let machine = try await GuidedRun.drive(world, reason: "IDC1 is gone: <b>|power|</b> & `UPS`\u{1b}[31m")
        let entries = try RunChain.entries(of: world.state.withLock { $0.records })
        return RunReport(machine, entries: entries, chainHead: Array(repeating: 0xab, count: 32))
    }

    @Test("a report in each format and language", arguments: Language.allCases)
    func formats(_ language: Language) async throws {
        let report = try await report()
        let text = RunReportText(report, RunWords(language, names: Self.names), offset: UTCOffset(minutes: 540))
        try GoldenText.verify(text.plain, "report.\(language.rawValue).txt")
        try GoldenText.verify(text.markdown, "report.\(language.rawValue).md")
        try GoldenText.verify(text.page, "report.\(language.rawValue).html")
    }

    @Test("a report as data") func data() async throws {
        try GoldenText.verify(JSONText.written(RunDocument.node(of: try await report())), "report.json")
    }

    @Test("what comes from outside is no markup and reaches no terminal") func markup() async throws {
        let text = RunReportText(try await report(), RunWords(.english, names: Self.names))
        #expect(!text.page.contains("<b>"))
        #expect(text.page.contains("&lt;b&gt;|power|&lt;/b&gt; &amp; `UPS`"))
        #expect(text.markdown.contains(#"\<b\>\|power\|\</b\> & \`UPS\`"#))
        for written in [text.plain, text.markdown, text.page] { #expect(!written.contains("\u{1b}")) }
    }

    @Test("a run that goes on has a report, and what is not known in it is not zero") func underWay() async throws {
        let world = RunWorld()
        world.change { $0.limit = 12 }
        await #expect(throws: RunStop.self) { _ = try await GuidedRun.drive(world, reason: "a drill") }
        let entries = try RunChain.entries(of: world.state.withLock { $0.records })
        let machine = try FailoverMachine.replaying(entries) { _ in GuidedRun.runbook }
        let text = RunReportText(
            RunReport(machine, entries: entries, chainHead: RunChain.beginning), RunWords(.english, names: Self.names)
        ).plain
        #expect(text.contains("Outcome: under way"))
        #expect(text.contains("RTO: declared to last group consuming: not known"))
        #expect(!text.contains("Read twice, at most: 0"))
    }
}
