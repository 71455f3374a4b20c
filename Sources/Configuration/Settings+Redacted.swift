import Domain

extension Settings {
    /// The configuration that results, as YAML that could be read again, with every secret masked; the notes
    /// stand in front as comments.
    package func redacted() -> String {
        var text = YAMLText()
        text.comment("from \(Spelling.quoted(path, limit: 4_096))")
        for note in notes { text.comment("note: \(note)") }
        if contexts.count == 1, let only = contexts.first {
            text.entry("context", only.name, depth: 0)
            Self.write(only, &text, depth: 0)
        } else {
            if let defaultContext { text.entry("context", defaultContext, depth: 0) }
            text.heading("contexts", depth: 0)
            for context in contexts {
                text.heading(context.name, depth: 1)
                Self.write(context, &text, depth: 2)
            }
        }
        text.entry("refreshInterval", refreshInterval.spelled, depth: 0)
        text.entry("theme", theme, depth: 0)
        text.entry("language", language.rawValue, depth: 0)
        if !keys.isEmpty { text.heading("keys", depth: 0) }
        for key in keys { text.list(key.action, key.keys, depth: 1) }
        if let journalPath { text.entry("journal", journalPath, depth: 0) }
        if let logPath { text.entry("log", logPath, depth: 0) }
        return text.text
    }

    private static func write(_ context: ContextSettings, _ text: inout YAMLText, depth: Int) {
        text.entry("production", context.isProduction ? "true" : "false", depth: depth)
        text.heading("idcs", depth: depth)
        for idc in IDC.allCases {
            text.heading(idc.rawValue, depth: depth + 1)
            write(context.idcs[idc], &text, depth: depth + 2)
        }
        if let haproxy = context.haproxy {
            text.heading("traffic", depth: depth)
            write(haproxy, &text, depth: depth + 1)
        }
        text.heading("mirrors", depth: depth)
        write(context.mirrors, &text, depth: depth + 1)
        text.heading("groups", depth: depth)
        text.list("exclude", context.excludedGroups, depth: depth + 1)
        text.heading("sync", depth: depth)
        text.entry("interval", context.sync.interval.spelled, depth: depth + 1)
        text.list("hold", context.sync.held, depth: depth + 1)
        text.entry("offsetsRetention", context.sync.offsetsRetention.spelled, depth: depth + 1)
        text.entry("foreignCommits", context.sync.raisesForeignCommits ? "raise" : "hold", depth: depth + 1)
        text.entry("bothSidesAreOne", context.sync.treatsBothSidesAsOne ? "true" : "false", depth: depth + 1)
        write(context.failover, &text, depth: depth)
    }

    static func write(_ haproxy: HAProxySettings, _ text: inout YAMLText, depth: Int) {
        text.heading("haproxy", depth: depth)
        text.list("socket", haproxy.sockets.map(\.description), depth: depth + 1)
        text.entry("backend", haproxy.backend, depth: depth + 1)
        text.heading("servers", depth: depth + 1)
        for idc in IDC.allCases { text.list(idc.rawValue, haproxy.servers[idc], depth: depth + 2) }
    }

    private static func write(_ side: IDCSettings, _ text: inout YAMLText, depth: Int) {
        text.entry("name", side.name, depth: depth)
        text.list("bootstrap", side.bootstrap, depth: depth)
        write("kafka", side.kafka, &text, depth: depth)
        guard let connect = side.connect else { return }
        text.heading("connect", depth: depth)
        text.list("urls", connect.urls, depth: depth + 1)
        let entries: [(String, String?)] = [
            ("user", connect.user), ("password", connect.password?.description), ("ca", connect.caPath),
            ("certificate", connect.certificatePath), ("key", connect.keyPath),
            ("keyPassword", connect.keyPassword?.description), ("offsetTopic", connect.offsetTopic),
        ]
        for (key, value) in entries {
            if let value { text.entry(key, value, depth: depth + 1) }
        }
    }

    private static func write(_ mirrors: MirrorSettings, _ text: inout YAMLText, depth: Int) {
        text.heading("topics", depth: depth)
        text.list("include", mirrors.includedTopics, depth: depth + 1)
        text.list("exclude", mirrors.excludedTopics, depth: depth + 1)
        let oneSided = IDC.allCases.filter { !mirrors.producedOn[$0].isEmpty }
        if !oneSided.isEmpty { text.heading("producedOn", depth: depth) }
        for idc in oneSided { text.list(idc.rawValue, mirrors.producedOn[idc], depth: depth + 1) }
        text.entry("kind", mirrors.kind.rawValue, depth: depth)
        if let pattern = mirrors.sinkPattern { text.entry("sinkPattern", pattern, depth: depth) }
        if let header = mirrors.originHeader { text.entry("originHeader", header, depth: depth) }
        let aliased = IDC.allCases.filter { !mirrors.aliases[$0].isEmpty }
        if !aliased.isEmpty { text.heading("aliases", depth: depth) }
        for idc in aliased { text.list(idc.rawValue, mirrors.aliases[idc], depth: depth + 1) }
        text.heading("create", depth: depth)
        text.entry("tasksMax", "\(mirrors.creation.maximumTasks)", depth: depth + 1)
        text.entry("replicationFactor", "\(mirrors.creation.replicationFactor)", depth: depth + 1)
        text.heading("bootstrap", depth: depth + 1)
        for idc in IDC.allCases { text.list(idc.rawValue, mirrors.creation.bootstrap[idc], depth: depth + 2) }
        write("configuration", mirrors.creation.configuration, &text, depth: depth + 1)
    }

    private static func write(_ key: String, _ settings: LibrarySettings, _ text: inout YAMLText, depth: Int) {
        guard !settings.entries.isEmpty else { return }
        text.heading(key, depth: depth)
        for entry in settings.entries {
            switch entry.value {
            case .plain(let value): text.entry(entry.name, value, depth: depth + 1)
            case .secret(let secret): text.entry(entry.name, secret.description, depth: depth + 1)
            }
        }
    }
}
