import Cells
import Domain

/// Everything about one group: where it consumes, its partitions and members, both sides.
struct GroupDetail {
    let model: Model
    let id: String

    func add(to sheet: inout TextSheet) {
        guard let snapshot = model.snapshot, let row = snapshot.groups.first(where: { $0.id == id }) else {
            sheet.text("neither side lists the group \(id) any more", .unknown)
            return
        }
        let context = RowContext(model)
        addSummary(row, snapshot, to: &sheet)
        let sync = GroupSyncDetail(row: row, names: snapshot.names, context: context)
        sync.addSummary(to: &sheet)
        sync.addPartitions(to: &sheet)
        for idc in IDC.allCases { add(row, on: idc, snapshot, context, to: &sheet) }
    }

    private func addSummary(_ row: GroupRow, _ snapshot: Snapshot, to sheet: inout TextSheet) {
        let names = snapshot.names
        let side: (String, Role) =
            switch row.side {
            case .on(let idc): ("consumes on \(names[idc])", idc.role)
            case .both: ("both !  members on both sides: every record is processed twice", .critical)
            case .none: ("no members on either side", .text)
            case .unknown:
                ("\(GroupText.side(row, names: names).text)  a side that could not be read may have members", .unknown)
            }
        sheet.field("side", side.0, side.1)
        if let lag = row.lag, lag.partitions.isEmpty {
            sheet.field("lag", "nothing committed", .dim)
        } else if let lag = row.lag {
            let sum = GroupText.sum(lag)
            let place = row.home.map { " on \(names[$0])" } ?? ""
            sheet.field("lag", sum.text + place, sum.isComplete ? .text : .unknown)
        } else {
            sheet.field("lag", "not known", .unknown)
        }
        if let verdict = row.verdict {
            sheet.field("trend", GroupText.explanation(verdict), GroupText.verdict(verdict, width: 14).style.role)
        } else {
            sheet.field("trend", "not known yet", .unknown)
        }
        if let drain = row.timeToDrain { sheet.field("drained in", Spans.age(drain)) }
        sheet.field(
            "commits", row.recordsPerSecond.map { Figures.rate($0) } ?? "not known",
            row.recordsPerSecond == nil ? .unknown : .text)
    }

    private func add(
        _ row: GroupRow, on idc: IDC, _ snapshot: Snapshot, _ context: RowContext, to sheet: inout TextSheet
    ) {
        sheet.heading("On \(snapshot.names[idc])")
        let presence = row.presence[idc]
        if let remark = ReadingText.remark(presence, context) { sheet.text(remark.text, .unknown, indent: 2) }
        guard let known = presence.lastKnown else { return }
        guard let group = known else {
            sheet.text("no such group there", .dim, indent: 2)
            return
        }
        let role: Role = presence.current == nil ? .unknown : .text
        let type = group.protocolType.isEmpty ? "only commits" : group.protocolType
        sheet.field("state", "\(group.state) (\(type)), \(Count(group.members.count, "member"))", role)
        addPartitions(row, group, on: idc, snapshot, role, to: &sheet)
        addMembers(group, role, to: &sheet)
    }

    private func addPartitions(
        _ row: GroupRow, _ group: ConsumerGroup, on idc: IDC, _ snapshot: Snapshot, _ role: Role,
        to sheet: inout TextSheet
    ) {
        let partitions: [PartitionLag]
        if row.home == idc, let lag = row.lag {
            partitions = lag.partitions
        } else if let offsets = group.offsets {
            let ranges = snapshot.clusters[idc].ranges.lastKnown ?? [:]
            partitions = offsets.sorted { $0.key < $1.key }.map { partition, committed in
                PartitionLag(
                    topicPartition: partition, committed: committed.offset, range: ranges[partition], owner: nil)
            }
        } else {
            sheet.field("offsets", "not known: they could not be read", .unknown)
            return
        }
        guard !partitions.isEmpty else {
            sheet.field("offsets", "nothing committed", .dim)
            return
        }
        let name = max(12, min(40, sheet.width - 62))
        sheet.add([
            TextRun(
                "  " + cells("topic and partition", name, ["committed", "log end", "lag"]) + "  owner", .dim)
        ])
        for partition in partitions { add(partition, name, role, to: &sheet) }
    }

    private func add(_ lag: PartitionLag, _ name: Int, _ role: Role, to sheet: inout TextSheet) {
        let label = "\(lag.topicPartition.topic) \(lag.topicPartition.partition)"
        let owner = lag.owner.map { "\($0.clientID) \($0.host)" } ?? "-"
        let lagText = lag.isPastTheEnd ? "past end !" : Figures.count(lag.lag)
        let committed = lag.committed.map { Figures.count($0.rawValue) } ?? "none"
        let figures = [committed, Figures.count(lag.range?.logEnd.rawValue), lagText]
        let shown: Role = lag.isPastTheEnd ? .critical : lag.lag == nil ? .unknown : role
        sheet.add([TextRun("  " + cells(label, name, figures) + "  " + owner, shown)])
    }

    private func cells(_ name: String, _ width: Int, _ figures: [String]) -> String {
        let label = TextWidth.padded(TextWidth.truncatedMiddle(name, to: width), to: width)
        return ([label] + figures.map { TextWidth.padded($0, to: 14, alignment: .right) }).joined(separator: " ")
    }

    private func addMembers(_ group: ConsumerGroup, _ role: Role, to sheet: inout TextSheet) {
        guard !group.members.isEmpty else { return }
        let name = max(12, min(40, sheet.width - 40))
        sheet.add([TextRun("  " + TextWidth.padded("client id", to: name) + " host             partitions", .dim)])
        for member in group.members {
            let label = TextWidth.padded(TextWidth.truncatedMiddle(member.clientID, to: name), to: name)
            let host = TextWidth.padded(member.host, to: 16)
            sheet.add([TextRun("  \(label) \(host) \(member.assignment.count)", role)])
        }
    }
}
