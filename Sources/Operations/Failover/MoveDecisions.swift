package import Domain

/// What a move would mean for groups, from what is proven now. Nothing in it can write. Where the source cannot be read any
/// more, what the synchronisation has written before stands, and nothing new is written.
package struct MoveDecisions: Sendable {
    private let engine: SyncEngine
    private let clusters: PerIDC<ClusterPorts>
    private let commits: PerIDC<any GroupOffsetReading>
    private let clock: any Clock<Duration>

    /// How long the positions of stopped groups may take to become exact, and how often they are looked at at least:
    /// mirrors and their commits go on meanwhile, and the groups stand still.
    private static let patience = Duration.seconds(30)
    private static let looks = 3
    private static let pause = Duration.milliseconds(500)

    /// - Parameter engine: of its own, as a group is worked on by one caller at a time.
    package init(
        _ engine: SyncEngine, clusters: PerIDC<ClusterPorts>, commits: PerIDC<any GroupOffsetReading>,
        clock: any Clock<Duration>
    ) {
        self.engine = engine
        self.clusters = clusters
        self.commits = commits
        self.clock = clock
    }

    /// One decision for every group given.
    ///
    /// - Parameter isFinal: the groups are stopped, so that their commits will not change.
    package func decide(_ groups: [String], from source: IDC, isFinal: Bool) async -> [GroupDecision] {
        let isOver = Self.passed(Self.patience, on: clock)
        var exact: [GroupDecision] = []
        var open = groups
        var wasGone = false
        var isWarm = false
        for look in 1... {
            let isThere = await isThere(source)
            var statuses: [GroupSyncStatus] = []
            if isThere {
                // Copies are looked at up to the end of the round before.
                if !isWarm { _ = await engine.refresh() }
                isWarm = true
                _ = await engine.refresh()
                // A commit that rests is told by a second look.
                _ = await engine.plan(open)
                statuses = await engine.plan(open, readsRecords: isFinal)
                if !isFinal { statuses = await withRecords(statuses) }
            } else {
                // Whatever else were asked of it would be waited for as well, and tell nothing.
                await engine.refreshHolds(source.other)
            }
            let here = isThere ? await ends(on: source) : nil
            let there = await ends(on: source.other)
            let ends = PerIDC { $0 == source ? here : there }
            let decisions = await decisions(open, statuses, from: source, ends)
            // Of a source that is gone nothing becomes exact any more; seen twice, for one answer may be lost.
            let isGone = ends[source] == nil
            let isSettled = decisions.allSatisfy { $0.verdict == .exact } || (isGone && wasGone)
            wasGone = isGone
            if !isFinal || isSettled || (isOver() && look >= Self.looks) || Task.isCancelled {
                return (exact + decisions).sorted { $0.group < $1.group }
            }
            // A stopped group commits nothing more: where it may begin exactly stays so.
            exact += decisions.filter { $0.verdict == .exact }
            open = decisions.filter { $0.verdict != .exact }.map(\.group)
            try? await clock.sleep(for: Self.pause)
        }
        return exact
    }

    /// Of groups whose last commit is older than what has been read so far, the records tell.
    private func withRecords(_ statuses: [GroupSyncStatus]) async -> [GroupSyncStatus] {
        let early = statuses.filter { $0.partitions.contains { $0.state == .unproven } }.map(\.group)
        guard !early.isEmpty else { return statuses }
        let told = Dictionary(await engine.plan(early, readsRecords: true).map { ($0.group, $0) }) { first, _ in first }
        return statuses.map { told[$0.group] ?? $0 }
    }

    /// Whether so much time has passed from now on.
    private static func passed(_ duration: Duration, on clock: some Clock<Duration>) -> @Sendable () -> Bool {
        let end = clock.now.advanced(by: duration)
        return { clock.now >= end }
    }

    private func decisions(
        _ groups: [String], _ statuses: [GroupSyncStatus], from source: IDC,
        _ ends: PerIDC<[TopicPartition: OffsetRange]?>
    ) async -> [GroupDecision] {
        let told = Dictionary(statuses.map { ($0.group, $0) }) { first, _ in first }
        var decisions: [GroupDecision] = []
        for group in groups {
            let status = told[group]
            // By the side that is moved to: of a source that is gone nobody can read whether it holds the group there,
            // and what operators say stands on both.
            if let hold = await engine.hold(of: group)[source.other] {
                decisions.append(
                    GroupDecision(group: group, verdict: .held(reason: hold.sentence), positions: [], lag: nil))
            } else if let status, status.problem == nil, status.flow?.source == source {
                decisions.append(Self.decision(status, ends, source))
            } else if ends[source] == nil {
                decisions.append(await standing(group, on: source.other, ends[source.other]))
            } else {
                let reason =
                    status?.problem?.detail
                    ?? (status?.flow == nil ? "neither side lists it" : "it consumes on \(source.other.rawValue)")
                decisions.append(GroupDecision(group: group, verdict: .held(reason: reason), positions: [], lag: nil))
            }
        }
        return decisions
    }

    static func decision(
        _ status: GroupSyncStatus, _ ends: PerIDC<[TopicPartition: OffsetRange]?>, _ source: IDC
    ) -> GroupDecision {
        var moves: [PartitionMove] = []
        var readTwice: Int64 = 0
        var isExact = true
        var lag: Int64? = 0
        func held(_ row: PartitionSyncStatus, _ reason: String? = nil) -> GroupDecision {
            GroupDecision(
                group: status.group, verdict: .held(reason: "\(row.partition): \(reason ?? row.decision.reason)"),
                positions: [], lag: lag)
        }
        for row in status.partitions {
            let to: Offset
            switch row.decision {
            case .skip(.noCommit): continue
            case .hold, .skip: return held(row)
            case .write(let write): to = write.offset
            case .keep(let tag): to = row.standing ?? tag.resume
            }
            moves.append(
                PartitionMove(row.partition, from: row.committed, to: to, method: row.method?.rawValue ?? "unknown"))
            if let committed = row.committed, let end = ends[source]?[row.partition]?.logEnd {
                lag = lag.map { $0 + max(0, end.distance(from: committed)) }
            } else {
                lag = nil
            }
            isExact = isExact && row.guarantee == .exact
            guard let again = row.readTwice ?? ends[source.other]?[row.partition].map({ $0.logEnd.distance(from: to) })
            else { return held(row) }
            // What was consumed and has not crossed yet arrives behind the position: all of it, where it is not known.
            let consumed = row.committed.flatMap { committed in
                ends[source]?[row.partition].map { max(0, committed.distance(from: $0.logStart)) }
            }
            guard let arriving = row.stillToArrive ?? consumed else {
                return held(row, "how much of what it has consumed may still arrive is not known")
            }
            readTwice += max(0, again) + arriving
        }
        guard !moves.isEmpty else {
            return GroupDecision(
                group: status.group, verdict: .held(reason: status.reason ?? "it has committed nothing"),
                positions: [], lag: lag)
        }
        return GroupDecision(
            group: status.group, verdict: isExact ? .exact : .bounded(readTwice: readTwice), positions: moves, lag: lag)
    }

    /// By what was written there while the source could still be read: proven then, and proven still.
    private func standing(
        _ group: String, on target: IDC, _ ends: [TopicPartition: OffsetRange]?
    ) async -> GroupDecision {
        func held(_ reason: String) -> GroupDecision {
            GroupDecision(group: group, verdict: .held(reason: reason), positions: [], lag: nil)
        }
        let found: [TopicPartition: CommittedOffset]
        do throws(PortError) {
            found = try await commits[target].offsets(of: group, for: nil)
        } catch {
            return held("its offsets on \(target.rawValue) could not be read: \(error.detail)")
        }
        guard !found.isEmpty else { return held("no offset of it stands on \(target.rawValue)") }
        var moves: [PartitionMove] = []
        var readTwice: Int64 = 0
        for (partition, commit) in found.sorted(by: { $0.key < $1.key }) {
            guard case .ours(let tag) = CommitOwner(of: commit) else {
                return held("\(partition): what stands on \(target.rawValue) was not written by the synchronisation")
            }
            guard let end = ends?[partition]?.logEnd else {
                return held("\(partition): its log on \(target.rawValue) could not be read")
            }
            moves.append(
                PartitionMove(
                    partition, from: tag.committed, to: commit.offset, method: tag.method?.rawValue ?? "unknown"))
            readTwice += max(0, end.distance(from: commit.offset))
        }
        return GroupDecision(group: group, verdict: .bounded(readTwice: readTwice), positions: moves, lag: nil)
    }

    private func isThere(_ idc: IDC) async -> Bool {
        do throws(PortError) {
            _ = try await clusters[idc].topics.metadata()
            return true
        } catch {
            return false
        }
    }

    /// `nil`: the side could not be read.
    private func ends(on idc: IDC) async -> [TopicPartition: OffsetRange]? {
        do throws(PortError) {
            let metadata = try await clusters[idc].topics.metadata()
            return try await clusters[idc].offsets.ranges(of: metadata.topics.filter { !$0.isInternal }).value
        } catch {
            return nil
        }
    }
}
