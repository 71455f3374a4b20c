import Domain

/// What Connect makes of an act in a connector's present state.
enum ConnectorActRules {
    /// Why `act` is not possible or not needed now, to follow the connector's name or topic; `nil`: go on.
    ///
    /// Connect does not pause or resume a connector that has FAILED itself (`WorkerConnector.doTransitionTo`);
    /// it can be stopped. A stopped connector has no tasks.
    ///
    /// `mirror`: what is known of the mirror that it is, which Connect cannot see: a connector that runs need not copy.
    static func reasonAgainst(_ act: ConnectorAct, _ connector: Connector, of mirror: MirrorState?) -> String? {
        if case .unknown(let word) = connector.state {
            return "is in a state that Bascule does not know (\(word)): look at it with Connect's own tools"
        }
        switch act {
        case .pause: return reasonAgainstPause(connector.state)
        case .resume: return reasonAgainstResume(connector, mirror)
        case .stop: return connector.state == .stopped ? "is already STOPPED" : nil
        case .restartFailed:
            return hasFailed(connector) ? nil : "nothing of it has failed (it is \(described(connector, mirror)))"
        case .restartAll: return reasonAgainstRestart(connector.state)
        case .delete: return nil
        }
    }

    /// Whether the connector itself or one of its tasks has failed.
    static func hasFailed(_ connector: Connector) -> Bool {
        connector.state == .failed || connector.tasks.contains { $0.state == .failed }
    }

    /// Its state, and that of tasks that are in another one, or what else keeps the mirror from copying: those are what
    /// lists of mirrors show.
    private static func described(_ connector: Connector, _ mirror: MirrorState?) -> String {
        let others = connector.tasks.map(\.state).filter { $0 != connector.state }
        let counts = Dictionary(grouping: others) { "\($0)" }.sorted { $0.key < $1.key }
            .map { "\(Count($0.value.count, "task")) \($0.key)" }
        if !counts.isEmpty { return "\(connector.state), with \(counts.joined(separator: ", "))" }
        guard let mirror else { return "\(connector.state)" }
        switch mirror {
        case .notFlowing: return "\(connector.state), not flowing: its details show what it waits for"
        case .partitionsDiffer, .overtaken, .topicMissing, .double:
            return "\(connector.state), but \(mirror): its details show what is wrong"
        case .running, .paused, .stopped, .failed, .unassigned, .restarting, .none, .unknown:
            return "\(connector.state)"
        }
    }

    private static func reasonAgainstPause(_ state: ConnectorState) -> String? {
        switch state {
        case .paused: "is already PAUSED"
        case .stopped: "is STOPPED, which is more than PAUSED: resume it first if it should only be paused"
        case .failed: "has FAILED, and Connect does not pause a failed connector: restart it first, or stop it"
        case .running, .unassigned, .restarting, .unknown: nil
        }
    }

    private static func reasonAgainstResume(_ connector: Connector, _ mirror: MirrorState?) -> String? {
        switch connector.state {
        case .running:
            hasFailed(connector)
                ? "is already RUNNING, with a failed task: restart what has failed"
                : "is already \(described(connector, mirror))"
        case .failed: "has FAILED, and Connect does not resume a failed connector: restart it"
        case .unassigned: "is UNASSIGNED: Connect gives it to a worker by itself when its rebalance delay is over"
        case .restarting: "is RESTARTING already"
        case .paused, .stopped, .unknown: nil
        }
    }

    private static func reasonAgainstRestart(_ state: ConnectorState) -> String? {
        switch state {
        case .paused: "is PAUSED, and a restart would leave it so: resume it"
        case .stopped: "is STOPPED and has no tasks to restart: resume it"
        case .running, .failed, .unassigned, .restarting, .unknown: nil
        }
    }
}
