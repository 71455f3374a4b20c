/// The runbooks that come with the program, as files of the format that anybody may write:
/// `bascule failover plan NAME -o yaml` prints one to begin with.
package enum BuiltInRunbooks {
    /// In the order of the help.
    package static let all: [(name: String, text: String)] = [
        runbook(
            "disaster", "an IDC is gone or going; traffic and consumers go on in the other", promise: "nothing-lost",
            [
                declare, record, mirroredTarget(mayBeWaived: true), traffic,
                step(
                    "hold-late", "Hold late records back", "mirrors: {act: pause, direction: source-to-target}"),
                step("fence", "Fence the source's consumers", "groups: {act: fence}"),
                step("offsets", "Offsets", "groups: {act: decide}"),
                move, check, close,
            ]),
        runbook(
            "planned", "work on a healthy IDC; every group moves from an exact position or stays",
            promise: "nothing-read-twice",
            [declare, record, mirroredTarget(mayBeWaived: false), traffic, clear, move, check, close]),
        runbook(
            "consumers", "consumers move and the traffic stays; every group from an exact position or not at all",
            promise: "nothing-read-twice",
            [declare, record, mirroredTarget(mayBeWaived: false), move, check, close]),
        runbook(
            "traffic", "user traffic moves to the split that is given, and consumers stay",
            promise: "consumers-untouched",
            [
                declare, record,
                step(
                    "target", "The target can take it", "gate: {checks: [brokers, quorum, partitions], waive: true}"),
                step("traffic", "Set the split", "traffic: {to: given, atLeast: 90}"),
                close,
            ]),
        runbook(
            "failback", "back to an IDC that has returned; the late tail first, then as planned",
            promise: "nothing-read-twice",
            [
                declare, record,
                step(
                    "target", "The returning side can take it",
                    "gate: {checks: [brokers, quorum, partitions], waive: false}"),
                step("tail", "The late tail", "mirrors: {act: late-tail, direction: target-to-source}"),
                step("resume", "Mirrors go on", "mirrors: {act: resume, direction: both}"),
                step("catch-up", "Mirrors have caught up", "mirrors: {act: catch-up, direction: both}"),
                step("traffic", "Traffic to the returning side", "traffic: {to: target, atLeast: 90}"),
                clear, move, check,
                step("halves", "Traffic to both sides again", #"traffic: {shares: "50:50", atLeast: 90}"#),
                close,
            ]),
    ]

    package static func text(named name: String) -> String? { all.first { $0.name == name }.map { $0.text + "\n" } }

    // MARK: Steps that several runbooks share

    private static let declare = step("declare", "Declare", "declare: {approvals: 0}")
    private static let record = step("record", "Record what is known", "record: readings")
    private static let traffic = step("traffic", "Traffic to the target", "traffic: {to: target, atLeast: 90}")
    private static let clear = step(
        "clear", "The crossing is clear", "mirrors: {act: await-clear, direction: source-to-target}")
    private static let move = step(
        "move", "Move consumers in waves", "groups: {act: move, waves: [1, 5%, rest]}")
    private static let check = step(
        "check", "Check", "gate: {checks: [wrong-side, split-consumption, draining, canary], waive: true}")
    private static let close = step("close", "Close", "record: report")

    private static func mirroredTarget(mayBeWaived: Bool) -> String {
        step(
            "target", "The target can take it",
            "gate: {checks: [brokers, quorum, partitions, mirrors], waive: \(mayBeWaived)}")
    }

    private static func step(_ id: String, _ title: String, _ act: String) -> String {
        "  - id: \(id)\n    title: \(title)\n    \(act)"
    }

    private static func runbook(
        _ name: String, _ summary: String, promise: String, _ steps: [String]
    ) -> (name: String, text: String) {
        let head = "runbook: \(name)\nsummary: \(summary)\npromise: \(promise)\nsteps:"
        return (name, ([head] + steps).joined(separator: "\n"))
    }
}
