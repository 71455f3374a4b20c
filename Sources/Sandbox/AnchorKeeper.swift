import Domain
import KafkaAdapter
import Operations
import Synchronization

/// Samples what translation needs before a side is lost, both ways and all the time: the mirrors' positions with the
/// log ends read after them, and what the groups have committed. offset-translation.md, section 6.2.
final class AnchorKeeper: Sendable {
    private struct Key: Hashable {
        /// The side that groups consume on.
        let live: IDC
        let partition: TopicPartition
    }

    private struct State {
        var ladders: [Key: AnchorLadder] = [:]
        var positions: PerIDC<[TopicPartition: Offset]> = PerIDC { _ in [:] }
        var ends: PerIDC<[TopicPartition: OffsetRange]> = PerIDC { _ in [:] }
        var commits: PerIDC<[String: [TopicPartition: Offset]]> = PerIDC { _ in [:] }
        var rounds: PerIDC<Int> = PerIDC { _ in 0 }
    }

    private let sites: PerIDC<Site>
    private let topics: TopicDirectory
    private let applications: Applications
    private let standIn: OffsetStandIn
    private let clock: WorldClock
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Fewer samples of a larger world: what is kept grows with both.
    private var interval: Duration { topics.all.count > 40 ? .seconds(2) : .milliseconds(250) }

    /// The same of groups' commits.
    private var commitInterval: Duration {
        state.withLock { state in IDC.allCases.contains { state.commits[$0].count > 200 } } ? .seconds(1) : interval
    }

    init(
        sites: PerIDC<Site>, topics: TopicDirectory, applications: Applications, standIn: OffsetStandIn,
        clock: WorldClock, log: @escaping @Sendable (String) -> Void
    ) {
        self.sites = sites
        self.topics = topics
        self.applications = applications
        self.standIn = standIn
        self.clock = clock
        self.log = log
    }

    /// Samples until the task is cancelled, each side by itself: a dead one delays nothing on the other.
    func live() async {
        await withDiscardingTaskGroup { group in
            for idc in IDC.allCases {
                group.addTask {
                    await self.repeating(every: { self.interval }) { () throws(PortError) in
                        try await self.sampleAnchors(live: idc)
                    }
                }
                group.addTask {
                    await self.repeating(every: { self.commitInterval }) { () throws(PortError) in
                        try await self.sampleCommits(on: idc)
                    }
                }
            }
        }
    }

    private func repeating(every interval: () -> Duration, _ sample: () async throws(PortError) -> Void) async {
        while !Task.isCancelled {
            do throws(PortError) {
                try await sample()
            } catch {
                log("sampling: \(error.operation): \(error.detail)")
            }
            do { try await clock.sleep(interval()) } catch { return }
        }
    }

    /// First the position on the other side, then the end of the live one: the other order proves nothing.
    private func sampleAnchors(live: IDC) async throws(PortError) {
        let other = live.other
        let metadata = try await sites[other].kafka.metadata()
        let mirrored = topics.mirrored
        let told = try await sites[other].mirrorPositions(in: metadata.partitions(of: mirrored))
        // Everything above an open gap is unproven: the record in it has no copy.
        let positions = told.mapValues { commit in
            MirrorCommit(metadata: commit.metadata)?.gap.map { min(commit.offset, Offset($0)) } ?? commit.offset
        }
        state.withLock { $0.positions[other] = positions }
        let wanted = Set(mirrored)
        let ends = try await sites[live].kafka.ranges(of: metadata.topics.filter { wanted.contains($0.name) }).value
        let moment = WallTime(milliseconds: clock.uptime().wholeMilliseconds)
        state.withLock { state in
            state.ends[live] = ends
            state.rounds[live] += 1
            for (partition, position) in positions {
                guard let end = ends[partition]?.logEnd else { continue }
                let key = Key(live: live, partition: partition)
                state.ladders[key, default: AnchorLadder()].append(
                    Anchor(position: position, liveEnd: end), at: moment)
                if state.rounds[live] % 40 == 0 { state.ladders[key]?.thin(now: moment) }
            }
        }
    }

    private func sampleCommits(on idc: IDC) async throws(PortError) {
        let metadata = try await sites[idc].kafka.metadata()
        for description in await applications.descriptions(on: idc) {
            let id = description.group.id
            let told: [TopicPartition: CommittedOffset]
            if let commits = description.commits {
                told = commits
            } else {
                told = try await applications.committed(
                    of: id, on: idc, in: metadata.partitions(of: description.group.topics))
            }
            let seen = standIn.seen(told, of: id, on: idc).mapValues(\.offset)
            state.withLock { $0.commits[idc][id] = seen }
        }
    }

    // MARK: What was sampled

    /// What a group had committed on a side when that was read last.
    func commits(of group: String, on idc: IDC) -> [TopicPartition: Offset] {
        state.withLock { $0.commits[idc][group] ?? [:] }
    }

    /// The next source offsets of the mirrors that read from a side.
    func positions(from source: IDC) -> [TopicPartition: Offset] { state.withLock { $0.positions[source] } }

    /// The log bounds of a side as of the last sample.
    func ranges(of idc: IDC) -> [TopicPartition: OffsetRange] { state.withLock { $0.ends[idc] } }

    /// How often a side's anchors have been sampled.
    func rounds(live idc: IDC) -> Int { state.withLock { $0.rounds[idc] } }

    /// Where a group that has committed `committed` on `live` may begin on the other side; `nil`: no anchor is that
    /// low, so nothing is proven but the log's start.
    func resume(_ partition: TopicPartition, live: IDC, committed: Offset) -> Offset? {
        state.withLock { $0.ladders[Key(live: live, partition: partition)]?.lower(for: committed) }
    }
}
