/// What happened between two polls, told by comparing them. Pure: the same two snapshots give the same events.
package enum ObservedEvents {
    /// In the order of clusters, Connect, mirrors, groups, traffic. What was not read in one of the two
    /// snapshots is not compared: becoming readable is no event of the thing that was read.
    package static func between(_ previous: Snapshot, _ next: Snapshot) -> [ObservedEvent] {
        var comparison = Comparison(previous: previous, next: next)
        for idc in IDC.allCases {
            comparison.compareReach(idc)
            comparison.compareBrokers(idc)
            comparison.compareConnect(idc)
        }
        comparison.compareMirrors()
        comparison.compareGroups()
        comparison.compareTraffic()
        return comparison.events
    }
}

private struct Comparison {
    let previous: Snapshot
    let next: Snapshot
    private(set) var events: [ObservedEvent] = []

    init(previous: Snapshot, next: Snapshot) {
        self.previous = previous
        self.next = next
    }

    private func name(_ idc: IDC) -> String { next.names[idc] }

    private mutating func add(_ severity: Severity, _ text: String) {
        events.append(ObservedEvent(at: next.at, severity: severity, text: text))
    }

    /// What happened to one of many things.
    private struct Change {
        let severity: Severity
        /// What it is called in a sentence of its own, and in a list.
        let subject: String
        let name: String
        let what: String
        /// "groups have members on both sides".
        let ofMany: String

        init(_ severity: Severity, _ subject: String, _ what: String, name: String? = nil, ofMany: String) {
            self.severity = severity
            self.subject = subject
            self.name = name ?? subject
            self.what = what
            self.ofMany = ofMany
        }

        var kind: String { "\(severity) \(ofMany)" }
    }

    /// A line each; one line for all of a kind where they are many: a failover moves hundreds of groups at once, and
    /// what else happened must not be pushed away.
    private mutating func add(_ changes: [Change]) {
        let kinds = Dictionary(grouping: changes, by: \.kind)
        var told: Set<String> = []
        for change in changes {
            let same = kinds[change.kind] ?? []
            if same.count <= Alerts.mostOfAKind {
                add(change.severity, "\(change.subject) \(change.what)")
            } else if told.insert(change.kind).inserted {
                let first = same.prefix(3).map(\.name).joined(separator: ", ")
                add(change.severity, "\(same.count) \(change.ofMany): \(first) and \(same.count - 3) more")
            }
        }
    }

    // MARK: Clusters and Connect

    mutating func compareReach(_ idc: IDC) {
        let before = previous.clusters[idc].metadata
        let after = next.clusters[idc].metadata
        if before.unavailability == nil, let because = after.unavailability {
            add(.critical, "\(name(idc)) cannot be reached: \(because.detail)")
        } else if before.unavailability != nil, after.current != nil {
            add(.ok, "\(name(idc)) answers again")
        }
    }

    mutating func compareBrokers(_ idc: IDC) {
        let before = Dictionary(previous.clusters[idc].brokers.map { ($0.id, $0.state) }) { first, _ in first }
        for broker in next.clusters[idc].brokers {
            switch (before[broker.id], broker.state) {
            case (.up?, .down(let reason)): add(.critical, "broker \(broker.id) of \(name(idc)) is down: \(reason)")
            case (.down?, .up): add(.ok, "broker \(broker.id) of \(name(idc)) is up again")
            case (nil, .up) where !before.isEmpty: add(.ok, "broker \(broker.id) of \(name(idc)) joined")
            case (nil, _), (.up?, .up), (.up?, .unknown), (.down?, .down), (.down?, .unknown), (.unknown?, _): break
            }
        }
    }

    mutating func compareConnect(_ idc: IDC) {
        let before = previous.clusters[idc].connectors
        let after = next.clusters[idc].connectors
        if before.current != nil, let because = after.unavailability {
            add(.warning, "Connect of \(name(idc)) cannot be read: \(because.detail)")
        } else if before.unavailability != nil, after.current != nil {
            add(.ok, "Connect of \(name(idc)) answers again")
        }
        // A list with holes in it does not say who is gone.
        let isWhole = [previous, next].allSatisfy { snapshot in
            !snapshot.problems.contains { $0.source == "connect \(idc.rawValue)" }
        }
        guard isWhole, let old = before.current, let new = after.current else { return }
        let oldNames = Set(old.map(\.connector.name))
        let newNames = Set(new.map(\.connector.name))
        for gone in oldNames.subtracting(newNames).sorted() { add(.warning, "\(gone) was deleted from \(name(idc))") }
        for added in newNames.subtracting(oldNames).sorted() { add(.ok, "\(added) was created on \(name(idc))") }
    }

    // MARK: Mirrors

    mutating func compareMirrors() {
        var old = previous.mirrors[...]
        var changes: [Change] = []
        for row in next.mirrors {
            while let first = old.first, first.topic < row.topic { old.removeFirst() }
            guard let before = old.first, before.topic == row.topic else { continue }
            for idc in IDC.allCases {
                guard let from = before.flows[idc].state.lastKnown, let to = row.flows[idc].state.current,
                    from.description != to.description || reason(from) != reason(to)
                else { continue }
                let subject =
                    row.flows[idc].connectors.first ?? before.flows[idc].connectors.first
                    ?? "\(row.topic) from \(name(idc)) to \(name(idc.other))"
                let word = to.description + (reason(to).map { ": \($0)" } ?? "")
                changes.append(Change(to.severity, subject, word, ofMany: "mirrors \(word)"))
            }
        }
        add(changes)
    }

    /// What is said beside the word; nothing that changes while the state stays the same.
    private func reason(_ state: MirrorState) -> String? {
        switch state {
        case .failed(let reason), .double(let reason): reason
        case .partitionsDiffer(let source, let target): "\(source) and \(target)"
        case .running, .paused, .stopped, .unassigned, .restarting, .notFlowing, .none, .overtaken, .topicMissing,
            .unknown:
            nil
        }
    }

    // MARK: Groups

    mutating func compareGroups() {
        var old = previous.groups[...]
        var changes: [Change] = []
        for row in next.groups {
            while let first = old.first, first.id < row.id { old.removeFirst() }
            guard let before = old.first, before.id == row.id, before.side != row.side else { continue }
            func change(_ severity: Severity, _ what: String, ofMany: String) {
                changes.append(Change(severity, "group \(row.id)", what, name: row.id, ofMany: "groups \(ofMany)"))
            }
            switch (before.side, row.side) {
            case (_, .unknown), (.unknown, .none), (.unknown, .on): break
            case (_, .both): change(.critical, "has members on both sides", ofMany: "have members on both sides")
            case (.on(let from), .on(let to)):
                let what = "moved from \(name(from)) to \(name(to))"
                change(.warning, what, ofMany: what)
            case (.both, .on(let to)):
                change(.ok, "has members on \(name(to)) only", ofMany: "have members on \(name(to)) only")
            case (.both, .none): change(.warning, "has no members any more", ofMany: "have no members any more")
            case (.none, .on(let to)):
                change(.ok, "has members on \(name(to))", ofMany: "have members on \(name(to))")
            case (.on(let from), .none):
                let lag = row.lag?.total.map { $0 > 0 ? ", lag \($0)" : "" } ?? ""
                change(
                    lag.isEmpty ? .ok : .warning, "lost its last member on \(name(from))\(lag)",
                    ofMany: "lost their last member on \(name(from))" + (lag.isEmpty ? "" : " and have lag"))
            case (.none, .none): break
            }
        }
        add(changes)
    }

    // MARK: Traffic

    mutating func compareTraffic() {
        let before = previous.traffic.configured
        let after = next.traffic.configured
        let source = next.traffic.source
        if before.current != nil, let because = after.unavailability {
            add(.warning, "\(source) cannot be read: \(because.detail)")
        } else if before.unavailability != nil, before.unavailability?.kind != .unsupported, after.current != nil {
            add(.ok, "\(source) answers again")
        }
        guard let old = before.lastKnown, let new = after.current else { return }
        if old.split != new.split {
            let from = old.split?.description ?? "no traffic"
            let to = new.split?.description ?? "no traffic"
            add(new.split == nil ? .critical : .warning, "\(source): split changed from \(from) to \(to)")
        }
        let servers = Dictionary(old.servers.map { ($0.name, $0) }) { first, _ in first }
        for server in new.servers {
            guard let was = servers[server.name] else { continue }
            if was.status != server.status {
                add(server.status == "UP" ? .ok : .warning, "\(source): server \(server.name) is \(server.status)")
            }
            if was.weight != server.weight {
                add(.ok, "\(source): weight of \(server.name) is \(server.weight), was \(was.weight)")
            }
        }
    }
}
