extension SyncSituation {
    /// What to do; docs/TRANSLATION.md has the table of cases.
    package var decision: SyncDecision {
        if SyncSituation.isExcluded(group) { return .skip(.excludedGroup) }
        switch otherGroup {
        case .unsupported(let type): return .skip(.unsupportedType(type))
        case .unknown: return .skip(.otherSideUnknown)
        case .listed(let state) where state.isLive:
            return .skip(isLiveOnLiveSide ? .liveOnBothSides : .liveOnOtherSide)
        case .listed, .absent: break
        }
        // A commit that changes without members is a consumer that assigns itself partitions.
        if case .present(let commit, let cycles) = otherCommit, CommitOwner(of: commit) == .foreign, cycles < 2 {
            return .skip(.liveOnOtherSide)
        }
        if wasLiveOnBothSides, !policy.treatsBothSidesAsOne { return held(.wasLiveOnBothSides) }
        // Nothing at all is written then, not even what has expired.
        if let hold { return .hold(hold) }
        let committed: Offset
        switch liveCommit {
        case .none:
            // In strict mode a partition without a commit is given the start of what the group owes.
            guard policy.isStrict, case .proven(let resume) = translation else { return .skip(.noCommit) }
            return decide(resume, Offset(0))
        case .pastLogEnd(_, let logEnd, let readings) where readings > 1:
            return held(.committedPastLogEnd(logEnd: logEnd))
        // An end read before the commit: it is read again.
        case .pastLogEnd(let offset, _, _): committed = offset
        case .at(let offset): committed = offset
        }
        switch translation {
        case .held(let reason): return held(reason)
        case .proven(let resume): return decide(resume, committed)
        }
    }

    private func decide(_ resume: ResumePosition, _ committed: Offset) -> SyncDecision {
        let (offset, kept) = best(resume, committed)
        switch otherCommit {
        case .none: return .write(write(offset, resume, committed, .missing, kept: kept))
        case .present(let commit, _):
            switch CommitOwner(of: commit) {
            case .ours(let tag): return renew(tag, offset, resume, committed, kept: kept)
            case .foreign:
                if order?.replacesForeignCommit ?? false {
                    return .write(write(offset, resume, committed, .ordered, kept: kept))
                }
                if policy.raisesForeignCommits, offset > commit.offset {
                    return .write(write(offset, resume, committed, .aboveForeign, kept: kept))
                }
                return .hold(.foreignCommit(at: commit.offset))
            }
        }
    }

    private func renew(
        _ tag: OwnershipTag, _ offset: Offset, _ resume: ResumePosition, _ committed: Offset, kept: OwnershipTag?
    ) -> SyncDecision {
        if offset > tag.resume {
            let reason: SyncWrite.Reason = tag.resume < other.logStart ? .logStartMoved : .advanced
            return .write(write(offset, resume, committed, reason, kept: kept))
        }
        if offset < tag.resume {
            return .write(
                write(offset, resume, committed, other.logEnd < tag.resume ? .truncated : .rewound, kept: kept))
        }
        let age = now.since(tag.writtenAt)
        // A clock set back makes a commit look younger than it is: it is then refreshed too early, not too late.
        if order != nil || age >= policy.refreshPeriod || age < .zero {
            return .write(write(offset, resume, committed, .refresh, kept: kept))
        }
        return .keep(tag)
    }

    /// The position proven now, or the one written before where that is higher and still holds: the group went on
    /// from there, and both logs only grew.
    private func best(_ resume: ResumePosition, _ committed: Offset) -> (Offset, kept: OwnershipTag?) {
        guard let last = lastProven, last.names(cluster: liveCluster), committed >= last.committed,
            last.resume > resume.offset, last.resume <= other.logEnd, !resume.isLowered
        else { return (resume.offset, nil) }
        return (last.resume, last)
    }

    private var lastProven: OwnershipTag? {
        if case .present(let commit, _) = otherCommit, case .ours(let tag) = CommitOwner(of: commit) { return tag }
        return lastWritten
    }

    private func write(
        _ offset: Offset, _ resume: ResumePosition, _ committed: Offset, _ reason: SyncWrite.Reason,
        kept: OwnershipTag?
    ) -> SyncWrite {
        let fence = LadderBounds(
            aLower: [resume.fence.aLower, kept?.a].compactMap(\.self).max(),
            bLower: [resume.fence.bLower, kept?.b].compactMap(\.self).max())
        return SyncWrite(
            tag: OwnershipTag(
                sourceCluster: liveCluster, committed: committed, fence: fence, resume: offset,
                method: kept?.method ?? resume.method, writtenAt: now, token: token),
            reason: reason)
    }

    /// Held: the last value stays, and is restored when it has expired, unless the reason discredits it too.
    private func held(_ reason: HoldReason) -> SyncDecision {
        guard case .none = otherCommit, let last = lastWritten, !reason.discreditsLastValue,
            last.names(cluster: liveCluster), last.resume <= other.logEnd
        else { return .hold(reason) }
        // The group was set back since: what was written for its former position skips records.
        switch liveCommit {
        case .at(let committed) where committed >= last.committed: break
        case .at, .none, .pastLogEnd: return .hold(reason)
        }
        return .write(
            SyncWrite(
                tag: OwnershipTag(
                    sourceCluster: liveCluster, committed: last.committed,
                    fence: LadderBounds(aLower: last.a, bLower: last.b), resume: max(last.resume, other.logStart),
                    method: last.method ?? .base, writtenAt: now, token: token),
                reason: .lastValue))
    }

    /// Internal groups, Connect's, and those of consoles.
    package static func isExcluded(_ group: String) -> Bool {
        ["__", "connect-", "console-consumer-", "bascule-"].contains(where: group.hasPrefix)
    }
}
