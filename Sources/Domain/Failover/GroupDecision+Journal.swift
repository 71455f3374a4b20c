/// What records say of groups.
extension FenceSight: JournalValue {
    package var tree: JournalTree { .fields(("group", group), ("members", members), ("clients", clients)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            group: try tree.value("group"), members: try tree.optional("members"),
            clients: try tree.value("clients"))
    }
}

extension GroupOutcome: JournalValue {
    package var tree: JournalTree { .fields(("group", group), ("failure", failure)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(try tree.value("group"), failure: try tree.optional("failure"))
    }
}

extension GroupSight: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("group", group), ("onSource", onSource), ("onTarget", onTarget), ("hasBegun", hasBegun), ("lag", lag),
            ("clientsOnSource", clientsOnSource))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            group: try tree.value("group"), onSource: try tree.optional("onSource"),
            onTarget: try tree.optional("onTarget"), hasBegun: try tree.optional("hasBegun"),
            lag: try tree.optional("lag"), clientsOnSource: try tree.value("clientsOnSource"))
    }
}

extension PartitionMove: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("topic", partition.topic), ("partition", partition.partition), ("from", from?.rawValue),
            ("to", to.rawValue), ("method", method))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            TopicPartition(try tree.value("topic"), try tree.value("partition")),
            from: (try tree.optional("from") as Int64?).map { Offset($0) }, to: Offset(try tree.value("to") as Int64),
            method: try tree.value("method"))
    }
}

extension GroupDecision: JournalValue {
    package var tree: JournalTree {
        var readTwice: Int64?
        var held: String?
        switch verdict {
        case .exact: readTwice = 0
        case .bounded(let count): readTwice = count
        case .held(let reason): held = reason
        }
        return .fields(
            ("group", group), ("isExact", verdict == .exact), ("readTwice", readTwice), ("held", held),
            ("positions", positions), ("lag", lag))
    }

    package init(tree: JournalTree) throws(JournalProblem) {
        let verdict: Verdict
        if let reason: String = try tree.optional("held") {
            verdict = .held(reason: reason)
        } else if try tree.value("isExact") {
            verdict = .exact
        } else {
            verdict = .bounded(readTwice: try tree.value("readTwice"))
        }
        self.init(
            group: try tree.value("group"), verdict: verdict, positions: try tree.value("positions"),
            lag: try tree.optional("lag"))
    }
}
