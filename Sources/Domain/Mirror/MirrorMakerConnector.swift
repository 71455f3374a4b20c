/// What a MirrorMaker 2 source connector's configuration amounts to (Kafka's `connect/mirror`, 3.9 to 4.3).
///
/// Loop-free both ways under one name only with the identity policy, one topic per connector, a filter that
/// drops what came from the target, and a stamp on every copy.
struct MirrorMakerConnector {
    let recognition: Recognition

    /// `DefaultTopicFilter.TOPICS_EXCLUDE_DEFAULT`.
    private static let defaultExcluded = ".*[\\-\\.]internal, .*\\.replica, __.*"

    init(_ connector: Connector, foundOn idc: IDC, rules: MirrorRecognition, matcher: NameMatcher) {
        let config = connector.config
        let flow: ReplicationFlow
        switch MirrorMakerConnector.direction(config, rules: rules) {
        case .success(let found): flow = found
        case .failure(let reason):
            recognition = Recognition(role: .unaccountedMirror(reason: reason.text))
            return
        }

        let included = TopicSelection(config["topics"] ?? ".*")
        let excluded = TopicSelection(
            config["topics.exclude"] ?? config["topics.blacklist"] ?? MirrorMakerConnector.defaultExcluded)
        let selection = Recognition.Selection(flow: flow, included: included, excluded: excluded)
        let chain = TransformChain(config)
        let stamped = chain.stampedHeader
        let dropped = chain.droppedHeader

        func unaccounted(_ reason: String) -> Recognition {
            Recognition(
                role: .unaccountedMirror(reason: reason), selection: selection, stampedHeader: stamped,
                droppedHeader: dropped)
        }
        let policy = config["replication.policy.class"] ?? "DefaultReplicationPolicy"
        guard policy.split(separator: ".").last == "IdentityReplicationPolicy" else {
            // Its copies land in topics of other names, so it is no job for the topic of the same name.
            recognition = Recognition(
                role: .unaccountedMirror(
                    reason: "replication.policy.class is not IdentityReplicationPolicy: copies get another name"))
            return
        }
        guard let topic = included.singleTopic else {
            recognition = unaccounted(
                "'topics' is \"\(config["topics"] ?? ".*")\": Bascule accounts for one topic per connector")
            return
        }
        guard excluded.selects(topic, matcher: matcher) != true else {
            recognition = unaccounted("'topics.exclude' leaves \(topic) out: this connector mirrors nothing")
            return
        }
        let sourceAlias = config["source.cluster.alias"] ?? "source"
        let targetAlias = config["target.cluster.alias"] ?? "target"
        if let reason = chain.loopDanger(expectedDrop: "mm-origin-\(targetAlias)", stamp: "mm-origin-\(sourceAlias)") {
            recognition = unaccounted(reason)
            return
        }

        var notes: [String] = []
        if idc != flow.target {
            notes.append(
                "It runs beside \(rules.names[idc]); a mirror belongs beside its target \(rules.names[flow.target]).")
        }
        if case .looseDots(let name)? = included.entries.first {
            notes.append(
                "'topics' is a regular expression: \"\(name)\" also selects names with any character for a dot; "
                    + "quote the dots.")
        }
        notes += MirrorMakerConnector.settingNotes(config, chain: chain)
        notes += MirrorMakerConnector.errorNotes(connector)
        recognition = Recognition(
            role: .mirror(.mirrormaker2, topic: topic, flow: flow), selection: selection, stampedHeader: stamped,
            droppedHeader: dropped, notes: notes)
    }

    private struct Reason: Error { let text: String }

    private static func direction(
        _ config: [String: String], rules: MirrorRecognition
    ) -> Result<ReplicationFlow, Reason> {
        func side(_ end: String) -> Result<IDC?, Reason> {
            let alias = config["\(end).cluster.alias"]
            let byAlias = alias.flatMap(rules.idc(alias:))
            let byBootstrap = config["\(end).cluster.bootstrap.servers"].flatMap(rules.idc(bootstrap:))
            if let byAlias, let byBootstrap, byAlias != byBootstrap {
                return .failure(
                    Reason(
                        text: "\(end).cluster.alias says \(rules.names[byAlias]), "
                            + "\(end).cluster.bootstrap.servers says \(rules.names[byBootstrap])"))
            }
            return .success(byAlias ?? byBootstrap)
        }
        switch (side("source"), side("target")) {
        case (.failure(let reason), _), (_, .failure(let reason)): return .failure(reason)
        case (.success(let source?), .success(let target?)):
            return source == target
                ? .failure(Reason(text: "source and target are both \(rules.names[source])"))
                : .success(ReplicationFlow(from: source))
        case (.success(let source?), .success(nil)):
            return .failure(Reason(text: "from \(rules.names[source]) to a cluster that is not of this pair"))
        case (.success(nil), .success(let target?)):
            return .failure(Reason(text: "to \(rules.names[target]) from a cluster that is not of this pair"))
        case (.success(nil), .success(nil)):
            return .failure(
                Reason(
                    text: "aliases '\(config["source.cluster.alias"] ?? "")' and "
                        + "'\(config["target.cluster.alias"] ?? "")' name neither side of this pair"))
        }
    }

    private static func settingNotes(_ config: [String: String], chain: TransformChain) -> [String] {
        var notes: [String] = []
        if config["header.converter"] == nil {
            notes.append(
                "'header.converter' is not set: the worker's default SimpleHeaderConverter turns user headers into "
                    + "Base64; set ByteArrayConverter.")
        }
        if let value = chain.stampValue, value != "null",
            config["header.converter"]?.hasSuffix("ByteArrayConverter") == true
        {
            notes.append("'value.literal' of the stamp is not null: under ByteArrayConverter the task fails.")
        }
        if config["sync.topic.configs.enabled"] != "false" {
            notes.append("'sync.topic.configs.enabled' is not false: both directions overwrite each other's settings.")
        }
        if config["sync.group.offsets.enabled"] == "true" { notes.append(groupSyncNote) }
        return notes
    }

    private static let groupSyncNote =
        "'sync.group.offsets.enabled' is true: MirrorMaker's group sync skips records that nobody has read; turn it off."

    static func companionNotes(_ connector: Connector) -> [String] {
        connector.config["sync.group.offsets.enabled"] == "true" ? [groupSyncNote] : []
    }

    /// Settings under which records are left behind without a trace in the state.
    static func errorNotes(_ connector: Connector) -> [String] {
        var notes = connector.omissions
        if let queue = connector.config["errors.deadletterqueue.topic.name"], !queue.isEmpty {
            notes.append("Records that cannot be written go to \(queue) and never reach the target.")
        }
        return notes
    }
}

/// The transformations of a connector, as far as they stamp and drop by header.
struct TransformChain {
    private(set) var stampedHeader: String?
    private(set) var stampValue: String?
    private(set) var droppedHeader: String?
    private var isStampConditional = false
    private var isDropInverted = false

    init(_ config: [String: String]) {
        let names = (config["transforms"] ?? "").split(separator: ",").map(TopicSelection.trimmed)
        for name in names {
            let prefix = "transforms.\(name)."
            let kind = config[prefix + "type"]?.split(separator: ".").last.map(String.init)
            switch kind {
            case "InsertHeader":
                stampedHeader = config[prefix + "header"]
                stampValue = config[prefix + "value.literal"]
                isStampConditional = config[prefix + "predicate"] != nil
            case "Filter":
                guard let predicate = config[prefix + "predicate"],
                    config["predicates.\(predicate).type"]?.hasSuffix("HasHeaderKey") == true
                else { continue }
                droppedHeader = config["predicates.\(predicate).name"]
                isDropInverted = config[prefix + "negate"]?.lowercased() == "true"
            default: continue
            }
        }
    }

    /// Why records could go round in circles; `nil` when they cannot.
    func loopDanger(expectedDrop: String, stamp expectedStamp: String) -> String? {
        guard let droppedHeader else {
            return "no filter drops what came from the target (HasHeaderKey '\(expectedDrop)'): records loop"
        }
        guard let stampedHeader else {
            return "no transformation stamps the copies (InsertHeader '\(expectedStamp)'): records loop"
        }
        if isDropInverted { return "the filter on '\(droppedHeader)' is negated: it keeps only what it should drop" }
        if isStampConditional { return "the stamp '\(stampedHeader)' has a predicate: copies without it loop" }
        if droppedHeader == stampedHeader {
            return "the filter drops the header '\(stampedHeader)' that the connector stamps itself"
        }
        return nil
    }
}
