extension TrafficSplit: JournalValue {
    package var tree: JournalTree { .text(description) }
    package init(tree: JournalTree) throws(JournalProblem) {
        let parts = try String(tree: tree).split(separator: ":").map { Int($0) }
        guard parts.count == 2, let one = parts[0], let two = parts[1], let split = TrafficSplit(idc1: one, idc2: two)
        else { throw JournalProblem("expected two shares that sum to 100") }
        self = split
    }
}

extension ReplicationFlow: JournalValue {
    package var tree: JournalTree { source.tree }
    package init(tree: JournalTree) throws(JournalProblem) { self.init(from: try IDC(tree: tree)) }
}

extension FailoverAction: JournalValue {
    package var tree: JournalTree {
        switch self {
        case .takeLease, .readApprovals, .recordReadings, .writeReport, .releaseLease: .fields(("action", word))
        case .examine(let checks): .fields(("action", word), ("checks", checks))
        case .setTraffic(let split): .fields(("action", word), ("split", split))
        case .measureTraffic(let split, let atLeast):
            .fields(("action", word), ("split", split), ("atLeast", atLeast))
        case .actOnMirrors(let act, let flows): .fields(("action", word), ("act", act), ("from", flows))
        case .decideOffsets(let groups, let isFinal):
            .fields(("action", word), ("groups", groups), ("isFinal", isFinal))
        case .examineFence(let groups), .stopConsumers(let groups), .restoreConsumers(let groups),
            .writeOffsets(let groups), .pointEndpoints(let groups), .startConsumers(let groups),
            .watchGroups(let groups):
            .fields(("action", word), ("groups", groups))
        case .run(let call):
            .fields(
                ("action", word), ("arguments", call.arguments), ("limit", call.limit.wholeMilliseconds),
                ("verify", call.verification))
        case .call(let call):
            .fields(
                ("action", word), ("method", call.method), ("url", call.url), ("limit", call.limit.wholeMilliseconds),
                ("verify", call.verification))
        case .wait(let duration): .fields(("action", word), ("milliseconds", duration.wholeMilliseconds))
        }
    }

    package init(tree: JournalTree) throws(JournalProblem) {
        func milliseconds(_ key: String) throws(JournalProblem) -> Duration {
            .milliseconds(try tree.value(key) as Int64)
        }
        let word: String = try tree.value("action")
        switch word {
        case "take-lease": self = .takeLease
        case "read-approvals": self = .readApprovals
        case "record-readings": self = .recordReadings
        case "examine": self = .examine(try tree.value("checks"))
        case "set-traffic": self = .setTraffic(try tree.value("split"))
        case "measure-traffic":
            self = .measureTraffic(try tree.value("split"), atLeast: try tree.value("atLeast"))
        case "act-on-mirrors": self = .actOnMirrors(try tree.value("act"), try tree.value("from"))
        case "examine-fence": self = .examineFence(try tree.value("groups"))
        case "decide-offsets":
            self = .decideOffsets(try tree.value("groups"), isFinal: try tree.value("isFinal"))
        case "stop-consumers": self = .stopConsumers(try tree.value("groups"))
        case "restore-consumers": self = .restoreConsumers(try tree.value("groups"))
        case "write-offsets": self = .writeOffsets(try tree.value("groups"))
        case "point-endpoints": self = .pointEndpoints(try tree.value("groups"))
        case "start-consumers": self = .startConsumers(try tree.value("groups"))
        case "watch-groups": self = .watchGroups(try tree.value("groups"))
        case "run":
            self = .run(
                CommandCall(
                    arguments: try tree.value("arguments"), limit: try milliseconds("limit"),
                    verification: try tree.value("verify")))
        case "call":
            self = .call(
                HTTPCall(
                    method: try tree.value("method"), url: try tree.value("url"), limit: try milliseconds("limit"),
                    verification: try tree.value("verify")))
        case "wait": self = .wait(try milliseconds("milliseconds"))
        case "write-report": self = .writeReport
        case "release-lease": self = .releaseLease
        default: throw JournalProblem("there is no action \(Spelling.quoted(word))")
        }
    }
}
