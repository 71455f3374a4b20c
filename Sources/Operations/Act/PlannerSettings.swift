package import Domain

/// What the planner has to know beside the snapshot.
package struct PlannerSettings: Sendable {
    /// Whether the context is a production one. A snapshot that says so counts too: either is enough.
    package let isProduction: Bool
    /// How a missing mirror is made; `nil` where the configuration does not say, and creating is refused.
    package let mirrorTemplate: MirrorTemplate?
    /// New mirrors are made by Bascule's own worker, which needs no template.
    package let hasWorkerMirrors: Bool

    package init(isProduction: Bool, mirrorTemplate: MirrorTemplate?, hasWorkerMirrors: Bool = false) {
        self.isProduction = isProduction
        self.hasWorkerMirrors = hasWorkerMirrors
        self.mirrorTemplate = mirrorTemplate
    }
}

/// What a new MirrorMaker 2 connector is made from.
package struct MirrorTemplate: Sendable {
    /// `source.cluster.alias` and `target.cluster.alias`; they also name the `mm-origin-` headers, so both
    /// directions of a pair must use the same ones.
    package let aliases: PerIDC<String>
    /// As the Connect workers reach the clusters.
    package let bootstrapServers: PerIDC<String>
    /// Further client settings per cluster, without the `source.cluster.` or `target.cluster.` prefix, such as
    /// `security.protocol`. Secrets must be references that Connect resolves (`${file:...}`): the
    /// configuration of a connector can be read by everybody who can read Connect.
    package let clientSettings: PerIDC<[String: String]>
    /// `consumer.isolation.level=read_committed`, so that aborted transactions are not copied as data.
    package let isReadCommitted: Bool
    /// Settings that are laid over the whole; they win.
    package let overrides: [String: String]

    package init(
        aliases: PerIDC<String>, bootstrapServers: PerIDC<String>,
        clientSettings: PerIDC<[String: String]> = PerIDC(idc1: [:], idc2: [:]), isReadCommitted: Bool = true,
        overrides: [String: String] = [:]
    ) {
        self.aliases = aliases
        self.bootstrapServers = bootstrapServers
        self.clientSettings = clientSettings
        self.isReadCommitted = isReadCommitted
        self.overrides = overrides
    }
}
