import Cells
import Domain

/// The Overview: traffic, both clusters with the flow between them, alerts, events.
///
/// It is made of lines, so that it scrolls where it does not fit. From 100 columns on the clusters stand side
/// by side; below that everything is stacked, and shorter still where there are few rows.
enum OverviewPane {
    static func height(of model: Model) -> Int { lines(of: model, width: model.columns).count }

    static func lines(of model: Model, width: Int) -> [[TextRun]] {
        guard let snapshot = model.snapshot, let summary = model.summary else {
            return waiting(model, width: width)
        }
        let view = OverviewView(model: model, snapshot: snapshot, summary: summary)
        return width >= 100 ? wide(view, width: width) : stacked(view, width: width)
    }

    private static func waiting(_ model: Model, width: Int) -> [[TextRun]] {
        let names = model.names
        let text = "connecting to \(names.idc1) and \(names.idc2): nothing has been read yet"
        return [[], [TextRun("  "), TextRun(text, .unknown)]]
    }

    private static func wide(_ view: OverviewView, width: Int) -> [[TextRun]] {
        let glyphs = view.model.settings.glyphs
        var lines = TextBox.boxed(view.trafficTitle, view.traffic(width: width - 4, isWide: true), width: width, glyphs)
        let middle = 26
        let left = (width - middle) / 2
        let right = width - middle - left
        let sides = PerIDC { idc in view.cluster(idc, width: (idc == .idc1 ? left : right) - 4) }
        let height = max(sides.idc1.count, sides.idc2.count)
        lines += TextBox.beside([
            (TextBox.boxed(view.clusterTitle(.idc1), sides.idc1, width: left, height: height, glyphs), left),
            ([[]] + view.flows(isNarrow: true).map { [TextRun(" ")] + $0 }, middle),
            (TextBox.boxed(view.clusterTitle(.idc2), sides.idc2, width: right, height: height, glyphs), right),
        ])
        let half = width / 2
        let alerts = view.alerts(width: half - 4)
        let rest = max(3, alerts.count, view.model.visibleBodyRows - lines.count - 2)
        lines += TextBox.beside([
            (TextBox.boxed(view.alertsTitle, alerts, width: half, height: rest, glyphs), half),
            (
                TextBox.boxed(
                    [TextRun("Last events", .heading)], view.events(count: rest), width: width - half, height: rest,
                    glyphs), width - half
            ),
        ])
        return lines
    }

    private static func stacked(_ view: OverviewView, width: Int) -> [[TextRun]] {
        let glyphs = view.model.settings.glyphs
        let body = view.model.visibleBodyRows
        let isShort = body < 18
        var lines: [[TextRun]] = []
        func add(_ title: [TextRun], _ content: [[TextRun]]) {
            lines.append(TextBox.rule(title, width: width, glyphs))
            lines += content.map { [TextRun(" ")] + $0 }
        }
        add(view.trafficTitle, view.traffic(width: width - 2, isWide: isShort))
        add(view.clusterTitle(.idc1), view.cluster(.idc1, width: width - 2, isShort: isShort))
        add([TextRun("Mirrors", .heading)], view.flows(isNarrow: false))
        add(view.clusterTitle(.idc2), view.cluster(.idc2, width: width - 2, isShort: isShort))
        add(view.alertsTitle, view.alerts(width: width - 2))
        add([TextRun("Last events", .heading)], view.events(count: max(5, body - lines.count - 1)))
        return lines
    }
}

/// Lines put into frames and beside each other.
enum TextBox {
    /// A rule with a title in it.
    static func rule(_ title: [TextRun], width: Int, _ glyphs: Glyphs) -> [TextRun] {
        let head = [TextRun(glyphs.horizontal + " ", .border)] + title + [TextRun(" ")]
        let cut = head.truncated(to: width, glyphs: glyphs)
        return cut + [TextRun(String(repeating: glyphs.horizontal, count: max(0, width - cut.width)), .border)]
    }

    /// Lines in a frame of `width` cells; `height` is that of the inside.
    static func boxed(
        _ title: [TextRun], _ lines: [[TextRun]], width: Int, height: Int? = nil, _ glyphs: Glyphs
    ) -> [[TextRun]] {
        let inside = max(0, width - 4)
        let head = title.truncated(to: max(0, width - 6), glyphs: glyphs)
        let rest = max(0, width - 5 - head.width)
        let top =
            [TextRun(glyphs.topLeft + glyphs.horizontal + " ", .border)] + head
            + [TextRun(" " + String(repeating: glyphs.horizontal, count: rest) + glyphs.topRight, .border)]
        let bottom =
            glyphs.bottomLeft + String(repeating: glyphs.horizontal, count: max(0, width - 2)) + glyphs.bottomRight
        var shown = lines
        if let height {
            shown = Array(lines.prefix(height))
            while shown.count < height { shown.append([]) }
        }
        let sides = shown.map { line in
            [TextRun(glyphs.vertical + " ", .border)] + padded(line, to: inside, glyphs)
                + [TextRun(" " + glyphs.vertical, .border)]
        }
        return [top] + sides + [[TextRun(bottom, .border)]]
    }

    /// Blocks of lines side by side, each with its width.
    static func beside(_ blocks: [(lines: [[TextRun]], width: Int)]) -> [[TextRun]] {
        let height = blocks.map(\.lines.count).max() ?? 0
        return (0..<height).map { index in
            blocks.flatMap { block in
                padded(index < block.lines.count ? block.lines[index] : [], to: block.width, .unicode)
            }
        }
    }

    static func padded(_ line: [TextRun], to width: Int, _ glyphs: Glyphs) -> [TextRun] {
        let cut = line.truncated(to: width, glyphs: glyphs)
        let missing = width - cut.width
        return missing > 0 ? cut + [TextRun(String(repeating: " ", count: missing))] : cut
    }
}
