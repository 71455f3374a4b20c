import Domain
import Testing

extension `Edge cases of offset translation` {
    static let decisionRows: [Row] = [
        Row("No commit on the live side") { () throws in
            var situation = standing()
            situation.liveCommit = .none
            #expect(situation.decision == .skip(.noCommit))
            // Strict: what the group owes since before it had members.
            var anchors = AnchorLadder()
            anchors.append(Anchor(position: Offset(30), liveEnd: Offset(35)), at: now)
            func answer(_ end: Int64?) -> ProvenBound? {
                StartPosition.withoutCommit(
                    anchors: anchors, liveEndBeforeMembers: end.map { Offset($0) }, other: range(2, 100),
                    commitsElsewhere: true)?.bound
            }
            #expect(answer(40)?.offset == Offset(30))
            #expect(answer(34)?.offset == Offset(2))
            #expect(answer(nil)?.offset == Offset(2))
            situation.policy.isStrict = true
            let start = try #require(answer(nil))
            situation.translation = .proven(
                try #require(
                    ResumePosition(
                        [.proven(start)],
                        in: ResumePosition.Surroundings(
                            committed: Offset(0), other: range(2, 100), mirrorTowardsOther: nil))))
            let write = try written(situation.decision)
            #expect(write.offset == Offset(2) && write.tag.method == .start)
        },
        Row("Committed past the log's end") { () throws in
            var situation = standing(committed: 90)
            situation.liveCommit = .pastLogEnd(Offset(90), logEnd: Offset(80), readings: 2)
            #expect(situation.decision == .hold(.committedPastLogEnd(logEnd: Offset(80))))
            // Once is as a rule an end that was read before the commit.
            situation.liveCommit = .pastLogEnd(Offset(90), logEnd: Offset(80), readings: 1)
            #expect(try written(situation.decision).offset == Offset(90))
        },
        Row("Mirror towards the live side paused") { () throws in
            // Nothing new is known: the position is that of the newest cut, whatever the group goes on to commit.
            let paused = ladder((0...20).map { ($0, $0, $0 - 1) })
            #expect(try resumed(paused, 50).offset == Offset(20))
            #expect(try resumed(paused, 90).offset == Offset(20))
            #expect(try resumed(paused, 90).guarantee == .atMost(80))
        },
        Row("Mirror towards the other side paused") { () throws in
            // All of the other side is consumed, and 30 consumed records are still to arrive there.
            let resume = try resumed(level, 100, mirrorTowardsOther: 70)
            #expect(resume.offset == Offset(100))
            #expect(resume.guarantee == .atMost(0))
            #expect(resume.stillToArrive == 30)
            #expect(try resumed(level, 100, mirrorTowardsOther: 100).guarantee == .exact)
            #expect(try resumed(level, 100, mirrorTowardsOther: nil).guarantee == .atMost(0))
        },
        Row("Group live on the other side") { () throws in
            for state in [
                GroupState.stable, .preparingRebalance, .completingRebalance, .unknown("Assigning"),
                .unknown("Reconciling"),
            ] {
                var situation = standing(commit: ours(10, committed: 10), group: .listed(state))
                #expect(situation.decision == .skip(.liveOnBothSides))
                situation.isLiveOnLiveSide = false
                #expect(situation.decision == .skip(.liveOnOtherSide))
                // Neither an order nor a hold changes that.
                situation.order = SyncOrder(replacesForeignCommit: true)
                situation.hold = .byConfiguration
                #expect(situation.decision == .skip(.liveOnOtherSide))
            }
            for state in [GroupState.empty, .dead] {
                #expect(try written(standing(group: .listed(state)).decision).offset == Offset(50))
            }
            #expect(standing(group: .unknown).decision == .skip(.otherSideUnknown))
            #expect(standing(group: .unsupported("share")).decision == .skip(.unsupportedType("share")))
            var both = standing(group: .listed(.empty))
            both.wasLiveOnBothSides = true
            #expect(both.decision == .hold(.wasLiveOnBothSides))
            both.policy.treatsBothSidesAsOne = true
            #expect(try written(both.decision).offset == Offset(50))
        },
        Row("Foreign commit on the other side") { () throws in
            var lower = standing(commit: foreign(40))
            #expect(lower.decision == .hold(.foreignCommit(at: Offset(40))))
            lower.policy.raisesForeignCommits = true
            #expect(try written(lower.decision).reason == .aboveForeign)
            #expect(try written(lower.decision).offset == Offset(50))
            var higher = standing(commit: foreign(60))
            higher.policy.raisesForeignCommits = true
            #expect(higher.decision == .hold(.foreignCommit(at: Offset(60))))
            // One that moves while the group is Empty is a consumer without membership.
            var moving = standing(commit: foreign(40, cycles: 1), group: .listed(.empty))
            moving.policy.raisesForeignCommits = true
            moving.order = SyncOrder(replacesForeignCommit: true)
            #expect(moving.decision == .skip(.liveOnOtherSide))
            // An order does not suffice, the typed name does.
            higher.order = SyncOrder(replacesForeignCommit: false)
            #expect(higher.decision == .hold(.foreignCommit(at: Offset(60))))
            higher.order = SyncOrder(replacesForeignCommit: true)
            #expect(try written(higher.decision).reason == .ordered)
        },
        Row("Group set back on the live side") { () throws in
            let lowered = try written(standing(committed: 20, commit: ours(50, committed: 50)).decision)
            #expect(lowered.offset == Offset(20))
            #expect(lowered.reason == .rewound)
            #expect(
                standing(committed: 20, commit: foreign(50)).decision == .hold(.foreignCommit(at: Offset(50))))
            // Evidence that thinned is no setting back: what was proven before still holds.
            let thinned = ladder([(0, 0, -1), (30, 30, 29)])
            let kept = standing(committed: 55, commit: ours(50, committed: 50), evidence: thinned).decision
            #expect(kept == .keep(tag(50, committed: 50)))
            // Unless the tag is of another live side.
            var swapped = standing(committed: 55, commit: ours(50, committed: 50), evidence: thinned)
            swapped.liveCluster = "bWRjMi1pZGMyLWlkYzItMg"
            #expect(try written(swapped.decision).offset == Offset(30))
        },
        Row("Operator's reset on the other side") { () throws in
            // The tag stays with the offset that a tool changed.
            let changed = CommittedOffset(offset: Offset(7), metadata: tag(50, committed: 50).metadata)
            #expect(
                standing(commit: .present(changed, unchangedCycles: 5), group: .listed(.empty)).decision
                    == .hold(.foreignCommit(at: Offset(7))))
        },
        Row("Commit between reading and writing") { () throws in
            // What was proven for 50 is not above what is proven for any later commit.
            let early = try written(standing(committed: 50).decision).offset
            for later in 50...100 as ClosedRange<Int64> {
                let proven = try resumed(level, later).offset
                #expect(early <= proven)
            }
        },
        Row("Commit expired on the other side") { () throws in
            let again = try written(standing(commit: .none, lastWritten: tag(50, committed: 50)).decision)
            #expect(again.reason == .missing)
            #expect(again.offset == Offset(50))
            // A held partition gets its last value back, unless the reason speaks against that too.
            var held = standing(commit: .none, lastWritten: tag(45, committed: 45))
            held.translation = .held(.unproven([]))
            #expect(try written(held.decision).reason == .lastValue)
            #expect(try written(held.decision).offset == Offset(45))
            // Nothing is written while somebody holds it, not even that.
            held.hold = .byConfiguration
            #expect(held.decision == .hold(.byConfiguration))
            held.hold = nil
            held.liveCommit = .pastLogEnd(Offset(90), logEnd: Offset(80), readings: 3)
            #expect(held.decision == .hold(.committedPastLogEnd(logEnd: Offset(80))))
            // The group was set back since: the last value would skip.
            var back = standing(committed: 20, commit: .none, lastWritten: tag(45, committed: 45))
            back.translation = .held(.unproven([]))
            #expect(back.decision == .hold(.unproven([])))
            // Unchanged and young: kept. Older than a quarter of the retention, or ordered: written again.
            #expect(standing(commit: ours(50, committed: 50)).decision == .keep(tag(50, committed: 50)))
            let old = standing(commit: ours(50, committed: 50), after: .seconds(8 * 86_400))
            #expect(try written(old.decision).reason == .refresh)
            var ordered = standing(commit: ours(50, committed: 50))
            ordered.order = SyncOrder(replacesForeignCommit: false)
            #expect(try written(ordered.decision).reason == .refresh)
        },
        Row("Prefixed names") { () throws in
            func sync(_ upstream: Int64, _ downstream: Int64) -> OffsetSync {
                OffsetSync(
                    topicPartition: TopicPartition("orders", 0), upstreamOffset: Offset(upstream),
                    downstreamOffset: Offset(downstream))
            }
            // A alone: the topic on the other side holds copies only.
            let syncs = [sync(0, 0), sync(5, 4), sync(9, 8)]
            func forward(_ committed: Int64) -> Int64? {
                PrefixedTopics.copiesOnOtherSide(
                    Offset(committed), syncs: syncs, isExactlyOnce: true, readAt: now
                ).bound?.offset.rawValue
            }
            #expect(forward(0) == 0)
            #expect(forward(3) == 1)
            #expect(forward(5) == 4)
            #expect(forward(7) == 5)
            // B alone: the first unread copy's source, or the mirror's position.
            func backward(_ committed: Int64, first: Int64?, mirror: Cut? = nil, compacted: Bool = false) -> Int64? {
                PrefixedTopics.copiesOnLiveSide(
                    Offset(committed), firstUnreadSource: first.map { Offset($0) }, mirror: mirror,
                    liveStart: Offset(0), isCompacted: compacted, readAt: now
                ).bound?.offset.rawValue
            }
            let mirror = Cut(position: Offset(20), copiesEnd: Offset(10), highestFiltered: nil)
            #expect(backward(5, first: 7) == 7)
            #expect(backward(5, first: 7, compacted: true) == nil)
            #expect(backward(10, first: nil, mirror: mirror) == 20)
            #expect(backward(9, first: nil, mirror: mirror) == nil)
        },
    ]
}
