import Domain
import KafkaAdapter
import Operations

/// Moves groups to the other side at once: stops their consumers in good order where that can still be done, proves
/// where they may begin, and starts them there. What a person without a runbook would do.
struct GroupMoves: Sendable {
    let sites: PerIDC<Site>
    let applications: Applications
    let anchors: AnchorKeeper
    let offsets: SandboxOffsets
    let clock: WorldClock

    /// Moves every group that matches and runs on the other side.
    ///
    /// - Returns: how many were moved.
    @discardableResult
    func move(_ glob: Glob, to target: IDC) async throws(PortError) -> Int {
        let source = target.other
        let homes = await applications.homes
        let moving = await applications.all.filter { homes[$0.id] == source && glob.matches($0.id) }
        guard !moving.isEmpty else { return 0 }
        let isPlanned = !sites[source].isGone
        for group in moving { await applications.stop(group.id, on: source) }
        if isPlanned { await waitForAnchors(live: source) }
        let decisions = try await offsets.decide(moving.map(\.id), from: source, isFinal: false)
        _ = try await offsets.write(decisions, on: target)
        let metadata = try await sites[target].kafka.metadata()
        for group in moving {
            try await applications.start(
                group, on: target, from: try await offsets.starts(of: group, on: target, metadata))
        }
        return moving.count
    }

    /// After the groups have stopped, so that the newest anchors are as high as their commits.
    private func waitForAnchors(live source: IDC) async {
        let seen = anchors.rounds(live: source)
        await clock.wait(atMost: .seconds(5)) { anchors.rounds(live: source) >= seen + 2 }
    }
}
