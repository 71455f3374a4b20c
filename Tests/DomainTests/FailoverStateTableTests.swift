import Foundation
import Testing

@testable import Domain

/// A row of the state table of docs/FAILOVER.md.
private struct Row: CustomStringConvertible {
    let runbook: String
    let state: String
    let word: String
    let next: String

    var description: String { "\(runbook) | \(state) | \(word) | \(next)" }

    static let all: [Row] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/FAILOVER.md")
        guard let text = try? String(contentsOf: path, encoding: .utf8),
            let table = text.range(of: "| runbook | state |").map({ text[$0.lowerBound...] })
        else { return [] }
        var rows: [Row] = []
        for line in table.split(separator: "\n").dropFirst(2) {
            guard line.hasPrefix("|") else { break }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count == 4 { rows.append(Row(runbook: cells[0], state: cells[1], word: cells[2], next: cells[3])) }
        }
        return rows
    }()
}

/// Every state that the rows reach, with a machine in it.
private func reached(_ runbook: String) -> [String: FailoverMachine] {
    let first = FailoverFixture.machine(runbook)
    var machines = [first.label: first]
    var hasGrown = true
    while hasGrown {
        hasGrown = false
        for row in Row.all where row.runbook == runbook {
            guard machines[row.next] == nil, var machine = machines[row.state],
                let event = FailoverFixture.event(row.word, machine)
            else { continue }
            _ = machine.apply(event, at: FailoverFixture.start)
            if machine.label == row.next {
                machines[row.next] = machine
                hasGrown = true
            }
        }
    }
    return machines
}

@Test("every row of the state table of docs/FAILOVER.md is what the machine does")
func failoverStateTable() {
    #expect(Row.all.count > 90)
    for runbook in Set(Row.all.map(\.runbook)) {
        let machines = reached(runbook)
        for row in Row.all where row.runbook == runbook {
            // A state of several rows is reached with different actions held: the machine of the row's own word.
            guard var machine = machines[row.state] else {
                Issue.record("no rows lead to the state of: \(row)")
                continue
            }
            guard let event = FailoverFixture.event(row.word, machine) else {
                Issue.record("nothing is called so in the tests, or it does not fit the state: \(row)")
                continue
            }
            _ = machine.apply(event, at: FailoverFixture.start)
            #expect(machine.label == row.next, "\(row)")
        }
    }
}

@Test("the table has a row for every action and every question")
func failoverStateTableIsWhole() {
    let states = Set(Row.all.flatMap { [$0.state, $0.next] })
    for word in FailoverFixture.actionWords {
        #expect(states.contains { $0.hasSuffix(": \(word)") }, "\(word)")
    }
    for word in FailoverFixture.questionWords {
        #expect(states.contains { $0.hasSuffix(": ask \(word)") }, "\(word)")
    }
}

extension FailoverFixture {
    static let actionWords = [
        "take-lease", "read-approvals", "record-readings", "examine", "set-traffic", "measure-traffic",
        "act-on-mirrors", "examine-fence", "decide-offsets", "stop-consumers", "restore-consumers", "write-offsets",
        "point-endpoints", "start-consumers", "watch-groups", "run", "call", "wait", "write-report", "release-lease",
    ]
    static let questionWords = [
        "begin-step", "begin-wave", "lease-taken", "approval-missing", "gate-not-green", "traffic-not-seen",
        "not-fenced", "groups-held", "late-tail", "groups-not-moved", "written", "action-failed", "forbidden",
    ]
}
