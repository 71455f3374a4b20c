package import Domain

/// Both directions of the synchronisation: which group goes which way, and what is said of it.
///
/// Read the evidence with ``refresh(listsGroups:)`` first and as often as it shall be fresh; who reads all the time
/// reads each thing of each side on its own. ``statuses(of:)`` is a plan of groups
/// that somebody has read already, ``plan(_:order:inFlight:)`` one that reads them; both need reading ports only.
/// ``sync(_:by:order:inFlight:)`` writes. Groups may be worked on side by side; one group by one caller at a time.
package actor SyncEngine {
    /// Who writes: the ports of both sides, and the token of its lease.
    package struct Writer: Sendable {
        package let sides: PerIDC<any GroupOffsetWriting>
        /// The token of its lease of a group on a side; `nil`: it may not write the group there.
        package let token: @Sendable (String, IDC) -> Int64?

        package init(
            sides: PerIDC<any GroupOffsetWriting>, token: @escaping @Sendable (String, IDC) -> Int64?
        ) {
            self.sides = sides
            self.token = token
        }
    }

    /// The groups of one side as ListGroups had them last.
    struct Listing: GroupStateReading {
        let groups: Partial<[String: ListedGroup], PortError>
        /// Why nothing is known of the side's groups now; `nil`: some broker has answered, at least.
        var unread: PortError?

        func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> { groups }
    }

    /// Groups as a collector has read them.
    private struct GivenGroups: GroupOffsetReading {
        let listing: Partial<[String: ListedGroup], PortError>
        private let offsets: [String: [TopicPartition: CommittedOffset]?]

        init(_ groups: Partial<[ConsumerGroup], PortError>) {
            listing = Partial(
                Dictionary(
                    groups.value.map { group in
                        // Members of a kind that the library does not describe are no members that it lists.
                        let state = group.members.isEmpty || group.isLive ? group.state : .stable
                        return (group.id, ListedGroup(state, isSimple: group.protocolType.isEmpty))
                    }, uniquingKeysWith: { first, _ in first }), failures: groups.failures)
            offsets = Dictionary(groups.value.map { ($0.id, $0.offsets) }, uniquingKeysWith: { first, _ in first })
        }

        func offsets(
            of group: String, for partitions: [TopicPartition]?
        ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
            guard let known = offsets[group] else { return [:] }
            guard let known else {
                throw PortError(
                    .failed, operation: "OffsetFetch", detail: "the offsets of group \(group) were not read")
            }
            guard let partitions else { return known }
            let wanted = Set(partitions)
            return known.filter { wanted.contains($0.key) }
        }
    }

    let sides: PerIDC<SyncSide>
    package nonisolated let settings: SyncSettings
    let now: @Sendable () -> WallTime
    /// `nil`: the mirrors are of another kind, or no Connect is configured.
    let sinks: SinkMirrors?
    /// By live side; `nil` until both clusters have told their ids.
    var gatherers: PerIDC<EvidenceGatherer>?
    var clusterIDs: PerIDC<String?> = PerIDC { _ in nil }
    var topics: PerIDC<[Topic]> = PerIDC { _ in [] }
    var topicsReadAt: PerIDC<WallTime?> = PerIDC { _ in nil }
    var topicSettingsRead: PerIDC<ReadTopicSettings?> = PerIDC { _ in nil }
    var connectorsReadAt: PerIDC<WallTime?> = PerIDC { _ in nil }
    var listings: PerIDC<Listing?> = PerIDC { _ in nil }
    /// Groups that a side lists otherwise than before, until somebody takes them.
    var changed: PerIDC<Set<String>> = PerIDC { _ in [] }
    var memories: [String: SyncMemory] = [:]
    /// What ``groups()`` says; `nil`: it may have changed.
    var wanted: [String]?
    /// What operators have said, by the topic of each side; `nil`: not read yet.
    var holds: PerIDC<HoldWords?> = PerIDC { _ in nil }
    /// Why it was not read.
    var holdsProblem: PerIDC<PortError?> = PerIDC { _ in nil }
    /// The word that freezes all writes, if any.
    var freezeReading: Reading<OperatorHold?> = .pending
    private var latest: [String: GroupSyncStatus] = [:]
    private var sightings: [String: Known] = [:]

    /// What a group's last cycle rested on.
    private struct Known: Sendable {
        let flow: ReplicationFlow
        let sighting: GroupSighting
    }

    package init(sides: PerIDC<SyncSide>, settings: SyncSettings, now: @escaping @Sendable () -> WallTime) {
        self.sides = sides
        self.settings = settings
        self.now = now
        let isSeen = IDC.allCases.contains { sides[$0].connectors != nil }
        sinks = isSeen ? settings.sinks.map { SinkMirrors($0, sides) } : nil
    }

    // MARK: Groups

    /// Every group that either side lists, or that was seen before, and that is synchronised at all.
    package func groups() -> [String] {
        if let wanted { return wanted }
        var ids = Set(memories.keys)
        for idc in IDC.allCases { ids.formUnion(listings[idc]?.groups.value.keys.map(\.self) ?? []) }
        let found = ids.filter(isSynchronised).sorted()
        wanted = found
        return found
    }

    /// Whether a group of this name is synchronised at all.
    package nonisolated func isSynchronised(_ group: String) -> Bool {
        settings.isWanted(group) && !SyncSituation.isExcluded(group)
    }

    /// What was last said of every group.
    package func statuses() -> [GroupSyncStatus] { latest.values.sorted { $0.group < $1.group } }

    /// What would be written for groups that have been read already, without a request.
    ///
    /// - Parameter groups: of each side, with the failures of the reading: what is not listed may exist then.
    package func statuses(
        of groups: PerIDC<Partial<[ConsumerGroup], PortError>>
    ) async -> [GroupSyncStatus] {
        let given = groups.map { GivenGroups($0) }
        wanted = nil
        listings = given.map { side in
            // A side of which nothing came but a failure has not been read.
            Listing(groups: side.listing, unread: side.listing.value.isEmpty ? side.listing.failures.first : nil)
        }
        for idc in IDC.allCases {
            for (id, listed) in given[idc].listing.value where listed.state.isLive && settings.isWanted(id) {
                memories[id, default: SyncMemory()].lastLive = idc
            }
        }
        for group in self.groups() { _ = await cycle(group, by: nil, order: nil, commits: given) }
        return statuses()
    }

    /// Writes what has to be written for groups, so many side by side.
    ///
    /// - Parameter readsRecords: of groups that are stopped, the records are asked as well: positions are exact then
    ///   also while others go on to produce.
    package nonisolated func sync(
        _ groups: [String], by writer: Writer, order: SyncOrder? = nil, readsRecords: Bool = false,
        inFlight: Int = 128
    ) async -> [GroupSyncStatus] {
        let headers = readsRecords ? sharedHeaders : Self.noHeaders
        return await eachOf(groups, inFlight: inFlight) { group in
            await self.cycle(group, by: writer, order: order, headers: headers)
        }
    }

    /// What would be written for groups, so many side by side.
    package nonisolated func plan(
        _ groups: [String], order: SyncOrder? = nil, readsRecords: Bool = false, inFlight: Int = 128
    ) async -> [GroupSyncStatus] {
        let headers = readsRecords ? sharedHeaders : Self.noHeaders
        return await eachOf(groups, inFlight: inFlight) { group in
            await self.cycle(group, by: nil, order: order, headers: headers)
        }
    }

    private static let noHeaders = PerIDC<(any HeaderReading)?>(idc1: nil, idc2: nil)

    /// For the searches of one round.
    private nonisolated var sharedHeaders: PerIDC<(any HeaderReading)?> {
        sides.map { $0.headers.map { SharedHeaderReading($0) } }
    }

    private nonisolated func eachOf(
        _ groups: [String], inFlight: Int, _ body: @escaping @Sendable (String) async -> GroupSyncStatus
    ) async -> [GroupSyncStatus] {
        await withTaskGroup(of: GroupSyncStatus.self) { tasks in
            var rest = groups.makeIterator()
            for _ in 0..<inFlight {
                guard let next = rest.next() else { break }
                tasks.addTask { await body(next) }
            }
            var statuses: [GroupSyncStatus] = []
            while let status = await tasks.next() {
                statuses.append(status)
                if let next = rest.next() { tasks.addTask { await body(next) } }
            }
            return statuses.sorted { $0.group < $1.group }
        }
    }

    /// Forgets what was said of groups that are gone, or somebody else's.
    package func keep(_ groups: Set<String>) {
        latest = latest.filter { groups.contains($0.key) }
        sightings = sightings.filter { groups.contains($0.key) }
    }

    /// Whether the evidence of now would raise what stands on the other side, by the commits as they were read last.
    package func wouldWrite(_ group: String) async -> Bool {
        guard let known = sightings[group], let gatherers else { return true }
        var memory = memories[group] ?? SyncMemory()
        memory.hold = hold(of: group)[known.flow.target]
        do throws(PortError) {
            let translated = try await gatherers[known.flow.source].translate(known.sighting.committed)
            let sighting = GroupSighting(
                group: group, liveCluster: known.sighting.liveCluster, partitions: known.sighting.partitions,
                isLiveOnLiveSide: known.sighting.isLiveOnLiveSide, otherGroup: known.sighting.otherGroup,
                committed: known.sighting.committed, translated: translated, standing: known.sighting.standing)
            // Timestamps are looked at in the cycle only.
            for (partition, answer) in translated where answer.isUnproven {
                if await gatherers[known.flow.source].timestampQuestion(on: partition) != nil { return true }
            }
            let outcome = sighting.decided(policy: settings.policy, token: 0, now: now(), memory: &memory)
            return outcome.decisions.values.contains { if case .write = $0 { true } else { false } }
        } catch {
            return true
        }
    }

    private func cycle(
        _ group: String, by writer: Writer?, order: SyncOrder?,
        headers: PerIDC<(any HeaderReading)?> = SyncEngine.noHeaders,
        commits: PerIDC<GivenGroups>? = nil
    ) async -> GroupSyncStatus {
        let before = memories[group] ?? SyncMemory()
        let context = Context(
            commits: PerIDC { commits?[$0] ?? sides[$0].commits },
            listings: listings.map {
                $0 ?? Listing(groups: Partial([:], failures: [Self.unread]), unread: Self.unread)
            },
            headers: headers, timestamps: sides.map(\.timestamps),
            gatherers: gatherers, clusterIDs: clusterIDs, policy: settings.policy,
            hold: hold(of: group), now: now)
        let (status, memory, known) = await Self.cycle(group, context, before, by: writer, order: order)
        sightings[group] = known
        var kept = memory
        // A listing that came in between may have seen members.
        kept.lastLive = memories[group]?.lastLive ?? memory.lastLive
        if memories.updateValue(kept, forKey: group) == nil { wanted = nil }
        let said = status.afterwards(of: latest[group])
        latest[group] = said
        return said
    }

    private static let unread = PortError(.unreachable, operation: "ListGroups", detail: "groups not read yet")

    private struct Context: Sendable {
        let commits: PerIDC<any GroupOffsetReading>
        let listings: PerIDC<Listing>
        let headers: PerIDC<(any HeaderReading)?>
        let timestamps: PerIDC<(any TimestampReading)?>
        let gatherers: PerIDC<EvidenceGatherer>?
        let clusterIDs: PerIDC<String?>
        let policy: SyncPolicy
        /// By the side that would be written.
        let hold: PerIDC<HoldReason?>
        let now: @Sendable () -> WallTime

        func isLive(_ group: String, on idc: IDC) -> Bool? {
            let listing = listings[idc].groups
            if let listed = listing.value[group] {
                return listed.state.isLive ? true : listing.isComplete ? false : nil
            }
            return listing.isComplete ? false : nil
        }
    }

    private nonisolated static func cycle(
        _ group: String, _ context: Context, _ before: SyncMemory, by writer: Writer?, order: SyncOrder?
    ) async -> (GroupSyncStatus, SyncMemory, Known?) {
        var memory = before
        // Where the direction is not known, a hold of either side is one; that one could not be read is no word of anybody.
        let holds = IDC.allCases.compactMap { context.hold[$0] }
        memory.hold = holds.first { if case .holdsNotRead = $0 { false } else { true } }
        let moment = context.now()
        func said(_ flow: ReplicationFlow?, _ problem: PortError? = nil) -> GroupSyncStatus {
            GroupSyncStatus(
                group: group, flow: flow, partitions: [], at: moment,
                problem: problem.map { Unavailability(kind: $0.kind, detail: $0.detail, since: moment) },
                // What went wrong is said, or else that nothing is known of holds: never that there is none.
                hold: flow.map { context.hold[$0.target] } ?? memory.hold ?? (problem == nil ? holds.first : nil))
        }
        let live = PerIDC { context.isLive(group, on: $0) }
        var sightings = live.map { SyncDirection.Sighting(isLive: $0, commits: nil) }
        do throws(PortError) {
            if IDC.allCases.allSatisfy({ live[$0] == false }) {
                // Only then the commits say which way.
                for idc in IDC.allCases {
                    sightings[idc] = SyncDirection.Sighting(
                        isLive: false, commits: try await context.commits[idc].offsets(of: group, for: nil))
                }
            }
            let flow: ReplicationFlow
            switch SyncDirection(sightings, lastLive: memory.lastLive) {
            case .towards(let found): flow = found
            case .absent: return (said(nil), memory, nil)
            case .undetermined:
                // A side that was not read in full may have members: that is no want of commits.
                let unread = IDC.allCases.compactMap { idc in
                    live[idc] == nil ? context.listings[idc].groups.failures.first : nil
                }
                let sideUnknown = PortError(.notFound, operation: "sync", detail: SkipReason.sideUnknown.sentence)
                return (said(nil, unread.first ?? sideUnknown), memory, nil)
            case .liveOnBothSides:
                memory.wasLiveOnBothSides = true
                flow = ReplicationFlow(from: memory.lastLive ?? .idc1)
            }
            guard let gatherers = context.gatherers, let cluster = context.clusterIDs[flow.source] else {
                return (
                    said(flow, PortError(.unreachable, operation: "Metadata", detail: "a cluster was never reached")),
                    memory, nil
                )
            }
            // Of a side that does not say which groups it has, no group is asked for: the requests of thousands would
            // only wait there.
            if let unread = context.listings[flow.target].unread { return (said(flow, unread), memory, nil) }
            memory.hold = context.hold[flow.target]
            let token = writer.map { $0.token(group, flow.target) }
            // Somebody else's group on that side.
            if case .some(.none) = token { return (said(flow), memory, nil) }
            let sync = GroupSync(
                ports: GroupSync.Ports(
                    live: context.commits[flow.source], evidence: gatherers[flow.source],
                    otherGroups: context.listings[flow.target], other: context.commits[flow.target],
                    writing: writer?.sides[flow.target]),
                liveCluster: cluster, policy: context.policy, token: token.flatMap { $0 } ?? 0, now: context.now,
                headers: context.headers[flow.source].flatMap { live in
                    context.headers[flow.target].map { (live, $0) }
                },
                timestamps: context.timestamps[flow.source].flatMap { live in
                    context.timestamps[flow.target].map { TimestampSearching(live: live, other: $0) }
                })
            let outcome = try await sync.cycle(
                group, partitions: nil, isLiveOnLiveSide: live[flow.source] == true, memory: &memory, order: order,
                plansOnly: writer == nil)
            let isSimple = context.listings[flow.target].groups.value[group]?.isSimple ?? true
            return (
                outcome.status(
                    of: group, flow: flow, at: moment, retention: context.policy.retention, commitExpires: isSimple,
                    hold: memory.hold),
                memory, outcome.sighting.map { Known(flow: flow, sighting: $0) }
            )
        } catch {
            return (said(nil, error), memory, nil)
        }
    }
}
