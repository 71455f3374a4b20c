import Domain
import Testing

@testable import Configuration

struct RunbookFileTests {
    @Test("every built-in runbook is read, and breaks no interlock", arguments: BuiltInRunbooks.all.map(\.name))
    func builtIn(_ name: String) throws {
        let text = try #require(BuiltInRunbooks.text(named: name))
        let runbook = try RunbookFile.parse(text, path: name)
        #expect(runbook.name == name)
        #expect(runbook.text == text)
        #expect(runbook.problems.isEmpty)
        #expect(runbook.steps.count > 4)
    }

    private func problem(_ steps: String, promise: String = "nothing-lost") -> String {
        let text = "runbook: own\npromise: \(promise)\nsteps:\n" + steps
        do throws(SettingsError) {
            _ = try RunbookFile.parse(text, path: "own.yaml")
            return ""
        } catch {
            return error.text
        }
    }

    private let declare = "  - {id: a, declare: {}}\n"
    private let gate = "  - {id: g, gate: {checks: [quorum]}}\n"
    private let fence = "  - {id: f, groups: {act: fence}}\n"
    private let decide = "  - {id: o, groups: {act: decide}}\n"
    private let report = "  - {id: z, record: report}\n"

    @Test("what is wrong is told with its place")
    func wrong() {
        #expect(problem(declare + "  - {id: b, trafic: {to: target}}\n" + report).contains("own.yaml:5:"))
        #expect(problem(declare + "  - {id: b, trafic: {to: target}}\n" + report).contains("trafic"))
        #expect(
            problem(declare + "  - {id: b, record: readings, wait: 3s}\n" + report).contains("found record and wait"))
        #expect(problem(declare + "  - {id: b, command: {run: [/bin/x]}}\n" + report).contains("verify"))
        #expect(problem(declare + "  - {id: b, http: {url: \"http://x:1\"}}\n" + report).contains("verify"))
        #expect(problem(gate + report).contains("the first step has to be declare"))
        #expect(problem(declare + gate).contains("the last step has to be record: report"))
        #expect(problem(declare + declare + report).contains("only the first step may be declare"))
    }

    @Test("an order that breaks an interlock is refused, by the interlock's name")
    func interlocks() {
        let traffic = "  - {id: t, traffic: {to: target}}\n"
        #expect(problem(declare + traffic + report).contains("no-quorum"))
        #expect(
            problem(declare + gate + traffic + "  - {id: u, traffic: {to: target}}\n" + report).contains(
                "traffic-too-soon"))
        #expect(problem(declare + gate + "  - {id: t, traffic: {shares: \"0:0\"}}\n" + report).contains("split-sum"))
        #expect(problem(declare + gate + "  - {id: t, traffic: {shares: \"60:60\"}}\n" + report).contains("split-sum"))
        let move = "  - {id: m, groups: {act: move}}\n"
        #expect(problem(declare + decide + move + report).contains("members-on-other-side"))
        #expect(problem(declare + fence + move + report).contains("move needs groups: decide"))
        #expect(problem(declare + "  - {id: e, endpoint: billing}\n" + report).contains("members-on-other-side"))
        #expect(
            problem(declare + gate + traffic + move + report, promise: "nothing-read-twice").contains("await-clear"))
        #expect(
            problem(declare + fence + decide + move + report, promise: "consumers-untouched").contains("no consumer"))
        #expect(problem(declare + gate + traffic + fence + decide + move + report).isEmpty)
    }
}
