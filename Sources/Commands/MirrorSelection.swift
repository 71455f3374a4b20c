package import Domain

/// Which mirrors a command is about: those that satisfy every part that is not empty.
package struct MirrorSelection: Hashable, Sendable {
    /// Globs, any of which matches the topic or a connector's name.
    package let names: [Glob]
    /// Globs, any of which matches the topic.
    package let topics: [Glob]
    package let states: [StateWord]
    /// One direction, or both.
    package let flows: [ReplicationFlow]

    package init(
        names: [Glob] = [], topics: [Glob] = [], states: [StateWord] = [],
        flows: [ReplicationFlow] = ReplicationFlow.all
    ) {
        self.names = names
        self.topics = topics
        self.states = states
        self.flows = flows
    }

    /// Whether nothing was said that narrows it: every mirror is selected.
    package var isEverything: Bool {
        names.isEmpty && topics.isEmpty && states.isEmpty && Set(flows) == Set(ReplicationFlow.all)
    }

    package func selects(_ flow: MirrorFlow, of topic: String) -> Bool {
        guard flows.contains(flow.flow) else { return false }
        if !names.isEmpty {
            let candidates = [topic] + flow.connectors
            guard names.contains(where: { candidates.contains(where: $0.matches) }) else { return false }
        }
        if !topics.isEmpty, !topics.contains(where: { $0.matches(topic) }) { return false }
        // A state that has never been read is none of the states: it is not known.
        if !states.isEmpty {
            guard let state = flow.state.lastKnown else { return states.contains(.unknown) }
            guard states.contains(StateWord(state)) else { return false }
        }
        return true
    }

    /// The selected mirrors of a snapshot, in its order.
    package func targets(in rows: [MirrorRow]) -> [MirrorTarget] {
        rows.flatMap { row in
            flows.sorted()
                .filter { selects(row.flows[$0.source], of: row.topic) }
                .map { MirrorTarget(topic: row.topic, flow: $0) }
        }
    }

    /// The names and topic globs that match nothing in the snapshot: misspelt, most likely.
    package func withoutMatch(in rows: [MirrorRow]) -> [Glob] {
        names.filter { glob in
            !rows.contains { row in
                glob.matches(row.topic)
                    || IDC.allCases.contains { row.flows[$0].connectors.contains(where: glob.matches) }
            }
        } + topics.filter { glob in !rows.contains { glob.matches($0.topic) } }
    }
}

/// The words of `--state`.
package enum StateWord: String, Hashable, Sendable, CaseIterable {
    case running
    case paused
    case stopped
    case failed
    case unassigned
    case restarting
    case notFlowing = "not-flowing"
    case none
    case double
    case partitionsDiffer = "partitions-differ"
    case overtaken
    case topicMissing = "topic-missing"
    /// A state without a name here, or one that could not be read.
    case unknown

    package init(_ state: MirrorState) {
        switch state {
        case .running: self = .running
        case .paused: self = .paused
        case .stopped: self = .stopped
        case .failed: self = .failed
        case .unassigned: self = .unassigned
        case .restarting: self = .restarting
        case .notFlowing: self = .notFlowing
        case .none: self = .none
        case .double: self = .double
        case .partitionsDiffer: self = .partitionsDiffer
        case .overtaken: self = .overtaken
        case .topicMissing: self = .topicMissing
        case .unknown: self = .unknown
        }
    }
}

/// Which consumer groups a command is about; no glob selects all.
package struct GroupSelection: Hashable, Sendable {
    package let names: [Glob]

    package init(names: [Glob] = []) {
        self.names = names
    }

    package func selects(_ group: String) -> Bool {
        names.isEmpty || names.contains { $0.matches(group) }
    }
}
