import Domain

/// One reading of a Connect cluster's connectors.
struct ListedConnectors {
    private let connectors: [String: Connector]
    /// What could not be read; empty when the list is whole.
    private let failures: [PortError]

    init(_ partial: Partial<[Connector], PortError>) {
        connectors = Dictionary(partial.value.map { ($0.name, $0) }) { first, _ in first }
        failures = partial.failures
    }

    /// How a connector stands in the list.
    enum Presence {
        case listed(Connector)
        case absent
        /// Not listed, but the list is not whole.
        case notKnown(PortError)
    }

    subscript(name: String) -> Presence {
        if let connector = connectors[name] { return .listed(connector) }
        if let failure = failures.first { return .notKnown(failure) }
        return .absent
    }
}

/// Whether what a line expects still holds.
enum LineVerdict {
    case holds
    /// Between two states; it will settle.
    case unsettled(String)
    case changed(String)
    /// The present state could not be read.
    case unreadable(String)
}

extension PlanLine {
    func verdict(in list: ListedConnectors, place: String) -> LineVerdict {
        let name = step.subject
        switch (expected, list[name]) {
        case (_, .notKnown(let error)):
            return .unreadable(
                "\(place) could not be read in full (\(error.detail)), so the state of \(name) is not known")
        case (.noConnector, .absent): return .holds
        case (.noConnector, .listed(let connector)):
            return .changed("connector \(name) exists by now and is \(connector.state)")
        case (.connector, .absent): return .changed("connector \(name) does not exist any more")
        case (.connector(let state), .listed(let connector)):
            if connector.state != state {
                let text = "connector \(name) was \(state) and is \(connector.state) now"
                return connector.isBetweenStates ? .unsettled(text) : .changed(text)
            }
            if case .connector(.restartFailed, _, _) = step, !ConnectorActRules.hasFailed(connector) {
                return .changed("nothing of connector \(name) has failed any more")
            }
            return .holds
        case (.weights, _), (.provenThen, _), (.whatever, _): return .changed("\(name) is not a matter of Connect")
        }
    }
}

extension Connector {
    var isBetweenStates: Bool {
        switch state {
        case .unassigned, .restarting: true
        case .running, .paused, .stopped, .failed, .unknown: false
        }
    }
}

/// Whether the effect of a call can be seen.
enum LineEffect {
    case seen(String)
    case notYet(String)
    /// It will not come any more.
    case failed(String)
}

extension PlanStep {
    /// The effect as the list of connectors shows it.
    func effect(in list: ListedConnectors) -> LineEffect {
        switch (self, list[subject]) {
        case (_, .notKnown(let error)): return .notYet("its state could not be read: \(error.detail)")
        case (.connector(.delete, _, _), .absent): return .seen("it is gone")
        case (.connector(.delete, _, _), .listed(let connector)):
            return .notYet("it is still listed, as \(connector.state)")
        case (_, .absent): return .notYet("Connect does not list it")
        case (.connector(let act, _, _), .listed(let connector)): return connector.effect(of: act)
        case (.createConnector, .listed(let connector)): return connector.effectOfStarting
        case (.setTraffic, _), (.syncOffsets, _), (.hold, _): return .notYet("it is not a matter of Connect")
        }
    }

    /// Whether the act is there to make records flow.
    var startsFlow: Bool {
        switch self {
        case .connector(let act, _, _):
            switch act {
            case .resume, .restartFailed, .restartAll: true
            case .pause, .stop, .delete: false
            }
        case .createConnector: true
        case .setTraffic, .syncOffsets, .hold: false
        }
    }
}

extension Connector {
    fileprivate func effect(of act: ConnectorAct) -> LineEffect {
        switch act {
        case .pause: effectOfHalting(.paused)
        case .stop: effectOfHalting(.stopped)
        case .restartFailed where state == .paused && !ConnectorActRules.hasFailed(self):
            // Connect restarts the tasks of a paused connector into PAUSED.
            .seen("it reads PAUSED, and nothing of it has failed any more")
        case .resume, .restartFailed, .restartAll: effectOfStarting
        case .delete: .notYet("it is still listed, as \(state)")
        }
    }

    private func effectOfHalting(_ wanted: ConnectorState) -> LineEffect {
        guard state == wanted else { return .notYet("it reads \(state)") }
        let busy = tasks.filter { $0.state == .running || $0.state == .restarting }
        return busy.isEmpty
            ? .seen("it reads \(state)") : .notYet("it reads \(state), and task \(busy[0].id) still \(busy[0].state)")
    }

    fileprivate var effectOfStarting: LineEffect {
        if state == .failed { return .failed("it has FAILED\(Self.cause(trace))") }
        if let task = tasks.first(where: { $0.state == .failed }) {
            return .failed("task \(task.id) has FAILED\(Self.cause(task.trace))")
        }
        guard state == .running else { return .notYet("it reads \(state)") }
        // MirrorMaker runs without tasks where no topic matches: nothing would be copied.
        guard !tasks.isEmpty else { return .notYet("it reads RUNNING but has no tasks") }
        if let task = tasks.first(where: { $0.state != .running }) {
            return .notYet("task \(task.id) reads \(task.state)")
        }
        return .seen("it reads RUNNING with all its tasks")
    }

    /// The first line of a trace, and the root of its causes, which mostly says more.
    private static func cause(_ trace: String?) -> String {
        let lines = (trace ?? "").split(whereSeparator: \.isNewline)
        guard let first = lines.first else { return "" }
        let root = lines.last { $0.hasPrefix("Caused by: ") }.map { "; \($0.prefix(200))" } ?? ""
        return ": \(first.prefix(200))\(root)".withoutControls
    }
}
