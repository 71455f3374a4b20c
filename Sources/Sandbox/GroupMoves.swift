import Domain
import KafkaAdapter
import Operations

/// Moves groups to the other side: stops their consumers in good order where that can still be done, proves where they
/// may begin, and starts them there.
struct GroupMoves: Sendable {
    let sites: PerIDC<Site>
    let applications: Applications
    let anchors: AnchorKeeper
    let standIn: OffsetStandIn
    let truth: Truth
    let clock: WorldClock

    /// Moves every group that matches and runs on the other side.
    ///
    /// - Returns: how many were moved.
    @discardableResult
    func move(_ glob: Glob, to target: IDC) async throws(PortError) -> Int {
        let source = target.other
        let homes = await applications.homes
        let moving = await applications.groups.filter { homes[$0.id] == source && glob.matches($0.id) }
        guard !moving.isEmpty else { return 0 }
        let isPlanned = !sites[source].isGone
        for group in moving { await applications.stop(group.id, on: source) }
        if isPlanned { await waitForAnchors(live: source) }
        let bounds = try await sites[target].kafka.ranges(of: try await sites[target].kafka.metadata().topics).value
        for group in moving { try await move(group, from: source, to: target, bounds) }
        return moving.count
    }

    /// After the groups have stopped, so that the newest anchors are as high as their commits.
    private func waitForAnchors(live source: IDC) async {
        let seen = anchors.rounds(live: source)
        await clock.wait(atMost: .seconds(5)) { anchors.rounds(live: source) >= seen + 2 }
    }

    private func move(
        _ group: WorldGroup, from source: IDC, to target: IDC, _ bounds: [TopicPartition: OffsetRange]
    ) async throws(PortError) {
        let partitions = bounds.keys.filter { group.topics.contains($0.topic) }.sorted()
        let committed = await committed(group, on: source, partitions)
        let told = try await applications.committed(of: group.id, on: target, in: partitions)
        let earlier = standIn.seen(told, of: group.id, on: target)
        let copied = anchors.positions(from: source)
        var starts: [TopicPartition: Offset] = [:]
        for partition in partitions {
            guard let range = bounds[partition] else { continue }
            // Lower bounds compose: the highest proven one is safe. What the group had committed here is proven too.
            let proven = committed[partition].flatMap {
                anchors.resume(partition, live: source, committed: $0)
            }
            let start = [proven, earlier[partition]?.offset, range.logStart].compactMap(\.self).max() ?? range.logStart
            starts[partition] = start
            truth.announced(
                readTwice(from: start, range, committed: committed[partition], copied: copied[partition]))
        }
        standIn.write(
            starts.mapValues { CommittedOffset(offset: $0, metadata: "sandbox move") }, of: group.id, on: target,
            told: told)
        try await applications.start(group, on: target, from: starts)
    }

    /// At most so many records are read twice: everything that is there already from the start on, and what the group
    /// has consumed that is still to come.
    private func readTwice(
        from start: Offset, _ range: OffsetRange, committed: Offset?, copied: Offset?
    ) -> Int64 {
        let there = max(0, range.logEnd.distance(from: start))
        guard let committed else { return there }
        return there + max(0, committed.distance(from: copied ?? Offset(0)))
    }

    private func committed(
        _ group: WorldGroup, on source: IDC, _ partitions: [TopicPartition]
    ) async -> [TopicPartition: Offset] {
        guard !sites[source].isGone else { return anchors.commits(of: group.id, on: source) }
        do throws(PortError) {
            let told = try await applications.committed(of: group.id, on: source, in: partitions)
            return standIn.seen(told, of: group.id, on: source).mapValues(\.offset)
        } catch {
            return anchors.commits(of: group.id, on: source)
        }
    }
}
