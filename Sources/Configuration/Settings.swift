package import Domain

/// The configuration, checked. Every value of the file has been read, defaults filled in.
package struct Settings: Hashable, Sendable {
    /// The file that it was read from, as it was named.
    package let path: String
    /// The pairs of clusters, in the order of the file; at least one.
    package let contexts: [ContextSettings]
    /// The context that is used where none is named.
    package let defaultContext: String?
    package let refreshInterval: Duration
    package let theme: String
    /// Of the guided failover.
    package let language: Language
    /// Keys that are bound otherwise than the program does, in the order of the file.
    package let keys: [KeySetting]
    /// `nil`: not given, and there is no home directory to put it in.
    package let journalPath: String?
    /// `nil`: as ``journalPath``.
    package let logPath: String?
    /// What deserves a line in the log: settings that have no effect, and why; free of secrets.
    package let notes: [String]

    /// The context of a name, or the one to use without.
    package func context(named name: String?) throws(SettingsError) -> ContextSettings {
        let known = contexts.map(\.name)
        if let name {
            if let context = contexts.first(where: { $0.name == name }) { return context }
            let hint = Spelling.nearest(to: name, among: known).map { "; did you mean \(Spelling.quoted($0))?" } ?? ""
            throw SettingsError(
                "\(SourceLocation.printable(path)): there is no context \(Spelling.quoted(name))\(hint); it holds "
                    + known.joined(separator: ", "))
        }
        if let context = contexts.first(where: { $0.name == defaultContext }) { return context }
        if contexts.count == 1, let only = contexts.first { return only }
        throw SettingsError(
            "\(SourceLocation.printable(path)) holds several contexts: choose one with --context: "
                + known.joined(separator: ", "))
    }
}

/// A pair of clusters.
package struct ContextSettings: Hashable, Sendable {
    package let name: String
    /// Whether every act has to be confirmed by typing.
    package let isProduction: Bool
    package let idcs: PerIDC<IDCSettings>
    /// `nil`: no source of traffic is configured.
    package let haproxy: HAProxySettings?
    package let mirrors: MirrorSettings
    /// Regular expressions of groups to leave out; each matches the whole name.
    package let excludedGroups: [String]
    package let sync: OffsetSyncSettings
    package let failover: FailoverSettings
}

/// How the groups' offsets are kept on the other side.
package struct OffsetSyncSettings: Hashable, Sendable {
    package let interval: Duration
    /// Globs of groups for which nothing is written.
    package let held: [String]
    /// `offsets.retention.minutes` of the brokers.
    package let offsetsRetention: Duration
    package let raisesForeignCommits: Bool
    package let treatsBothSidesAsOne: Bool
}

/// One side of a pair.
package struct IDCSettings: Hashable, Sendable {
    /// What people call it.
    package let name: String
    /// `host:port`, at least one.
    package let bootstrap: [String]
    /// Settings of librdkafka, without `bootstrap.servers`.
    package let kafka: KafkaSettings
    /// `nil`: no Connect cluster is configured here.
    package let connect: ConnectSettings?
}

/// The Connect cluster of a side.
package struct ConnectSettings: Hashable, Sendable {
    /// The workers, without credentials and without a slash at the end; at least one.
    package let urls: [String]
    package let user: String?
    package let password: Secret?
    /// PEM files, absolute or relative to the working directory.
    package let caPath: String?
    package let certificatePath: String?
    package let keyPath: String?
    /// Of the file at ``keyPath``.
    package let keyPassword: Secret?
    /// The workers' `offset.storage.topic`; `nil`: to be found out.
    package let offsetTopic: String?
}

/// HAProxy's runtime interface, and which of its servers stand where.
package struct HAProxySettings: Hashable, Sendable {
    /// One for each HAProxy; all are set alike. At least one.
    package let sockets: [HAProxySocket]
    package let backend: String
    package let servers: PerIDC<[String]>
}

/// Where HAProxy's runtime interface listens.
package enum HAProxySocket: Hashable, Sendable {
    case path(String)
    /// An address in 127.0.0.0/8.
    case loopback(host: String, port: UInt16)

    /// Reads an absolute path that a socket's address can hold, or a loopback address with a port.
    init?(_ text: String) {
        if text.hasPrefix("/") {
            // sockaddr_un has 108 bytes for the path and the NUL behind it.
            guard text.utf8.count <= 107 else { return nil }
            self = .path(text)
            return
        }
        guard let address = NetworkAddress(text) else { return nil }
        let parts = address.host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.first == "127", parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
        self = .loopback(host: address.host, port: address.port)
    }
}

extension HAProxySocket: CustomStringConvertible {
    package var description: String {
        switch self {
        case .path(let path): path
        case .loopback(let host, let port): "\(host):\(port)"
        }
    }
}

/// How mirrors are recognised and made.
package struct MirrorSettings: Hashable, Sendable {
    package let kind: MirrorKind
    /// Regular expressions of the topics that should be mirrored; each matches the whole name.
    package let includedTopics: [String]
    /// Regular expressions of topics that should not be, although they are included.
    package let excludedTopics: [String]
    /// Regular expressions of topics that only the producers of that side write to.
    package let producedOn: PerIDC<[String]>
    /// For `sink`: matches the names of the connectors.
    package let sinkPattern: String?
    /// For `sink`: the header that the connectors stamp.
    package let originHeader: String?
    /// MirrorMaker's aliases of each side as they are configured; empty: to be found in the connectors.
    package let aliases: PerIDC<[String]>
    package let creation: MirrorCreationSettings
}

/// What a connector that Bascule creates is made from.
package struct MirrorCreationSettings: Hashable, Sendable {
    /// `tasks.max`
    package let maximumTasks: Int
    /// `offset-syncs.topic.replication.factor`
    package let replicationFactor: Int
    /// The bootstrap servers of each side as the Connect workers reach them.
    package let bootstrap: PerIDC<[String]>
    /// Further configuration of the connector, over what Bascule sets.
    package let configuration: LibrarySettings
}

/// The keys of an action of the console.
package struct KeySetting: Hashable, Sendable {
    package let action: String
    package let keys: [String]
    package let location: SourceLocation
}
