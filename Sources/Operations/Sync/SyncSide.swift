package import Domain

/// One side of a pair, as the synchronisation reads it. Nothing in it can write.
package struct SyncSide: Sendable {
    package let topics: any TopicReading
    package let offsets: any OffsetReading
    package let groups: any GroupStateReading
    package let commits: any GroupOffsetReading
    package let records: any RecordReading
    /// Of MirrorMaker 2's mirrors into this side; `nil`: no Connect is configured here.
    package let mirrorPositions: (any MirrorPositionReading)?
    package let connectors: (any ConnectorReading)?
    /// MirrorMaker 2's syncs of the mirrors into this side, wherever they are kept.
    package let syncs: (any OffsetSyncReading)?
    /// Records with the headers of Bascule's mirrors; `nil`: they are not looked at.
    package let headers: (any HeaderReading)?
    /// Records by their timestamps; `nil`: no topic is declared to be produced on one side only.
    package let timestamps: (any TimestampReading)?
    /// What operators have said of groups; `nil`: there is no such thing here.
    package let holds: (any GroupHoldReading)?

    package init(
        topics: any TopicReading, offsets: any OffsetReading, groups: any GroupStateReading,
        commits: any GroupOffsetReading, records: any RecordReading, mirrorPositions: (any MirrorPositionReading)?,
        connectors: (any ConnectorReading)?, syncs: (any OffsetSyncReading)?,
        headers: (any HeaderReading)? = nil, timestamps: (any TimestampReading)? = nil,
        holds: (any GroupHoldReading)? = nil
    ) {
        self.topics = topics
        self.offsets = offsets
        self.groups = groups
        self.commits = commits
        self.records = records
        self.mirrorPositions = mirrorPositions
        self.connectors = connectors
        self.syncs = syncs
        self.headers = headers
        self.timestamps = timestamps
        self.holds = holds
    }
}

/// What the configuration says about the synchronisation.
package struct SyncSettings: Sendable {
    package let policy: SyncPolicy
    package let kind: MirrorKind
    /// By what sink connectors are recognised as mirrors; `nil`: the mirrors are of another kind.
    package let sinks: MirrorRecognition?
    /// The sides' names in the groups of the mirrors' positions.
    package let names: PerIDC<String>
    /// What marks a copy on each side.
    package let copyRules: PerIDC<ProvenanceRule>
    /// Groups that an operator holds.
    package let held: [Glob]
    /// Which groups are looked at.
    package let isWanted: @Sendable (String) -> Bool
    /// Which topics are to be mirrored both ways.
    package let isMirrored: @Sendable (String) -> Bool
    /// The only side whose producers write to a topic, as the configuration says; `nil`: it says nothing of that, or of no
    /// topic at all.
    package let producedOn: (@Sendable (String) -> IDC?)?

    package init(
        policy: SyncPolicy, kind: MirrorKind, sinks: MirrorRecognition? = nil,
        names: PerIDC<String> = PerIDC(idc1: "idc1", idc2: "idc2"),
        copyRules: PerIDC<ProvenanceRule>, held: [Glob], isWanted: @escaping @Sendable (String) -> Bool,
        isMirrored: @escaping @Sendable (String) -> Bool = { _ in true },
        producedOn: (@Sendable (String) -> IDC?)? = nil
    ) {
        self.policy = policy
        self.kind = kind
        self.sinks = sinks
        self.names = names
        self.copyRules = copyRules
        self.held = held
        self.isWanted = isWanted
        self.isMirrored = isMirrored
        self.producedOn = producedOn
    }
}
