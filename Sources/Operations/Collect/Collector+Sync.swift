import Domain

extension Collector {
    /// Translates the offsets of the groups that were read last, by evidence of now.
    func pollSync() async -> Outcome {
        guard let port = sync else { return .notReady }
        let failures: [PortError]
        if let evidence = unusedEvidence {
            failures = evidence
        } else {
            let answer = await bounded(deadline(of: .sync), "offset sync") { () throws(PortError) in
                await port.refresh(listsGroups: false)
            }
            switch answer {
            case .failure(let error): return .failed(error)
            case .success(let found): failures = found
            }
        }
        // A side that was never asked yet says nothing about where groups are.
        guard
            IDC.allCases.allSatisfy({
                readings[$0].groups.lastKnown != nil || readings[$0].groups.unavailability != nil
            })
        else {
            unusedEvidence = failures
            return .notReady
        }
        unusedEvidence = nil
        let isFirst = syncReadings.statuses.lastKnown == nil
        let groups = PerIDC { Self.given(readings[$0].groups) }
        let answer = await bounded(deadline(of: .sync), "offset sync") { () throws(PortError) in
            // A commit that rests is told from one that moves by a second look: the first answer takes two.
            if isFirst { _ = await port.statuses(of: groups) }
            return (await port.statuses(of: groups), await port.freeze(), await port.announced())
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let (statuses, freeze, announced)):
            let moment = now
            syncReadings = SyncReadings(
                .known(Dictionary(statuses.map { ($0.group, $0) }) { first, _ in first }, at: moment.wall),
                gap: gap(failures, .sync, at: moment), freeze: freeze, announced: announced)
            return .answered
        }
    }

    /// Groups of a side as they were read; those that were not are a failure and never an absence.
    private static func given(_ reading: Reading<GroupList>) -> Partial<[ConsumerGroup], PortError> {
        func failure(_ because: Unavailability) -> PortError {
            PortError(because.kind, operation: "ListGroups", detail: because.detail)
        }
        switch reading {
        case .known(let list, _): return Partial(list.groups, failures: list.gap.map { [failure($0)] } ?? [])
        case .stale(_, _, let because), .unavailable(let because): return Partial([], failures: [failure(because)])
        case .pending:
            return Partial([], failures: [PortError(.unreachable, operation: "ListGroups", detail: "not read yet")])
        }
    }
}
