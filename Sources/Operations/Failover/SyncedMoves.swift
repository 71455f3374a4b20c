package import Domain

/// Where groups may begin on the other side, by the very calculation of `bascule offsets`: what it plans is the
/// decision, and what it writes is the move.
package actor SyncedMoves: MoveOffsets {
    private let engine: SyncEngine
    private let decisions: MoveDecisions
    private let writer: SyncEngine.Writer
    private let commits: PerIDC<any GroupOffsetReading>
    private let daemons: any WriteSettling

    /// - Parameter engine: of its own, as a group is worked on by one caller at a time.
    package init(
        _ engine: SyncEngine, writing sides: PerIDC<any GroupOffsetWriting>, clusters: PerIDC<ClusterPorts>,
        commits: PerIDC<any GroupOffsetReading>, daemons: any WriteSettling, clock: any Clock<Duration>
    ) {
        self.engine = engine
        decisions = MoveDecisions(engine, clusters: clusters, commits: commits, clock: clock)
        // A person's order, beside whoever holds the lease of the daemons: what is written is safe whoever writes it.
        writer = SyncEngine.Writer(sides: sides, token: { _, _ in 0 })
        self.commits = commits
        self.daemons = daemons
    }

    package nonisolated func isOurs(_ commit: CommittedOffset) -> Bool {
        if case .ours = CommitOwner(of: commit) { true } else { false }
    }

    package func decide(
        _ groups: [String], from source: IDC, isFinal: Bool
    ) async throws(PortError) -> [GroupDecision] {
        await decisions.decide(groups, from: source, isFinal: isFinal)
    }

    // MARK: Writing

    package func settle(on target: IDC) async throws(PortError) { try await daemons.settle(on: target) }

    package func write(
        _ decisions: [GroupDecision], on target: IDC
    ) async throws(PortError) -> [GroupOutcome] {
        var outcomes: [GroupOutcome] = []
        var open: [String] = []
        for decision in decisions {
            // Written before, by the daemon or by a run that was stopped after the call.
            if try await stands(decision, on: target) {
                outcomes.append(GroupOutcome(decision.group))
            } else {
                open.append(decision.group)
            }
        }
        guard !open.isEmpty else { return outcomes }
        _ = await engine.refresh()
        _ = await engine.sync(open, by: writer, readsRecords: true)
        let seen = Dictionary(await engine.plan(open).map { ($0.group, $0) }) { first, _ in first }
        return outcomes + open.map { GroupOutcome($0, failure: Self.failure(seen[$0], on: target)) }
    }

    private func stands(_ decision: GroupDecision, on target: IDC) async throws(PortError) -> Bool {
        let found = try await commits[target].offsets(of: decision.group, for: decision.positions.map(\.partition))
        return decision.positions.allSatisfy { move in
            found[move.partition].map { isOurs($0) && $0.offset == move.to } ?? false
        }
    }

    /// Why what was planned does not stand there now.
    private static func failure(_ status: GroupSyncStatus?, on target: IDC) -> String? {
        guard let status else { return "nothing was said about it" }
        if let problem = status.problem { return problem.detail }
        guard status.flow?.target == target else { return "it does not go to \(target.rawValue)" }
        for row in status.partitions {
            switch row.decision {
            case .keep, .skip(.noCommit): continue
            case .write: return "\(row.partition): what was written is not what is read"
            case .hold, .skip: return "\(row.partition): \(row.decision.reason)"
            }
        }
        return nil
    }
}
