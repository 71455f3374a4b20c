import Cells
import Domain

/// The texts of the overview's parts.
struct OverviewView {
    let model: Model
    let snapshot: Snapshot
    let summary: SnapshotSummary
    private let context: RowContext
    private let glyphs: Glyphs

    init(model: Model, snapshot: Snapshot, summary: SnapshotSummary) {
        self.model = model
        self.snapshot = snapshot
        self.summary = summary
        context = RowContext(model)
        glyphs = model.settings.glyphs
    }

    // MARK: Traffic

    var trafficTitle: [TextRun] {
        let traffic = snapshot.traffic
        var title = [TextRun("Traffic  ", .heading)]
        switch traffic.configured {
        case .unavailable(let because) where because.kind == .unsupported:
            title.append(TextRun("no source configured", .dim))
        case .pending, .unavailable:
            title.append(TextRun("\(traffic.source) ", .heading))
            if let remark = ReadingText.remark(traffic.configured, context) { title.append(remark) }
        case .known(let configured, _):
            title.append(TextRun("\(traffic.source), \(splitText(configured))", .heading))
        case .stale(let configured, let at, let because):
            let age = ReadingText.age(of: at, context)
            let text = "\(traffic.source), \(splitText(configured)) \(age) ago; \(ReadingText.reason(because, context))"
            title.append(TextRun(text, .unknown))
        }
        let silent = traffic.configured.lastKnown?.servers.filter { $0.status != "UP" } ?? []
        if !silent.isEmpty {
            let text = silent.map { "\($0.name) \($0.status)" }.joined(separator: ", ")
            title.append(TextRun("  ! \(text)", .warning))
        }
        return title
    }

    private func splitText(_ configured: ConfiguredTraffic) -> String {
        configured.split.map { "split \($0)" } ?? "no server takes traffic !"
    }

    /// A gauge per IDC: on one line where it is wide.
    func traffic(width: Int, isWide: Bool) -> [[TextRun]] {
        let parts = PerIDC { idc in share(of: idc, width: isWide ? (width - 3) / 2 : width) }
        return isWide
            ? [TextBox.padded(parts.idc1, to: (width - 3) / 2 + 3, glyphs) + parts.idc2] : [parts.idc1, parts.idc2]
    }

    private func share(of idc: IDC, width: Int) -> [TextRun] {
        let measured = snapshot.traffic.measured
        let isOld = measured.current == nil
        let split = measured.lastKnown
        let share = split?.shares.map { $0[idc] }
        let rate = split?.produced[idc] ?? nil
        let estimate = split?.isExact == false ? "~" : ""
        let configured = snapshot.traffic.configured.lastKnown?.split?.shares[idc]
        let name = TextRun(names(idc), idc.role)
        let percent = TextRun(" " + (configured.map { "\($0) %" } ?? "? %") + " ", configured == nil ? .unknown : .text)
        var tail: [TextRun] = []
        if width >= 45 {
            let text = rate.map { " \(estimate)\(Figures.rate($0))" } ?? " ?/s"
            tail.append(TextRun(text, rate == nil || isOld ? .unknown : .text))
        }
        let shareText = share.map { " \(estimate)\(Figures.share($0))" } ?? " ? %"
        tail.append(TextRun(shareText, share == nil || isOld ? .unknown : .text, bold: true))
        if isOld, let at = measured.readAt { tail.append(TextRun(" (\(ReadingText.age(of: at, context)))", .unknown)) }
        let gauge = max(4, width - [name, percent].width - tail.width)
        return [name, percent] + Gauge(share, style: CellStyle(.gauge)).runs(width: gauge, glyphs: glyphs) + tail
    }

    private func names(_ idc: IDC) -> String { snapshot.names[idc] }

    // MARK: A cluster

    func clusterTitle(_ idc: IDC) -> [TextRun] {
        let view = snapshot.clusters[idc]
        var title = [TextRun(names(idc), idc.role)]
        let states = view.brokers.map(\.state)
        let up = states.count { $0 == .up }
        let unknown = states.count { $0 == .unknown }
        let down = states.count - up - unknown
        if states.isEmpty || unknown == states.count {
            title.append(TextRun("  brokers \(states.isEmpty ? "?" : "?/\(states.count)")", .unknown))
        } else {
            title.append(TextRun("  brokers \(up)/\(states.count)", down > 0 ? .critical : .heading))
            if down > 0 { title.append(TextRun(" !", .critical)) }
            if unknown > 0 { title.append(TextRun(" \(unknown) ?", .unknown)) }
        }
        return title
    }

    func cluster(_ idc: IDC, width: Int, isShort: Bool = false) -> [[TextRun]] {
        let view = snapshot.clusters[idc]
        var lines: [[TextRun]] = []
        // Two facts on a line where there is room for both.
        let pairs = [(produced(idc), mirroredIn(idc)), (replication(view), groups(idc))]
        for (one, two) in pairs {
            if width >= 56 {
                lines.append(TextBox.padded(one, to: width / 2 - 1, glyphs) + [TextRun(" ")] + two)
            } else {
                lines += [one, two]
            }
        }
        if !isShort { lines.append(growth(view, width: width)) }
        lines += brokers(view)
        lines += sources(view)
        return lines
    }

    private func produced(_ idc: IDC) -> [TextRun] {
        [TextRun("produced    ", .dim), rate(snapshot.traffic.measured.map { $0.produced[idc] }, idc)]
    }

    private func mirroredIn(_ idc: IDC) -> [TextRun] {
        [TextRun("mirrored in ", .dim), rate(snapshot.traffic.measured.map { $0.mirroredIn[idc] }, idc)]
    }

    private func rate(_ reading: Reading<Double?>, _ idc: IDC) -> TextRun {
        let split = snapshot.traffic.measured.lastKnown
        guard let known = reading.lastKnown, let rate = known else { return TextRun("?/s", .unknown) }
        // As sums are written: so many partitions more, whose ends could not be read.
        let unread = split?.unreadPartitions[idc] ?? 0
        let text = (split?.isExact == false ? "~" : "") + Figures.rate(rate) + (unread > 0 ? " + \(unread) ?" : "")
        guard reading.current == nil, let at = reading.readAt else {
            return TextRun(text, unread > 0 ? .unknown : .text)
        }
        return TextRun("\(text) (\(ReadingText.age(of: at, context)))", .unknown)
    }

    private func replication(_ view: ClusterView) -> [TextRun] {
        let isOld = view.metadata.current == nil
        func count(_ value: Int?) -> TextRun {
            TextRun(Figures.count(value), value == nil || isOld ? .unknown : value == 0 ? .text : .critical)
        }
        var line = [TextRun("under-replicated ", .dim), count(view.underReplicated)]
        line += [TextRun("  offline ", .dim), count(view.offline)]
        if isOld, let at = view.metadata.readAt {
            line.append(TextRun(" (\(ReadingText.age(of: at, context)))", .unknown))
        }
        return line
    }

    private func groups(_ idc: IDC) -> [TextRun] {
        guard summary.areGroupsRead[idc] else {
            return [
                TextRun("groups here ", .dim), TextRun("?", .unknown), TextRun("  lag ", .dim), TextRun("?", .unknown),
            ]
        }
        let role: Role = summary.areGroupsCurrent[idc] ? .text : .unknown
        let lag = summary.groupLag[idc]
        var line = [TextRun("groups here ", .dim), TextRun(Figures.count(summary.groupsHere[idc]), role)]
        line += [TextRun("  lag ", .dim), TextRun(lag.text, lag.isComplete ? role : .unknown)]
        if role == .unknown, let at = snapshot.clusters[idc].groups.readAt {
            line.append(TextRun(" (\(ReadingText.age(of: at, context)))", .unknown))
        }
        return line
    }

    private func growth(_ view: ClusterView, width: Int) -> [TextRun] {
        let label = TextRun("log ends    ", .dim)
        guard let newest = view.producedHistory.last else { return [label, TextRun("?/s", .unknown)] }
        var figure = TextRun("+" + Figures.rate(newest) + " ")
        if view.ranges.current == nil, let at = view.ranges.readAt {
            figure = TextRun("+\(Figures.rate(newest)) (\(ReadingText.age(of: at, context))) ", .unknown)
        }
        let room = max(0, min(60, width - label.text.count - TextWidth.of(figure.text)))
        let graph = Sparkline(view.producedHistory.map(Optional.some)).text(width: room, glyphs: glyphs)
        return [label, figure, TextRun(graph, .gauge)]
    }

    private func brokers(_ view: ClusterView) -> [[TextRun]] {
        view.brokers.compactMap { broker in
            guard case .down(let reason) = broker.state else { return nil }
            let since = broker.since.map {
                " since " + Spans.moment($0, now: context.now, utcOffset: context.utcOffset)
            }
            return [TextRun("! broker \(broker.id) down\(since ?? ""): \(reason)", .critical)]
        }
    }

    /// What of this side could not be read, and Connect's workers.
    private func sources(_ view: ClusterView) -> [[TextRun]] {
        var lines: [[TextRun]] = []
        if let remark = ReadingText.remark(view.metadata, context) { lines.append([TextRun("Kafka ", .dim), remark]) }
        let failing = view.connectWorkers.filter { $0.failure != nil }
        if let remark = ReadingText.remark(view.connectors, context) {
            lines.append([TextRun("Connect ", .dim), remark])
        } else if !failing.isEmpty {
            let up = view.connectWorkers.count - failing.count
            let first = failing.first.map { "\($0.url) \($0.failure?.kind.words ?? "")" } ?? ""
            lines.append([TextRun("! Connect \(up)/\(view.connectWorkers.count) workers: \(first)", .warning)])
        }
        return lines
    }

    // MARK: The flow between

    func flows(isNarrow: Bool) -> [[TextRun]] {
        IDC.allCases.flatMap { source in flow(source, isNarrow: isNarrow) }
    }

    private func flow(_ source: IDC, isNarrow: Bool) -> [[TextRun]] {
        let flow = summary.flows[source]
        let arrow = TextRun((source == .idc1 ? glyphs.longRight : glyphs.longLeft) + " ", source.role)
        guard flow.total > 0 || summary.isEveryTopicCurrent else {
            return [[arrow, TextRun("? \(noTopicsRemark)", .unknown)]]
        }
        let isAllOK = flow.ok == flow.total
        let count = TextRun(
            "\(flow.ok)/\(flow.total)", isAllOK ? .ok : flow.ok + flow.unknown == flow.total ? .unknown : .critical)
        let isMeasured = flow.measured > 0
        let lag = isMeasured ? lag(flow, source) : TextRun("-", .dim)
        let isRateKnown = flow.unknownRates == 0
        let isNoRate = flow.unknownRates > 0 && flow.rate == 0
        let rateText =
            isNoRate ? "?/s" : Figures.shortRate(flow.rate) + (isRateKnown ? "" : " + \(flow.unknownRates) ?")
        let rate = isMeasured ? TextRun(rateText, isRateKnown ? .text : .unknown) : TextRun("-/s", .dim)
        let p99 =
            flow.p99.map { TextRun("p99 \(Spans.duration($0))") }
            ?? (isMeasured ? TextRun("p99 ?", .unknown) : TextRun("p99 -", .dim))
        var troubles: [TextRun] = flow.troubles.map { trouble in
            TextRun("\(trouble.count) \(trouble.word)  ", trouble.severity == .critical ? .critical : .warning)
        }
        if flow.unknown > 0 { troubles.append(TextRun("\(flow.unknown) not known", .unknown)) }
        if isNarrow {
            var lines = [[arrow, count, TextRun("  lag ", .dim), lag], [TextRun("   "), rate, TextRun(" "), p99]]
            lines += troubles.prefix(4).map { [TextRun("   "), $0] }
            if troubles.count > 4 { lines.append([TextRun("   and \(troubles.count - 4) more states", .warning)]) }
            return lines
        }
        return [
            [arrow, count, TextRun("  lag ", .dim), lag, TextRun("  "), rate, TextRun("  "), p99, TextRun("  ")]
                + troubles
        ]
    }

    /// In brackets where it is not of now, with how old it is.
    private func lag(_ flow: SnapshotSummary.FlowSummary, _ source: IDC) -> TextRun {
        if !flow.toCopy.isComplete, let stranded = snapshot.stranded(on: source), !stranded.isCurrent {
            let age = ReadingText.age(of: stranded.total.readAt, context)
            return TextRun("\(Figures.count(stranded.total)) (\(age))", .unknown)
        }
        return TextRun(flow.toCopy.shortText, flow.toCopy.isComplete ? .text : .unknown)
    }

    /// Why it proves nothing that there are no topics.
    private var noTopicsRemark: String {
        let readings = IDC.allCases.map { snapshot.clusters[$0].metadata }
        if readings.contains(where: { $0.lastKnown == nil }) { return "not read yet" }
        let oldest = readings.compactMap { $0.current == nil ? $0.readAt : nil }.min()
        return "topics last read \(oldest.map { ReadingText.age(of: $0, context) } ?? Figures.unknown) ago"
    }

    // MARK: Alerts and events

    var alertsTitle: [TextRun] {
        let count = snapshot.alerts.count
        // No alert while nothing has been read says nothing.
        let isSilent = count == 0 && !summary.isEveryTopicCurrent
        let text = isSilent ? "Alerts ?" : "Alerts \(Figures.count(count))"
        var title = [TextRun(text, isSilent ? .unknown : count == 0 ? .heading : .critical)]
        if !snapshot.problems.isEmpty {
            title.append(TextRun("  not readable \(snapshot.problems.count)", .warning))
        }
        return title
    }

    /// In full: what to do about it often stands at the end.
    func alerts(width: Int) -> [[TextRun]] {
        var lines: [[TextRun]] = []
        func add(_ head: String, _ role: Role, _ text: String) {
            for (index, line) in TextSheet.wrapped("\(head)\(text)", width: width - 3).enumerated() {
                let start = index == 0 ? "" : "   "
                // The head is cleaned as the line was, to be found again in it.
                let isHead = index == 0 && line.hasPrefix(CleanText(head).text)
                let shown = isHead ? CleanText(head).text : ""
                lines.append([TextRun(start + shown, role), TextRun(String(line.dropFirst(shown.count)))])
            }
        }
        for alert in snapshot.alerts {
            add("\(alert.severity.sign) \(alert.subject): ", alert.severity.role, alert.text)
        }
        for problem in snapshot.problems {
            add("? \(problem.source): ", .unknown, ReadingText.reason(problem.because, context))
        }
        guard lines.isEmpty else { return lines }
        return [summary.isEveryTopicCurrent ? [TextRun("none", .dim)] : [TextRun(noTopicsRemark, .unknown)]]
    }

    /// The newest, newest first.
    func events(count: Int) -> [[TextRun]] {
        let newest = snapshot.events.suffix(max(0, count)).reversed()
        guard !newest.isEmpty else { return [[TextRun("none", .dim)]] }
        return newest.map { event in
            [
                TextRun(Spans.moment(event.at, now: context.now, utcOffset: context.utcOffset) + " ", .dim),
                TextRun("\(event.severity.sign) ", event.severity.role), TextRun(event.text),
            ]
        }
    }
}

extension IDC {
    /// The data centre's own colour.
    var role: Role {
        switch self {
        case .idc1: .idc1
        case .idc2: .idc2
        }
    }
}

extension Severity {
    var role: Role {
        switch self {
        case .ok: .ok
        case .warning: .warning
        case .critical: .critical
        }
    }
}
