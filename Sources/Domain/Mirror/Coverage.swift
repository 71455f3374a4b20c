/// Which connectors copy which topic in which direction, over both Connect clusters. mirroring.md, section 10.
package struct Coverage {
    /// What the connectors make of one topic in one direction.
    package enum Verdict: Hashable, Sendable {
        case mirrored(RecognisedConnector)
        /// No job; said only when the target side's Connect could be read in full.
        case none
        /// No job was found, but not every connector could be read.
        case unknown
        /// A connector copies it, or may, whose configuration Bascule cannot account for.
        case unaccounted(RecognisedConnector, reason: String)
        case double([RecognisedConnector], reason: String)

        /// The connectors that copy the topic.
        package var jobs: [RecognisedConnector] {
            switch self {
            case .mirrored(let job), .unaccounted(let job, _): [job]
            case .double(let jobs, _): jobs
            case .none, .unknown: []
            }
        }
    }

    /// Never mirrored: Kafka's, Connect's, Bascule's and MirrorMaker's own topics. mirroring.md, sections 1 and 7.
    package static func isNeverMirrored(_ topic: String) -> Bool {
        topic.hasPrefix("__") || topic.hasPrefix("connect-") || topic.hasPrefix("bascule-")
            || topic.hasPrefix("mm2-offset-syncs.") || topic.hasPrefix("mm2-offsets.")
            || topic.hasPrefix("mm2-configs.") || topic.hasPrefix("mm2-status.") || topic.hasPrefix("mm2-checkpoints.")
            || topic.hasSuffix(".checkpoints.internal") || topic == "heartbeats" || topic.hasSuffix(".heartbeats")
    }

    /// Jobs for exactly one topic, by direction and topic.
    private var exact: PerIDC<[String: [RecognisedConnector]]> = PerIDC { _ in [:] }
    /// Names with unquoted dots, by direction and length in UTF-8.
    private var loose: PerIDC<[Int: [RecognisedConnector]]> = PerIDC { _ in [:] }
    /// Lists and expressions, by direction.
    private var wide: PerIDC<[RecognisedConnector]> = PerIDC { _ in [] }
    private let isFullyRead: PerIDC<Bool>
    private let matcher: NameMatcher

    /// - Parameters:
    ///   - connectors: of both Connect clusters.
    ///   - isFullyRead: whether every connector of that side's Connect cluster was read.
    package init(of connectors: [RecognisedConnector], isFullyRead: PerIDC<Bool>, matcher: NameMatcher) {
        self.isFullyRead = isFullyRead
        self.matcher = matcher
        for connector in Self.withoutRepeats(connectors, isFullyRead) {
            guard let selection = connector.recognition.selection else { continue }
            let source = selection.flow.source
            if selection.included.entries.count == 1, let entry = selection.included.entries.first {
                switch entry {
                case .literal(let topic):
                    exact[source][topic, default: []].append(connector)
                    continue
                case .looseDots(let name):
                    loose[source][name.utf8.count, default: []].append(connector)
                    continue
                case .expression, .unreadable: break
                }
            }
            wide[source].append(connector)
        }
    }

    /// Bascule's workers tell of every mirror that they share, whoever runs it: what those beside both sides list is one job.
    /// It is taken from beside its target, where it is paused and resumed, unless only the others answer.
    private static func withoutRepeats(
        _ connectors: [RecognisedConnector], _ isFullyRead: PerIDC<Bool>
    ) -> [RecognisedConnector] {
        var told: [String: Set<IDC>] = [:]
        for connector in connectors where connector.workerFlow != nil {
            told[connector.connector.name, default: []].insert(connector.foundOn)
        }
        return connectors.filter { connector in
            guard let flow = connector.workerFlow, told[connector.connector.name]?.count == 2 else { return true }
            let isOnlySourceRead = isFullyRead[flow.source] && !isFullyRead[flow.target]
            return connector.foundOn == (isOnlySourceRead ? flow.source : flow.target)
        }
    }

    /// The topics that recognised mirrors name, whether or not they exist.
    package var namedTopics: Set<String> {
        var topics: Set<String> = []
        for idc in IDC.allCases {
            let all = exact[idc].values.joined() + Array(loose[idc].values.joined())
            for connector in all {
                if case .mirror(_, let topic, _) = connector.recognition.role { topics.insert(topic) }
            }
        }
        return topics
    }

    package func verdict(on topic: String, _ flow: ReplicationFlow) -> Verdict {
        let source = flow.source
        var jobs: [RecognisedConnector] = []
        var uncertain: RecognisedConnector?
        let candidates = [exact[source][topic] ?? [], loose[source][topic.utf8.count] ?? [], wide[source]].joined()
        for connector in candidates {
            switch connector.recognition.selection?.selects(topic, matcher: matcher) {
            case true?: jobs.append(connector)
            case false?, nil:
                let selects = connector.recognition.selection.map { $0.selects(topic, matcher: matcher) }
                if case .some(nil) = selects { uncertain = uncertain ?? connector }
            }
        }
        if jobs.count > 1 {
            let names = jobs.map(\.connector.name).sorted().joined(separator: ", ")
            return .double(jobs, reason: "\(jobs.count) connectors copy it: \(names)")
        }
        if let job = jobs.first {
            switch job.recognition.role {
            case .mirror: return .mirrored(job)
            case .unaccountedMirror(let reason): return .unaccounted(job, reason: reason)
            case .cdc, .mirrorMakerCompanion, .other: return .mirrored(job)
            }
        }
        if let uncertain {
            return .unaccounted(uncertain, reason: "what its 'topics' selects cannot be told")
        }
        return isFullyRead[flow.target] ? .none : .unknown
    }

    /// Why records of a topic go round in circles, told from the verdicts by source; `nil` when they do not.
    /// Each direction must drop what the other one stamps.
    package static func loop(_ verdicts: PerIDC<Verdict>) -> String? {
        for flow in ReplicationFlow.all {
            guard case .mirrored(let here) = verdicts[flow.source], case .mirrored(let back) = verdicts[flow.target],
                let dropped = here.recognition.droppedHeader, let stamped = back.recognition.stampedHeader
            else { continue }
            if dropped != stamped {
                return "\(here.connector.name) drops records with the header \(dropped), but "
                    + "\(back.connector.name) stamps \(stamped): records loop"
            }
        }
        return nil
    }
}
