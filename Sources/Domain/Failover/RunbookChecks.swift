/// Something in a runbook that would break a promise or an interlock, found before anything is run.
package struct RunbookProblem: Error, Hashable, Sendable {
    /// The step that it is about, from 0; `nil`: the runbook.
    package let step: Int?
    package let text: String

    package init(_ step: Int?, _ text: String) {
        self.step = step
        self.text = text
    }
}

extension Runbook {
    /// Everything that is wrong with the order of the steps and with what they would do.
    package var problems: [RunbookProblem] {
        var problems: [RunbookProblem] = []
        func report(_ step: Int?, _ text: String) { problems.append(RunbookProblem(step, text)) }

        if steps.isEmpty { report(nil, "a runbook needs steps") }
        var ids: Set<String> = []
        var hasQuorumGate = false
        var isFenced = false
        var isDecided = false
        var isClear = false
        var lastTraffic: Int?
        var changesTraffic = false
        for (index, step) in steps.enumerated() {
            if !ids.insert(step.id).inserted { report(index, "there is another step \(step.id)") }
            let isDeclaring = if case .declare = step.kind { true } else { false }
            if (index == 0) != isDeclaring {
                report(index, index == 0 ? "the first step has to be declare" : "only the first step may be declare")
            }
            let isReporting = step.kind == .record(.report)
            if (index == steps.count - 1) != isReporting {
                report(
                    index,
                    isReporting
                        ? "nothing may follow record: report" : "the last step has to be record: report")
            }
            switch step.kind {
            case .declare, .record, .confirm: break
            case .gate(let checks, let mayBeWaived):
                if checks.isEmpty { report(index, "a gate needs checks") }
                if checks.contains(.quorum) { hasQuorumGate = true }
                if promise == .nothingReadTwice, mayBeWaived, checks.contains(.quorum) || checks.contains(.offsets) {
                    report(index, "a gate with quorum or offsets may not be waived where nothing may be read twice")
                }
            case .traffic(let goal, let atLeast):
                if !hasQuorumGate { report(index, "traffic needs a gate with the check quorum before it (no-quorum)") }
                if let last = lastTraffic, last == index - 1 {
                    report(index, "between two changes of the traffic something has to be seen (traffic-too-soon)")
                }
                if case .shares(let source, let target) = goal, TrafficSplit(idc1: source, idc2: target) == nil {
                    report(index, "\(source):\(target) is no split: two shares that sum to 100 (split-sum)")
                }
                if !(1...100).contains(atLeast) { report(index, "atLeast has to be 1 to 100, or nothing is verified") }
                lastTraffic = index
                changesTraffic = true
                isClear = false
            case .mirrors(let act, _):
                if act == .awaitClear { isClear = true }
            case .groups(.fence): isFenced = true
            case .groups(.decide): isDecided = true
            case .groups(.move(let waves)):
                if waves.isEmpty { report(index, "move needs waves") }
                if waves.dropLast().contains(.rest) { report(index, "rest can only be the last wave") }
                switch promise {
                case .nothingLost:
                    if !isFenced {
                        report(index, "consumers may not start before a fence (members-on-other-side)")
                    }
                    if !isDecided { report(index, "move needs groups: decide before it") }
                case .nothingReadTwice:
                    if changesTraffic, !isClear {
                        report(index, "move needs mirrors: await-clear after the traffic was changed")
                    }
                case .consumersUntouched: report(index, "the promise is that no consumer is touched")
                }
            case .endpoint(let name):
                if promise == .consumersUntouched { report(index, "the promise is that no consumer is touched") }
                if !isFenced {
                    report(
                        index,
                        "the clients of \(name) may not start before a fence (members-on-other-side)")
                }
                if !isDecided { report(index, "the clients of \(name) have no positions before groups: decide") }
            case .command(let call):
                if call.arguments.isEmpty { report(index, "a command needs a program") }
                if call.verification.isEmpty { report(index, "a command needs verify, or nobody knows what it did") }
            case .http(let call):
                if call.verification.isEmpty { report(index, "a call needs verify, or nobody knows what it did") }
            case .wait(let duration):
                if duration <= .zero { report(index, "wait needs a duration") }
            }
        }
        return problems
    }
}
