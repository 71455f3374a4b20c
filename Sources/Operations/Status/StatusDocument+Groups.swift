import Domain

extension StatusDocument {
    /// `bascule groups list`.
    package var groups: DataNode { groups { _ in true } }

    /// The entries of ``groups`` for which `isWanted` holds.
    package func groups(where isWanted: (String) -> Bool) -> DataNode {
        .array(snapshot.groups.filter { isWanted($0.id) }.map { .object(members(of: $0)) })
    }

    /// `bascule groups show GROUP`; `nil` when no side lists it.
    package func group(_ id: String) -> DataNode? {
        guard let row = snapshot.groups.first(where: { $0.id == id }) else { return nil }
        let states = DataNode.perIDC { idc in
            guard let group = row.presence[idc].current else {
                return .object(["present": .null, "state": .null, "members": .null])
            }
            return .object([
                "present": .bool(group != nil),
                "state": .optional(group?.state.description),
                "members": .optional(group?.members.count),
            ])
        }
        let partitions = lag(of: row)?.partitions.map(partition)
        return .object(
            [DataMember("schema", .integer(1)), DataMember("at", .optional(Timestamp.rfc3339(snapshot.at, offset)))]
                + members(of: row) + [
                    DataMember("idcs", states),
                    DataMember("partitions", partitions.map { .array($0) } ?? .null),
                ])
    }

    private func members(of row: GroupRow) -> [DataMember] {
        let lag = lag(of: row)
        return [
            DataMember("group", .string(row.id)),
            DataMember("side", .optional(Self.word(row.side))),
            DataMember("members", .optional(memberCount(row))),
            DataMember("lag", .optional(lag?.total)),
            DataMember("lagIsPartial", .optional(lag?.isPartial)),
            DataMember("verdict", .optional(lag == nil ? nil : row.verdict?.rawValue)),
            DataMember("recordsPerSecond", .optional(lag == nil ? nil : row.recordsPerSecond, places: 1)),
            DataMember("drainSeconds", .optional(lag == nil ? nil : row.timeToDrain?.inSeconds, places: 1)),
            DataMember("sync", sync(row.sync)),
        ]
    }

    /// Everything null where the newest poll does not know it; `reason` then says why.
    private func sync(_ reading: Reading<GroupSyncStatus>) -> DataNode {
        let status = reading.current
        return .object([
            "state": .optional(status?.state?.word),
            "method": .optional(status?.methods.first?.rawValue),
            "evidenceAgeSeconds": .optional(
                (status?.evidenceAt).map { snapshot.at.since($0).inSeconds }, places: 1),
            "readTwice": .optional(status?.readTwice),
            "tail": .optional(status?.tail),
            "expiresInSeconds": .optional((status?.expiresIn)?.inSeconds, places: 0),
            "reason": .optional(status.map { $0.reason } ?? reading.unavailability?.detail),
            "hold": reading.lastKnown.flatMap(\.hold).map(Self.hold) ?? .null,
        ])
    }

    /// Who holds it; null where nobody does.
    static func hold(_ hold: HoldReason) -> DataNode {
        var members: [DataMember] = []
        switch hold {
        case .byOperator(let word): members = said(word, as: "operator")
        case .frozen(let word): members = said(word, as: "freeze")
        case .byConfiguration:
            members = [DataMember("kind", .string("configuration")), DataMember("reason", .string("sync.hold"))]
        case .holdsNotRead(let detail):
            members = [DataMember("kind", .string("unknown")), DataMember("reason", .string(detail))]
        case .unproven, .topicRecreated, .committedPastLogEnd, .mirrorGap, .foreignCommit, .wasLiveOnBothSides,
            .notAConsumerGroup, .notAuthorized, .topicMissing, .refused:
            return .null
        }
        return .object(members)
    }

    static func said(_ word: OperatorHold, as kind: String) -> [DataMember] {
        [
            DataMember("kind", .string(kind)), DataMember("by", .string(word.actor)),
            DataMember("host", .string(word.host)), DataMember("at", .optional(Timestamp.rfc3339(word.at))),
            DataMember("reason", .string(word.reason)),
        ]
    }

    private func partition(_ entry: PartitionLag) -> DataNode {
        .object([
            "topic": .string(entry.topicPartition.topic),
            "partition": .integer(Int64(entry.topicPartition.partition)),
            "committed": .optional(entry.committed?.rawValue),
            "logStart": .optional(entry.range?.logStart.rawValue),
            "logEnd": .optional(entry.range?.logEnd.rawValue),
            "lag": .optional(entry.lag),
            "pastTheEnd": .optional(entry.committed == nil || entry.range == nil ? nil : entry.isPastTheEnd),
            "member": entry.owner.map { owner in
                .object([
                    "id": .string(owner.memberID), "clientID": .string(owner.clientID), "host": .string(owner.host),
                ])
            } ?? .null,
        ])
    }

    func memberCount(_ row: GroupRow) -> Int? {
        switch row.side {
        case .unknown: nil
        case .none: 0
        case .on(let idc): row.presence[idc].current??.members.count
        case .both:
            IDC.allCases.reduce(Int?.some(0)) { sum, idc in
                guard let sum, let group = row.presence[idc].current else { return nil }
                return sum + (group?.members.count ?? 0)
            }
        }
    }

    static func word(_ side: GroupSide) -> String? {
        switch side {
        case .on(let idc): idc.rawValue
        case .both: "both"
        case .none: "none"
        case .unknown: nil
        }
    }
}
