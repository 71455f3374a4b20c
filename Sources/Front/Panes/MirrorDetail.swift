import Cells
import Domain

/// Everything about one topic's mirrors: state, connectors with tasks and traces, positions, configuration.
struct MirrorDetail {
    let model: Model
    let topic: String

    func add(to sheet: inout TextSheet) {
        guard let snapshot = model.snapshot, let row = snapshot.mirrors.first(where: { $0.topic == topic }) else {
            sheet.text("\(topic) is no longer there: no cluster has the topic and no mirror names it", .unknown)
            return
        }
        let context = RowContext(model)
        for source in IDC.allCases {
            add(row.flows[source], of: row, in: snapshot, context, to: &sheet)
        }
    }

    private func add(
        _ flow: MirrorFlow, of row: MirrorRow, in snapshot: Snapshot, _ context: RowContext, to sheet: inout TextSheet
    ) {
        let source = flow.flow.source
        let target = flow.flow.target
        let isChosen = model.direction.contains(source: source)
        sheet.heading(
            "\(context.arrows[source]) \(snapshot.names[source]) to \(snapshot.names[target])"
                + (isChosen ? "" : "   (keys do not act on this direction)"))
        if let state = flow.state.lastKnown {
            let role = flow.state.current == nil ? .unknown : MirrorText.role(state)
            sheet.field("state", MirrorText.sentence(state, now: context.now), role)
        }
        if let remark = ReadingText.remark(flow.state, context) { sheet.field("read", remark.text, .unknown) }
        sheet.field("partitions", partitions(row, source, context))
        add("kind", flow.kind?.rawValue, &sheet)
        if flow.toCopy == nil, let lag = flow.lag {
            sheet.field(
                "to copy",
                "\(Figures.count(lag)) records as last read, \(ReadingText.age(of: lag.readAt, context)) ago", .unknown)
        } else {
            add("to copy", flow.toCopy.map { ($0.isExact ? "" : "~") + Figures.count($0.count) + " records" }, &sheet)
        }
        add("to scan", flow.toScan.map { Figures.count($0) + " records of either origin" }, &sheet)
        add("copied", flow.recordsPerSecond.map { Figures.rate($0) }, &sheet)
        add(
            "latency", flow.latency.map { "p50 \(Spans.duration($0.p50)), p99 \(Spans.duration($0.p99))" }, &sheet)
        if let left = flow.timeUntilLoss {
            let role: Role = left < .seconds(3_600) ? .critical : .text
            sheet.field("time left", "\(Spans.age(left)) until retention deletes what has not been copied", role)
        }
        for note in flow.notes { sheet.field("note", note, .warning) }
        addGraph(source, to: &sheet)
        let connectors = flow.connectors.map { name in (name, connector(name, in: snapshot, target)) }
        for (name, found) in connectors { add(name, found, snapshot, to: &sheet) }
        addPositions(flow, to: &sheet)
        for (name, found) in connectors {
            guard let config = found?.connector.config else { continue }
            sheet.heading("  Configuration of \(name)")
            for (key, value) in config.sorted(by: { $0.key < $1.key }) { sheet.text("\(key) = \(value)", indent: 4) }
        }
    }

    private func add(_ name: String, _ text: String?, _ sheet: inout TextSheet) {
        sheet.field(name, text ?? "not known", text == nil ? .unknown : .text)
    }

    private func partitions(_ row: MirrorRow, _ source: IDC, _ context: RowContext) -> String {
        func text(_ idc: IDC) -> String {
            row.partitionCounts[idc].map { Figures.count($0) } ?? (context.isRead[idc] ? "no such topic" : "not known")
        }
        return "\(text(source)) on \(context.names[source]), \(text(source.other)) on \(context.names[source.other])"
    }

    private func addGraph(_ source: IDC, to sheet: inout TextSheet) {
        guard let rates = model.detail?.rates[source], rates.contains(where: { $0 != nil }), rates.count > 1 else {
            return
        }
        let glyphs = model.settings.glyphs
        let width = min(rates.count, max(10, sheet.width - 40))
        let highest = rates.compactMap { $0 }.max() ?? 0
        let graph = Sparkline(rates, top: highest).text(width: width, glyphs: glyphs)
        sheet.add([
            TextRun("  " + TextWidth.padded("", to: 17), .dim), TextRun(graph, .gauge),
            TextRun(" top \(Figures.shortRate(highest)), since this was opened", .dim),
        ])
    }

    /// A mirror's connector runs on the target's Connect cluster; it is looked for on the other one too.
    private func connector(_ name: String, in snapshot: Snapshot, _ target: IDC) -> (idc: IDC, connector: Connector)? {
        for idc in [target, target.other] {
            let found = snapshot.clusters[idc].connectors.lastKnown?.first { $0.connector.name == name }
            if let found { return (idc, found.connector) }
        }
        return nil
    }

    private func add(
        _ name: String, _ found: (idc: IDC, connector: Connector)?, _ snapshot: Snapshot, to sheet: inout TextSheet
    ) {
        guard let (idc, connector) = found else {
            sheet.heading("  Connector \(name)")
            sheet.text("not found on either Connect cluster", .unknown, indent: 4)
            return
        }
        sheet.heading("  Connector \(name) on Connect \(snapshot.names[idc])")
        sheet.field(
            "state", "\(connector.state) on \(connector.workerID)", connector.state.role, indent: 4, nameWidth: 10)
        sheet.field("class", connector.connectorClass, indent: 4, nameWidth: 10)
        if let trace = connector.trace { sheet.text(trace, .critical, indent: 6) }
        if connector.tasks.isEmpty { sheet.text("no tasks", .dim, indent: 4) }
        for task in connector.tasks {
            sheet.field(
                "task \(task.id)", "\(task.state) on \(task.workerID)", task.state.role, indent: 4, nameWidth: 10)
            if let trace = task.trace { sheet.text(trace, .critical, indent: 6) }
        }
    }

    private func addPositions(_ flow: MirrorFlow, to sheet: inout TextSheet) {
        sheet.heading("  Positions in \(model.names[flow.flow.source])")
        guard !flow.positions.isEmpty else {
            sheet.text("not known", .unknown, indent: 4)
            return
        }
        let widths = [9, 16, 16, 16, 14]
        sheet.add([TextRun("    " + row(["partition", "position", "log start", "log end", "to scan"], widths), .dim)])
        for position in flow.positions {
            let scan: Int64?
            if let range = position.range, let at = position.position {
                scan = range.logEnd.distance(from: at)
            } else {
                scan = nil
            }
            let cells = [
                "\(position.partition)", Figures.count(position.position?.rawValue),
                Figures.count(position.range?.logStart.rawValue), Figures.count(position.range?.logEnd.rawValue),
                Figures.count(scan),
            ]
            let isOvertaken = position.range.flatMap { range in position.position.map { $0 < range.logStart } } ?? false
            // Past the end makes no sense; the raw figures say so, nothing is clamped.
            let isPastEnd = (scan ?? 0) < 0
            let role: Role = isOvertaken || isPastEnd ? .critical : scan == nil ? .unknown : .text
            let remark = isOvertaken ? "  ! overtaken" : isPastEnd ? "  ! past the end" : ""
            sheet.add([TextRun("    " + row(cells, widths) + remark, role)])
        }
    }

    private func row(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).map { TextWidth.padded($0, to: $1, alignment: .right) }.joined(separator: " ")
    }
}

extension ConnectorState {
    var role: Role {
        switch self {
        case .running: .ok
        case .paused, .stopped, .restarting: .warning
        case .failed, .unassigned: .critical
        case .unknown: .unknown
        }
    }
}
