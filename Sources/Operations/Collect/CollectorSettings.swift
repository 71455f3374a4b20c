package import Domain

/// What the collector is told about the pair that it watches.
package struct CollectorSettings: Sendable {
    package var context: String
    package var isProduction: Bool
    package var names: PerIDC<String>
    /// Between two polls of a source that answers, and between two snapshots.
    package var interval: Duration
    /// Topics that should be mirrored both ways. Internal topics and those that are never mirrored are left
    /// out whatever this accepts.
    package var liveTopics: NameFilter
    /// Groups that are shown. Groups that carry mirrors' positions are read whatever this accepts.
    package var shownGroups: NameFilter
    package var recognition: MirrorRecognition
    /// What the traffic source is called on screens: `haproxy`.
    package var trafficSource: String
    package var limits: Limits

    /// All groups but those that patterns match as a whole, and but Bascule's own: its daemons are members on both sides,
    /// and no application's groups.
    package static func shownGroups(leavingOut patterns: [String]) throws(NamePatternError) -> NameFilter {
        try NameFilter(included: [".*"], excluded: patterns + ["bascule-.*"])
    }

    package init(
        context: String, isProduction: Bool = false, names: PerIDC<String>, interval: Duration = .seconds(1),
        liveTopics: NameFilter = NameFilter(), shownGroups: NameFilter = NameFilter(),
        recognition: MirrorRecognition, trafficSource: String = "none", limits: Limits = Limits()
    ) {
        self.context = context
        self.isProduction = isProduction
        self.names = names
        self.interval = interval
        self.liveTopics = liveTopics
        self.shownGroups = shownGroups
        self.recognition = recognition
        self.trafficSource = trafficSource
        self.limits = limits
    }

    /// What collecting may cost.
    package struct Limits: Hashable, Sendable {
        /// A source that has not answered by then has failed.
        package var deadline: Duration = .seconds(10)
        /// For sources whose answers are long: all groups, all topics' settings.
        package var longDeadline: Duration = .seconds(30)
        /// Topic settings change rarely.
        package var settingsInterval: Duration = .seconds(30)
        /// Between two readings of the evidence that offsets are translated by.
        package var syncInterval: Duration = .seconds(10)
        /// Between two rounds of asking Connect for positions, where its offset topic cannot be read.
        package var positionFallbackInterval: Duration = .seconds(5)
        /// Requests for positions in flight at once, per Connect cluster.
        package var positionRequests = 4
        /// Partitions looked into with one request for records.
        package var partitionsPerSample = 150
        /// Records looked at per second and side.
        package var sampledRecordsPerSecond: Int64 = 20_000
        /// A stretch below what was examined is filled in when it is not longer than this.
        package var longestGap: Int64 = 20_000
        /// Events that a snapshot carries.
        package var events = 300

        package init() {}
    }
}

/// The ports to one side.
package struct ClusterPorts: Sendable {
    package let topics: any TopicReading
    package let offsets: any OffsetReading
    package let groups: any GroupReading
    package let records: any RecordReading
    /// `nil` where the Connect worker's offset topic is not read.
    package let mirrorPositions: (any MirrorPositionReading)?
    /// `nil` where no Connect is configured.
    package let connectors: (any ConnectorReading)?

    package init(
        topics: any TopicReading, offsets: any OffsetReading, groups: any GroupReading, records: any RecordReading,
        mirrorPositions: (any MirrorPositionReading)?, connectors: (any ConnectorReading)?
    ) {
        self.topics = topics
        self.offsets = offsets
        self.groups = groups
        self.records = records
        self.mirrorPositions = mirrorPositions
        self.connectors = connectors
    }
}
