/// Events as records of the journal have them: a word, and an object.
extension FailoverEvent {
    /// The record's `kind`.
    package var word: String {
        switch self {
        case .begun: "begun"
        case .acting: "acting"
        case .leaseAnswered: "lease-answered"
        case .approvalsRead: "approvals-read"
        case .readingsRecorded: "readings-recorded"
        case .gateExamined: "gate-examined"
        case .trafficSet: "traffic-set"
        case .trafficMeasured: "traffic-measured"
        case .mirrorsActed: "mirrors-acted"
        case .fenceExamined: "fence-examined"
        case .offsetsDecided: "offsets-decided"
        case .consumersStopped: "consumers-stopped"
        case .consumersRestored: "consumers-restored"
        case .offsetsWritten: "offsets-written"
        case .endpointsPointed: "endpoints-pointed"
        case .consumersStarted: "consumers-started"
        case .groupsSeen: "groups-seen"
        case .commandEnded: "command-ended"
        case .called: "called"
        case .waited: "waited"
        case .reportWritten: "report-written"
        case .leaseReleased: "lease-released"
        case .actionFailed: "action-failed"
        case .forbidden: "forbidden"
        case .answered: "answered"
        case .resumed: "resumed"
        }
    }

    package var payload: JournalTree {
        switch self {
        case .begun(let header): header.tree
        case .acting(let action): action.tree
        case .leaseAnswered(let answers): .fields(("answers", answers))
        case .approvalsRead(let people): .fields(("people", people))
        case .readingsRecorded(let kept): kept.tree
        case .gateExamined(let findings): .fields(("findings", findings))
        case .trafficSet(let split, let before): .fields(("split", split), ("before", before))
        case .trafficMeasured(let seen): seen.tree
        case .mirrorsActed(let seen): seen.tree
        case .fenceExamined(let sights): .fields(("groups", sights))
        case .offsetsDecided(let decisions): .fields(("groups", decisions))
        case .consumersStopped(let outcomes), .consumersRestored(let outcomes), .offsetsWritten(let outcomes),
            .endpointsPointed(let outcomes), .consumersStarted(let outcomes):
            .fields(("groups", outcomes))
        case .groupsSeen(let sights): .fields(("groups", sights))
        case .commandEnded(let status, let output, let isVerified):
            .fields(("status", status), ("output", output), ("isVerified", isVerified))
        case .called(let status, let isVerified): .fields(("status", status), ("isVerified", isVerified))
        case .waited, .leaseReleased: .fields()
        case .reportWritten(let path, let hash): .fields(("path", path), ("hash", hash))
        case .actionFailed(let reason, let isOutcomeKnown):
            .fields(("reason", reason), ("isOutcomeKnown", isOutcomeKnown))
        case .forbidden(let interlock, let detail): .fields(("interlock", interlock), ("detail", detail))
        case .answered(let answer): answer.tree
        case .resumed(let driver, let host): .fields(("by", driver), ("host", host))
        }
    }

    package init(word: String, payload tree: JournalTree) throws(JournalProblem) {
        switch word {
        case "begun": self = .begun(try RunHeader(tree: tree))
        case "acting": self = .acting(try FailoverAction(tree: tree))
        case "lease-answered": self = .leaseAnswered(try tree.value("answers"))
        case "approvals-read": self = .approvalsRead(try tree.value("people"))
        case "readings-recorded": self = .readingsRecorded(try ReadingsKept(tree: tree))
        case "gate-examined": self = .gateExamined(try tree.value("findings"))
        case "traffic-set": self = .trafficSet(try tree.value("split"), before: try tree.optional("before"))
        case "traffic-measured": self = .trafficMeasured(try TrafficSeen(tree: tree))
        case "mirrors-acted": self = .mirrorsActed(try MirrorsSeen(tree: tree))
        case "fence-examined": self = .fenceExamined(try tree.value("groups"))
        case "offsets-decided": self = .offsetsDecided(try tree.value("groups"))
        case "consumers-stopped": self = .consumersStopped(try tree.value("groups"))
        case "consumers-restored": self = .consumersRestored(try tree.value("groups"))
        case "offsets-written": self = .offsetsWritten(try tree.value("groups"))
        case "endpoints-pointed": self = .endpointsPointed(try tree.value("groups"))
        case "consumers-started": self = .consumersStarted(try tree.value("groups"))
        case "groups-seen": self = .groupsSeen(try tree.value("groups"))
        case "command-ended":
            self = .commandEnded(
                status: try tree.value("status"), output: try tree.value("output"),
                isVerified: try tree.value("isVerified"))
        case "called": self = .called(status: try tree.value("status"), isVerified: try tree.value("isVerified"))
        case "waited": self = .waited
        case "report-written": self = .reportWritten(path: try tree.value("path"), hash: try tree.value("hash"))
        case "lease-released": self = .leaseReleased
        case "action-failed":
            self = .actionFailed(
                reason: try tree.value("reason"), isOutcomeKnown: try tree.value("isOutcomeKnown"))
        case "forbidden": self = .forbidden(try tree.value("interlock"), detail: try tree.value("detail"))
        case "answered": self = .answered(try DriverAnswer(tree: tree))
        case "resumed": self = .resumed(by: try tree.value("by"), host: try tree.value("host"))
        default: throw JournalProblem("there is no event \(Spelling.quoted(word))")
        }
    }
}

extension RunHeader: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("run", run), ("runbook", runbook), ("runbookText", runbookText), ("from", from), ("driver", driver),
            ("host", host), ("reason", reason), ("split", split), ("endpoints", endpoints),
            ("emptyGroups", emptyGroups))
    }

    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            run: try tree.value("run"), runbook: try tree.value("runbook"),
            runbookText: try tree.value("runbookText"), from: try tree.value("from"),
            driver: try tree.value("driver"), host: try tree.value("host"), reason: try tree.value("reason"),
            split: try tree.optional("split"), endpoints: try tree.value("endpoints"),
            emptyGroups: try tree.optional("emptyGroups") ?? [])
    }
}

extension EndpointGroups: JournalValue {
    package var tree: JournalTree { .fields(("endpoint", endpoint), ("groups", groups)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(endpoint: try tree.optional("endpoint"), groups: try tree.value("groups"))
    }
}

extension LeaseAnswer: JournalValue {
    package var tree: JournalTree { .fields(("idc", idc), ("failure", failure), ("isTaken", isTaken)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            try tree.value("idc"), failure: try tree.optional("failure"), isTaken: try tree.value("isTaken"))
    }
}

extension ReadingsKept: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("kept", kept), ("missing", missing), ("stranded", stranded), ("recordsPerSecond", recordsPerSecond))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        // A bare number, without its moment, in the oldest journals.
        var stranded: StrandedRecords?
        if case .object? = tree["stranded"] { stranded = try tree.value("stranded") }
        self.init(
            kept: try tree.value("kept"), missing: try tree.value("missing"), stranded: stranded,
            recordsPerSecond: try tree.optional("recordsPerSecond"))
    }
}

extension StrandedRecords: JournalValue {
    package var tree: JournalTree {
        .fields(("total", total), ("isCurrent", isCurrent), ("topics", topics))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            total: try tree.value("total"), isCurrent: try tree.value("isCurrent"), topics: try tree.value("topics"))
    }
}

extension StrandedRecords {
    /// As it stands in `bascule-sync`.
    package var record: [UInt8] { tree.bytes }

    /// `nil`: it is of a kind that this version does not know.
    package init?(record: String) {
        guard let tree = try? JournalParser.tree(of: Array(record.utf8)), let value = try? Self(tree: tree) else {
            return nil
        }
        self = value
    }
}

extension StrandedRecords.Topic: JournalValue {
    package var tree: JournalTree { .fields(("topic", topic), ("lag", lag)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(try tree.value("topic"), try tree.value("lag"))
    }
}

extension ReplicationLag.Precision: JournalValue {}

extension ReplicationLag: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("records", records), ("precision", precision), ("milliseconds", age?.wholeMilliseconds),
            ("readAt", readAt.milliseconds))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        let milliseconds: Int64? = try tree.optional("milliseconds")
        self.init(
            records: try tree.value("records"), precision: try tree.value("precision"),
            age: milliseconds.map { .milliseconds($0) }, readAt: WallTime(milliseconds: try tree.value("readAt")))
    }
}

extension GateFinding: JournalValue {
    package var tree: JournalTree { .fields(("check", check), ("verdict", verdict), ("detail", detail)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(try tree.value("check"), try tree.value("verdict"), try tree.value("detail"))
    }
}

extension TrafficSeen: JournalValue {
    package var tree: JournalTree {
        .fields(
            ("configured", configured), ("targetPerMille", targetPerMille), ("sourceGrows", sourceGrows),
            ("isAsWanted", isAsWanted))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            configured: try tree.optional("configured"), targetPerMille: try tree.optional("targetPerMille"),
            sourceGrows: try tree.optional("sourceGrows"), isAsWanted: try tree.value("isAsWanted"))
    }
}

extension MirrorsSeen: JournalValue {
    package var tree: JournalTree {
        .fields(("done", done), ("notReached", notReached), ("failed", failed), ("left", left))
    }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            done: try tree.value("done"), notReached: try tree.value("notReached"),
            failed: try tree.value("failed"), left: try tree.optional("left"))
    }
}

extension DriverAnswer: JournalValue {
    package var tree: JournalTree { .fields(("choice", choice), ("text", text), ("name", name), ("by", by)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        self.init(
            try tree.value("choice"), text: try tree.value("text"), name: try tree.value("name"),
            by: try tree.value("by"))
    }
}
