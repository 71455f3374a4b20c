/// The scenarios that come with the program, as files of the format that anybody may write:
/// `bascule sandbox --print-scenario NAME` prints one to begin with.
package enum BuiltInScenarios {
    /// In the order of the help.
    package static let all: [(name: String, text: String)] = [
        (
            "quiet-night",
            """
            name: quiet-night
            summary: nothing goes wrong, and nobody is woken
            length: 15s
            score: {lost: 0, duplicates: 0, alarms: 0}
            """
        ),
        (
            "broker-down",
            """
            name: broker-down
            summary: a broker of IDC1 falls and comes back
            length: 20s
            steps:
              - at: 4s
                inject: {kill-broker: idc1 2}
                expect: {alarm: broker-down, within: 8s}
              - at: 4s
                expect: {alarm: under-replicated, within: 8s}
              - at: 13s
                inject: {restore-broker: idc1 2}
            score: {lost: 0}
            """
        ),
        (
            "idc1-lost",
            """
            name: idc1-lost
            summary: IDC1 is gone, and its consumers go on in IDC2
            length: 26s
            steps:
              - at: 8s
                inject: {cut: idc1}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 14s
                act: {traffic: 0:100}
              - at: 15s
                act: {move: "* idc2"}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "mirror-stalled-then-lost",
            """
            name: mirror-stalled-then-lost
            summary: the mirror of orders towards IDC1 stalls, then IDC1 is lost
            length: 36s
            steps:
              - at: 5s
                inject: {stall: orders idc2:idc1}
                expect: {alarm: mirror-not-flowing, within: 18s}
              - at: 22s
                inject: {cut: idc1}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 26s
                act: {traffic: 0:100}
              - at: 27s
                act: {move: "* idc2"}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "split-consumption",
            """
            name: split-consumption
            summary: somebody starts a consumer of billing in IDC2
            length: 20s
            steps:
              - at: 4s
                inject: {wrong-side: billing}
                expect: {alarm: split-consumption, within: 10s}
              - at: 15s
                inject: {right-side: billing}
            score: {lost: 0}
            """
        ),
        (
            "failed-connectors",
            """
            name: failed-connectors
            summary: two mirrors FAIL and are restarted
            length: 24s
            steps:
              - at: 4s
                inject: {fail: orders idc1:idc2}
                expect: {alarm: mirror-failed, within: 10s}
              - at: 5s
                inject: {fail: payments idc2:idc1}
              - at: 15s
                inject: {release: orders idc1:idc2}
              - at: 15s
                inject: {release: payments idc2:idc1}
              - at: 16s
                act: {restart-failed: orders idc1:idc2}
              - at: 16s
                act: {restart-failed: payments idc2:idc1}
            score: {lost: 0, duplicates: 0}
            """
        ),
        (
            "planned-move",
            """
            name: planned-move
            summary: traffic and consumers move to IDC2 in good order
            length: 22s
            steps:
              - at: 4s
                act: {traffic: 0:100}
              - at: 9s
                act: {move: "* idc2"}
            score: {lost: 0, stranded: 0, duplicates: announced}
            """
        ),
        (
            "disaster-run",
            """
            name: disaster-run
            summary: IDC1 is gone, and the runbook for it is driven to its end
            length: 20s
            steps:
              - at: 6s
                inject: {cut: idc1}
              - at: 10s
                act: {failover: disaster idc1}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "driver-killed",
            """
            name: driver-killed
            summary: IDC1 is gone, and whoever drives the runbook for it is killed at every record of its journal
            length: 20s
            steps:
              - at: 6s
                inject: {cut: idc1}
              - at: 10s
                act: {killed-failover: disaster idc1}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "planned-run",
            """
            name: planned-run
            summary: traffic and consumers move to IDC2 by the planned runbook
            length: 20s
            steps:
              - at: 4s
                act: {failover: planned idc1}
            score: {lost: 0, stranded: 0, duplicates: 0}
            """
        ),
        (
            "planned-then-lost",
            """
            name: planned-then-lost
            summary: IDC1 is lost in the middle of a planned move, and the runbook for that takes over
            length: 40s
            steps:
              - at: 4s
                act: {abandoned-failover: planned idc1}
              - at: 20s
                inject: {cut: idc1}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 22s
                act: {failover: disaster idc1}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "planned-into-lost",
            """
            name: planned-into-lost
            summary: IDC2 is lost in the middle of a planned move to it, and everything is brought back to IDC1
            length: 40s
            steps:
              - at: 4s
                act: {abandoned-failover: planned idc1}
              - at: 20s
                inject: {cut: idc2}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 22s
                act: {failover: disaster idc2}
            score: {lost: 0}
            """
        ),
        (
            "failback-run",
            """
            name: failback-run
            summary: IDC1 is lost, comes back, and the failback runbook brings everything back to it
            length: 140s
            steps:
              - at: 6s
                inject: {cut: idc1}
              - at: 10s
                act: {failover: disaster idc1}
              - at: 90s
                inject: {heal: idc1}
              - at: 130s
                act: {failover: failback idc2}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "failback-late-tail",
            """
            name: failback-late-tail
            summary: IDC1 is lost with a tail that comes back late, and everything moves back
            length: 44s
            steps:
              - at: 4s
                inject: {slow: orders idc1:idc2}
              - at: 10s
                inject: {cut: idc1}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 14s
                act: {traffic: 0:100}
              - at: 15s
                act: {move: "* idc2"}
              - at: 22s
                inject: {heal: idc1}
              - at: 24s
                inject: {release: orders idc1:idc2}
              - at: 32s
                act: {traffic: 50:50}
              - at: 35s
                act: {move: "* idc1"}
            score: {lost: 0, duplicates: announced}
            """
        ),
        (
            "retention-overtakes",
            """
            name: retention-overtakes
            summary: a paused mirror is overtaken by the retention of a flooded topic
            length: 26s
            world: {topics: 7}
            steps:
              - at: 4s
                act: {pause: notices idc1:idc2}
                expect: {alarm: mirror-paused, within: 8s}
              - at: 8s
                inject: {flood: notices idc1}
                expect: {alarm: mirror-overtaken, within: 10s}
              - at: 14s
                act: {resume: notices idc1:idc2}
                expect: {alarm: mirror-failed, within: 10s}
            score: {lost: 0}
            """
        ),
        (
            "everything-at-0312",
            """
            name: everything-at-0312
            summary: a broker, two mirrors and a stray consumer at once, then IDC1 is lost
            length: 40s
            world: {topics: 9, groups: 12, troubled: true}
            steps:
              - at: 4s
                inject: {kill-broker: idc2 3}
                expect: {alarm: broker-down, within: 10s}
              - at: 5s
                inject: {stall: quotes idc2:idc1}
              - at: 6s
                inject: {fail: trades idc1:idc2}
                expect: {alarm: mirror-failed, within: 10s}
              - at: 7s
                inject: {wrong-side: billing}
                expect: {alarm: split-consumption, within: 12s}
              - at: 15s
                inject: {right-side: billing}
              - at: 20s
                inject: {cut: idc1}
                expect: {alarm: cluster-unreachable, within: 12s}
              - at: 25s
                act: {traffic: 0:100}
              - at: 26s
                act: {move: "* idc2"}
            score: {lost: 0}
            """
        ),
    ]

    package static func text(named name: String) -> String? { all.first { $0.name == name }.map { $0.text + "\n" } }
}
