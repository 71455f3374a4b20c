package import Domain

/// A moment on both clocks: civil time for people, and monotonic time for rates and windows.
package struct Moment: Hashable, Sendable {
    package let wall: WallTime
    /// Since the collector was made.
    package let uptime: Duration

    package init(wall: WallTime, uptime: Duration) {
        self.wall = wall
        self.uptime = uptime
    }

    /// The civil time of an earlier monotonic moment.
    func wallTime(at earlier: Duration) -> WallTime { wall.advanced(by: earlier - uptime) }
}

/// The groups of one side as its newest answer gave them.
package struct GroupList: Hashable, Sendable {
    /// Shown groups, sorted by id.
    package let groups: [ConsumerGroup]
    /// Groups of brokers that did not answer this time, as they were read last, sorted by id.
    package let carried: [Carried]
    /// Groups that carry mirrors' positions, by id.
    package let positions: [String: ConsumerGroup]
    /// Why groups are missing; `nil`: none is.
    package let gap: Unavailability?
    /// Whether every group there is was read at least once: with ``carried`` none is missing then.
    package let hasBeenWhole: Bool

    package struct Carried: Hashable, Sendable {
        package let group: ConsumerGroup
        package let at: WallTime
    }

    package init(
        groups: [ConsumerGroup], carried: [Carried] = [], positions: [String: ConsumerGroup] = [:],
        gap: Unavailability? = nil, hasBeenWhole: Bool = true
    ) {
        self.groups = groups
        self.carried = carried
        self.positions = positions
        self.gap = gap
        self.hasBeenWhole = hasBeenWhole
    }

    /// As it was read last; `nil`: it is not among them.
    func group(_ id: String) -> ConsumerGroup? {
        groups.first(byID: id, \.id) ?? carried.first(byID: id, \.group.id)?.group
    }

    /// What a list read after `previous` amounts to, when it has holes.
    static func merged(
        _ groups: [ConsumerGroup], positions: [String: ConsumerGroup], gap: Unavailability?,
        after previous: Reading<GroupList>
    ) -> GroupList {
        let sorted = groups.sorted { $0.id < $1.id }
        guard let gap, let last = previous.lastKnown, let readAt = previous.readAt else {
            return GroupList(groups: sorted, positions: positions, gap: gap, hasBeenWhole: gap == nil)
        }
        let listed = Set(sorted.map(\.id))
        let carried = last.groups.map { Carried(group: $0, at: readAt) } + last.carried
        return GroupList(
            groups: sorted,
            carried: carried.filter { !listed.contains($0.group.id) }.sorted { $0.group.id < $1.group.id },
            positions: last.positions.merging(positions) { _, new in new }, gap: gap, hasBeenWhole: last.hasBeenWhole)
    }
}

extension Array {
    /// The element with that id, of elements that are sorted by it.
    fileprivate func first(byID id: String, _ key: (Element) -> String) -> Element? {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if key(self[middle]) < id { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && key(self[low]) == id ? self[low] : nil
    }
}

extension Reading<GroupList> {
    /// All groups of the side: a list with holes is no newer than what fills them, and none at all where nothing does.
    var groups: Reading<[ConsumerGroup]> {
        guard let list = lastKnown, let at = readAt, let gap = unavailability ?? list.gap else {
            return map(\.groups)
        }
        guard list.hasBeenWhole else { return .unavailable(gap) }
        let all = (list.groups + list.carried.map(\.group)).sorted { $0.id < $1.id }
        return .stale(all, at: list.carried.map(\.at).min() ?? at, because: gap)
    }
}

/// The connectors of one Connect cluster, recognised.
package struct ConnectorList: Hashable, Sendable {
    package let connectors: [RecognisedConnector]
    /// Why connectors are missing; `nil`: none is.
    package let gap: Unavailability?

    package init(connectors: [RecognisedConnector], gap: Unavailability? = nil) {
        self.connectors = connectors
        self.gap = gap
    }
}

/// The newest readings of one side, each with its own age.
package struct ClusterReadings: Sendable {
    package var metadata: Reading<ClusterMetadata> = .pending
    package var brokerStates: Reading<[Int32: BrokerState]> = .pending
    package var ranges: Reading<[TopicPartition: OffsetRange]> = .pending
    package var rangesGap: Unavailability?
    package var settings: Reading<[String: TopicSettings]> = .pending
    package var settingsGap: Unavailability?
    package var groups: Reading<GroupList> = .pending
    /// The newest groups that log bounds were read after; `nil`: none.
    package var groupsBeforeRanges: GroupList?
    package var connectors: Reading<ConnectorList> = .pending
    package var workers: [ConnectWorkerView] = []
    /// By connector of this side's Connect.
    package var positions: Reading<[String: [TopicPartition: Offset]]> = .pending
    /// The newest round of looking at records; the value is when it ended.
    package var origins: Reading<WallTime> = .pending
    /// How long each source's last answer took, by the source's name.
    package var took: [String: Duration] = [:]

    package init() {}
}
