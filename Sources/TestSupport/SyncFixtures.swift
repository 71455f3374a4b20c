package import Domain

/// What the synchronisation says of groups, for screens and plans.
package enum SyncFixture {
    private static let moment = SnapshotBuilder.moment

    /// A partition of `topic` whose group has read up to `committed` and would go on at `resume` of 1,000.
    ///
    /// - Parameter standing: what stands on the other side; `nil`: nothing, and it is to be written.
    package static func partition(
        _ topic: String, _ number: Int32 = 0, committed: Int64 = 700, resume: Int64, consumedEnd: Int64? = nil,
        standing: Int64? = nil, method: TranslationMethod = .cuts, condition: ProvenBound.Condition? = nil,
        isMirrorKnown: Bool = true
    ) -> PartitionSyncStatus {
        let bound = ProvenBound(
            offset: Offset(resume), method: method, consumedEnd: consumedEnd.map { Offset($0) }, condition: condition,
            evidenceAt: moment.advanced(by: .milliseconds(-400)))
        let position = ResumePosition(
            [.proven(bound)],
            in: ResumePosition.Surroundings(
                committed: Offset(committed), other: OffsetRange(logStart: Offset(0), logEnd: Offset(1_000)),
                mirrorTowardsOther: isMirrorKnown ? Offset(committed - 3) : nil))
        let tag = tag(committed: committed, resume: resume, method)
        let isWritten = standing == resume
        return PartitionSyncStatus(
            TopicPartition(topic, number),
            decision: isWritten
                ? .keep(tag) : .write(SyncWrite(tag: tag, reason: standing == nil ? .missing : .advanced)),
            resume: position, committed: Offset(committed),
            standing: standing.map { CommittedOffset(offset: Offset($0), metadata: isWritten ? tag.metadata : "") },
            expiresIn: standing == nil ? nil : .seconds(604_000))
    }

    private static func tag(committed: Int64, resume: Int64, _ method: TranslationMethod = .cuts) -> OwnershipTag {
        OwnershipTag(
            sourceCluster: "4L6g3nShT-eMCtK--X86sw", committed: Offset(committed),
            fence: LadderBounds(aLower: nil, bLower: nil), resume: Offset(resume), method: method, writtenAt: moment,
            token: 7)
    }

    /// - Parameter isOurs: whether it was Bascule that wrote what stands on the other side.
    package static func held(
        _ topic: String, _ reason: HoldReason, standing: Int64? = nil, isOurs: Bool = false
    ) -> PartitionSyncStatus {
        PartitionSyncStatus(
            TopicPartition(topic, 0), decision: .hold(reason), resume: nil, committed: Offset(700),
            standing: standing.map { offset in
                CommittedOffset(
                    offset: Offset(offset), metadata: isOurs ? tag(committed: 690, resume: offset).metadata : "")
            }, expiresIn: nil)
    }

    /// Alice's, of the hour before.
    package static let hold = OperatorHold(
        order: .hold, actor: "alice", host: "ops1", at: moment.advanced(by: .seconds(-3_600)),
        reason: "replay of Tuesday, ticket 4711", number: 3)

    package static func holding(
        _ group: String, _ reason: HoldReason, _ partitions: PartitionSyncStatus...
    ) -> Reading<GroupSyncStatus> {
        .known(
            GroupSyncStatus(
                group: group, flow: ReplicationFlow(from: .idc1), partitions: partitions, at: moment, hold: reason),
            at: moment)
    }

    package static func skipped(_ topic: String, _ reason: SkipReason) -> PartitionSyncStatus {
        PartitionSyncStatus(
            TopicPartition(topic, 0), decision: .skip(reason), resume: nil, committed: nil, standing: nil,
            expiresIn: nil)
    }

    package static func status(_ group: String, _ partitions: PartitionSyncStatus...) -> Reading<GroupSyncStatus> {
        .known(
            GroupSyncStatus(group: group, flow: ReplicationFlow(from: .idc1), partitions: partitions, at: moment),
            at: moment)
    }

    /// One group in each state, and the ways in which nothing is known.
    package static var everyState: [GroupFixture] {
        let since = moment.advanced(by: .seconds(-14))
        let readings: [(String, Reading<GroupSyncStatus>)] = [
            ("in-sync", status("in-sync", partition("orders", resume: 690, consumedEnd: 690, standing: 690))),
            ("to-write", status("to-write", partition("orders", resume: 680, consumedEnd: 687, standing: 650))),
            (
                "conditional",
                status(
                    "conditional",
                    partition(
                        "orders", resume: 600, consumedEnd: 700, standing: 600, method: .syncs,
                        condition: .mirrorMayReplay))
            ),
            ("held", status("held", held("orders", .unproven([.impossible(.cuts, .noEvidence)])))),
            (
                "early",
                status(
                    "early",
                    held("orders", .unproven([.impossible(.cuts, .evidenceTooNew)]), standing: 12, isOurs: true))
            ),
            (
                "held-by-hand",
                holding("held-by-hand", .byOperator(hold), held("orders", .byOperator(hold), standing: 12))
            ),
            (
                "held-by-file",
                holding("held-by-file", .byConfiguration, held("orders", .byConfiguration, standing: 12))
            ),
            ("foreign", status("foreign", held("orders", .foreignCommit(at: Offset(48_112)), standing: 48_112))),
            ("there", status("there", skipped("orders", .liveOnOtherSide))),
            ("share", status("share", skipped("orders", .unsupportedType("share")))),
            ("new", status("new", skipped("orders", .noCommit))),
            ("pending", .pending),
            (
                "unread",
                .unavailable(
                    Unavailability(kind: .unreachable, detail: "Metadata: a cluster was never reached", since: since))
            ),
            (
                "excluded",
                .unavailable(
                    Unavailability(kind: .notFound, detail: "the group is not synchronised", since: since))
            ),
            (
                "old",
                .stale(
                    GroupSyncStatus(
                        group: "old", flow: ReplicationFlow(from: .idc1),
                        partitions: [partition("orders", resume: 690, consumedEnd: 690, standing: 690)], at: since),
                    at: since,
                    because: Unavailability(kind: .timedOut, detail: "ListOffsets: no answer", since: since))
            ),
        ]
        return readings.map { name, sync in
            var fixture = GroupFixture(name)
            fixture.sync = sync
            return fixture
        }
    }
}
