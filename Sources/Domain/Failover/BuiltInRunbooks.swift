/// The runbooks that come with the program, as files of the format that anybody may write:
/// `bascule failover plan NAME -o yaml` prints one to begin with.
package enum BuiltInRunbooks {
    /// In the order of the help.
    package static let all: [(name: String, text: String)] = [
        (
            "disaster",
            """
            runbook: disaster
            summary: an IDC is gone or going; traffic and consumers go on in the other
            promise: nothing-lost
            steps:
              - id: declare
                title: Declare
                declare: {approvals: 0}
              - id: record
                title: Record what is known
                record: readings
              - id: target
                title: The target can take it
                gate: {checks: [brokers, quorum, partitions, mirrors], waive: true}
              - id: traffic
                title: Traffic to the target
                traffic: {to: target, atLeast: 90}
              - id: hold-late
                title: Hold late records back
                mirrors: {act: pause, direction: source-to-target}
              - id: fence
                title: Fence the source's consumers
                groups: {act: fence}
              - id: offsets
                title: Offsets
                groups: {act: decide}
              - id: move
                title: Move consumers in waves
                groups: {act: move, waves: [1, 5%, rest]}
              - id: check
                title: Check
                gate: {checks: [wrong-side, split-consumption, draining, canary], waive: true}
              - id: close
                title: Close
                record: report
            """
        ),
        (
            "planned",
            """
            runbook: planned
            summary: work on a healthy IDC; every group moves from an exact position or stays
            promise: nothing-read-twice
            steps:
              - id: declare
                title: Declare
                declare: {approvals: 0}
              - id: record
                title: Record what is known
                record: readings
              - id: target
                title: The target can take it
                gate: {checks: [brokers, quorum, partitions, mirrors], waive: false}
              - id: traffic
                title: Traffic to the target
                traffic: {to: target, atLeast: 90}
              - id: clear
                title: The crossing is clear
                mirrors: {act: await-clear, direction: source-to-target}
              - id: move
                title: Move consumers in waves
                groups: {act: move, waves: [1, 5%, rest]}
              - id: check
                title: Check
                gate: {checks: [wrong-side, split-consumption, draining, canary], waive: true}
              - id: close
                title: Close
                record: report
            """
        ),
        (
            "consumers",
            """
            runbook: consumers
            summary: consumers move and the traffic stays; every group from an exact position or not at all
            promise: nothing-read-twice
            steps:
              - id: declare
                title: Declare
                declare: {approvals: 0}
              - id: record
                title: Record what is known
                record: readings
              - id: target
                title: The target can take it
                gate: {checks: [brokers, quorum, partitions, mirrors], waive: false}
              - id: move
                title: Move consumers in waves
                groups: {act: move, waves: [1, 5%, rest]}
              - id: check
                title: Check
                gate: {checks: [wrong-side, split-consumption, draining, canary], waive: true}
              - id: close
                title: Close
                record: report
            """
        ),
        (
            "traffic",
            """
            runbook: traffic
            summary: user traffic moves to the split that is given, and consumers stay
            promise: consumers-untouched
            steps:
              - id: declare
                title: Declare
                declare: {approvals: 0}
              - id: record
                title: Record what is known
                record: readings
              - id: target
                title: The target can take it
                gate: {checks: [brokers, quorum, partitions], waive: true}
              - id: traffic
                title: Set the split
                traffic: {to: given, atLeast: 90}
              - id: close
                title: Close
                record: report
            """
        ),
        (
            "failback",
            """
            runbook: failback
            summary: back to an IDC that has returned; the late tail first, then as planned
            promise: nothing-read-twice
            steps:
              - id: declare
                title: Declare
                declare: {approvals: 0}
              - id: record
                title: Record what is known
                record: readings
              - id: target
                title: The returning side can take it
                gate: {checks: [brokers, quorum, partitions], waive: false}
              - id: tail
                title: The late tail
                mirrors: {act: late-tail, direction: target-to-source}
              - id: resume
                title: Mirrors go on
                mirrors: {act: resume, direction: both}
              - id: catch-up
                title: Mirrors have caught up
                mirrors: {act: catch-up, direction: both}
              - id: traffic
                title: Traffic to the returning side
                traffic: {to: target, atLeast: 90}
              - id: clear
                title: The crossing is clear
                mirrors: {act: await-clear, direction: source-to-target}
              - id: move
                title: Move consumers in waves
                groups: {act: move, waves: [1, 5%, rest]}
              - id: check
                title: Check
                gate: {checks: [wrong-side, split-consumption, draining, canary], waive: true}
              - id: halves
                title: Traffic to both sides again
                traffic: {shares: "50:50", atLeast: 90}
              - id: close
                title: Close
                record: report
            """
        ),
    ]

    package static func text(named name: String) -> String? { all.first { $0.name == name }.map { $0.text + "\n" } }
}
