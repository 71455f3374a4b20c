/// The rules by which a connector is recognised as the mirror of a topic in a direction.
package struct MirrorRecognition: Hashable, Sendable {
    /// The kind that the configuration says the mirrors are of.
    package let kind: MirrorKind
    /// For sink mirrors: matches the connector's whole name; its groups `topic`, `from`, `to`, or else its
    /// groups 1, 2, 3 in this order, say what it mirrors.
    package let sinkPattern: String?
    /// The header that sink mirrors stamp on their copies.
    package let originHeader: String?
    /// MirrorMaker's cluster aliases and what else names a side in a connector's configuration, in lower case.
    package let aliases: [String: IDC]
    /// The aliases as they are spelt: header names distinguish upper from lower case.
    package let spellings: PerIDC<Set<String>>
    /// `host:port` of each side's bootstrap servers, in lower case.
    package let bootstraps: PerIDC<Set<String>>
    /// What people call the sides, for notes and reasons.
    package let names: PerIDC<String>

    /// The keys `idc1`, `idc2` and the names are aliases of their own unless `aliases` says otherwise.
    ///
    /// Throws when `sinkPattern` is no regular expression.
    package init(
        kind: MirrorKind = .mirrormaker2, sinkPattern: String? = nil, originHeader: String? = nil,
        aliases: [String: IDC] = [:], bootstraps: PerIDC<[String]> = PerIDC(idc1: [], idc2: []),
        names: PerIDC<String> = PerIDC(idc1: "IDC1", idc2: "IDC2")
    ) throws(NamePatternError) {
        if let sinkPattern { _ = try NamePattern(sinkPattern) }
        self.kind = kind
        self.sinkPattern = sinkPattern
        self.originHeader = originHeader
        self.names = names
        var all: [String: IDC] = [:]
        for idc in IDC.allCases {
            all[names[idc].lowercased()] = idc
        }
        for idc in IDC.allCases { all[idc.rawValue] = idc }
        for (alias, idc) in aliases { all[alias.lowercased()] = idc }
        self.aliases = all
        let spelt = IDC.allCases.flatMap { [$0.rawValue, names[$0]] } + aliases.keys
        spellings = PerIDC { idc in Set(spelt.filter { all[$0.lowercased()] == idc }) }
        self.bootstraps = bootstraps.map { list in
            Set(list.flatMap { $0.split(separator: ",") }.map { TopicSelection.trimmed($0).lowercased() })
        }
    }

    /// The side that an alias names.
    package func idc(alias: String) -> IDC? { aliases[alias.lowercased()] }

    /// The side that a list of bootstrap servers belongs to; `nil` when it is neither's, or both's.
    package func idc(bootstrap: String) -> IDC? {
        let servers = Set(bootstrap.split(separator: ",").map { TopicSelection.trimmed($0).lowercased() })
        let sides = IDC.allCases.filter { !bootstraps[$0].isDisjoint(with: servers) }
        return sides.count == 1 ? sides.first : nil
    }

    /// Header names that mark a record on `idc` as a copy, before any connector has been seen.
    package func copyHeaders(on idc: IDC) -> Set<String> {
        switch kind {
        case .bascule: ["osync-origin"]
        case .mirrormaker2: Set(spellings[idc.other].map { "mm-origin-\($0)" })
        case .sink: originHeader.map { [$0] } ?? []
        }
    }
}

/// What was found out about a connector.
package struct Recognition: Hashable, Sendable {
    package let role: ConnectorRole
    /// The direction and the topics that it copies, also where ``role`` is an unaccounted mirror; `nil` for
    /// everything that does not mirror, and where the direction cannot be told.
    package let selection: Selection?
    /// The header that it stamps on every copy.
    package let stampedHeader: String?
    /// The header whose records it leaves out.
    package let droppedHeader: String?
    /// What an operator should know, a sentence each.
    package let notes: [String]

    package init(
        role: ConnectorRole, selection: Selection? = nil, stampedHeader: String? = nil,
        droppedHeader: String? = nil, notes: [String] = []
    ) {
        self.role = role
        self.selection = selection
        self.stampedHeader = stampedHeader
        self.droppedHeader = droppedHeader
        self.notes = notes
    }

    package struct Selection: Hashable, Sendable {
        package let flow: ReplicationFlow
        package let included: TopicSelection
        package let excluded: TopicSelection

        package init(flow: ReplicationFlow, included: TopicSelection, excluded: TopicSelection) {
            self.flow = flow
            self.included = included
            self.excluded = excluded
        }

        /// Whether the topic is copied; `nil` when that cannot be told.
        package func selects(_ topic: String, matcher: NameMatcher) -> Bool? {
            switch (included.selects(topic, matcher: matcher), excluded.selects(topic, matcher: matcher)) {
            case (false?, _), (_, true?): false
            case (true?, false?): true
            case (nil, _), (_, nil): nil
            }
        }
    }
}

/// A connector, where it was found, and what it is.
package struct RecognisedConnector: Hashable, Sendable {
    package let connector: Connector
    /// The IDC whose Connect cluster it runs on.
    package let foundOn: IDC
    package let recognition: Recognition

    package init(connector: Connector, foundOn: IDC, recognition: Recognition) {
        self.connector = connector
        self.foundOn = foundOn
        self.recognition = recognition
    }

    package var view: ConnectorView { ConnectorView(connector: connector, role: recognition.role) }

    /// Of a mirror of Bascule's workers.
    package var workerFlow: ReplicationFlow? {
        if case .mirror(.bascule, _, let flow) = recognition.role { flow } else { nil }
    }
}

/// Recognises connectors and remembers the answer for as long as their configuration stays the same.
/// Not `Sendable`, because `Regex` is not.
package final class MirrorRecogniser {
    package let rules: MirrorRecognition
    package let matcher = NameMatcher()
    private let sinkExpression: Regex<AnyRegexOutput>?
    private var remembered: PerIDC<[String: (config: [String: String], type: String, answer: Recognition)]>

    package init(_ rules: MirrorRecognition) {
        self.rules = rules
        // MirrorRecognition's initialiser has compiled it before: it does not fail here.
        sinkExpression = rules.sinkPattern.flatMap { try? Regex($0) }
        remembered = PerIDC { _ in [:] }
    }

    /// Recognises all connectors of one Connect cluster; connectors that are gone are forgotten.
    package func recognise(_ connectors: [Connector], on idc: IDC) -> [RecognisedConnector] {
        var next: [String: (config: [String: String], type: String, answer: Recognition)] = [:]
        let result = connectors.map { connector in
            let answer: Recognition
            if let known = remembered[idc][connector.name], known.config == connector.config,
                known.type == connector.type
            {
                answer = known.answer
            } else {
                answer = recognise(connector, on: idc)
            }
            next[connector.name] = (connector.config, connector.type, answer)
            return RecognisedConnector(connector: connector, foundOn: idc, recognition: answer)
        }
        remembered[idc] = next
        return result
    }

    private func recognise(_ connector: Connector, on idc: IDC) -> Recognition {
        let simpleClass = connector.connectorClass.split(separator: ".").last.map(String.init) ?? ""
        let lowered = connector.connectorClass.lowercased()
        if lowered.contains("bascule"), lowered.contains("mirror") {
            return recogniseWorkerMirror(connector, on: idc)
        }
        switch simpleClass {
        case "MirrorSourceConnector", "MirrorSource":
            return MirrorMakerConnector(connector, foundOn: idc, rules: rules, matcher: matcher).recognition
        case "MirrorCheckpointConnector", "MirrorCheckpoint", "MirrorHeartbeatConnector", "MirrorHeartbeat":
            return Recognition(role: .mirrorMakerCompanion, notes: MirrorMakerConnector.companionNotes(connector))
        default: break
        }
        if lowered.hasPrefix("io.debezium.") { return Recognition(role: .cdc) }
        if let sink = recogniseSink(connector, on: idc) { return sink }
        return Recognition(role: .other)
    }

    // MARK: Bascule's own worker

    private func recogniseWorkerMirror(_ connector: Connector, on idc: IDC) -> Recognition {
        guard let topic = connector.config["topic"], !topic.isEmpty else {
            return unaccounted("its configuration names no topic")
        }
        let from = connector.config["from"].flatMap(rules.idc(alias:))
        let to = connector.config["to"].flatMap(rules.idc(alias:))
        guard let source = from ?? to?.other, from == nil || to == nil || from != to else {
            return unaccounted("its configuration does not name two sides in 'from' and 'to'")
        }
        let flow = ReplicationFlow(from: source)
        return Recognition(
            role: .mirror(.bascule, topic: topic, flow: flow), selection: only(topic, flow),
            stampedHeader: "osync-origin", notes: notes(foundOn: idc, expected: flow.target))
    }

    // MARK: Sink mirrors

    private func recogniseSink(_ connector: Connector, on idc: IDC) -> Recognition? {
        guard let sinkExpression, connector.type != "source",
            let match = (try? sinkExpression.wholeMatch(in: connector.name)) ?? nil
        else { return nil }
        func group(_ name: String, _ number: Int) -> String? {
            if let named = match.output.first(where: { $0.name == name }) {
                return named.substring.map(String.init)
            }
            let hasNames = match.output.contains { $0.name != nil }
            guard !hasNames, number < match.output.count else { return nil }
            return match.output[number].substring.map(String.init)
        }
        let configured = connector.config["topics"].flatMap { TopicSelection($0).singleTopic }
        guard let topic = group("topic", 1) ?? configured else {
            return unaccounted("neither sinkPattern nor the connector's 'topics' names a single topic")
        }
        // A sink consumes the Kafka that its Connect cluster runs on, unless its name says otherwise.
        let from = group("from", 2).map { ($0, rules.idc(alias: $0)) }
        let to = group("to", 3).map { ($0, rules.idc(alias: $0)) }
        for (word, side) in [from, to].compactMap(\.self) where side == nil {
            return unaccounted("its name says '\(word)', which is the name or alias of neither side")
        }
        let source = from?.1 ?? to?.1?.other ?? idc
        if let target = to?.1, target == source {
            return unaccounted("its name says that it mirrors \(rules.names[source]) to itself")
        }
        let flow = ReplicationFlow(from: source)
        var notes = MirrorMakerConnector.errorNotes(connector)
        if rules.originHeader == nil {
            notes.append("mirrors.originHeader is not set: copies cannot be told from records produced there.")
        }
        return Recognition(
            role: .mirror(.sink, topic: topic, flow: flow), selection: only(topic, flow),
            stampedHeader: rules.originHeader, notes: notes)
    }

    private func only(_ topic: String, _ flow: ReplicationFlow) -> Recognition.Selection {
        let quoted = topic.replacing(".", with: "\\.")
        return Recognition.Selection(flow: flow, included: TopicSelection(quoted), excluded: TopicSelection(""))
    }

    private func unaccounted(_ reason: String) -> Recognition {
        Recognition(role: .unaccountedMirror(reason: reason))
    }

    private func notes(foundOn idc: IDC, expected: IDC) -> [String] {
        idc == expected
            ? [] : ["It runs beside \(rules.names[idc]); a mirror belongs beside its target \(rules.names[expected])."]
    }
}
