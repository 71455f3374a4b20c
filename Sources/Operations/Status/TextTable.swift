/// A table of text, aligned by cells of the terminal.
package struct TextTable: Sendable {
    package enum Alignment: Sendable {
        case left
        case right
    }

    package struct Column: Sendable {
        package let title: String
        package let alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    package let columns: [Column]
    package let rows: [[String]]

    package init(columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    /// The titles and the rows, two spaces between columns, no spaces at the ends of lines. Control characters
    /// are replaced, and a row's missing cells are empty.
    ///
    /// - Parameter width: how many cells a text takes on the terminal.
    package func written(width: (String) -> Int) -> String {
        let lines = ([columns.map(\.title)] + rows).map { row in
            columns.indices.map { $0 < row.count ? row[$0].withoutControls : "" }
        }
        let widths = columns.indices.map { column in lines.map { width($0[column]) }.max() ?? 0 }
        var text = ""
        for line in lines {
            var cells: [String] = []
            for (column, cell) in line.enumerated() {
                let padding = String(repeating: " ", count: max(0, widths[column] - width(cell)))
                switch columns[column].alignment {
                case .left: cells.append(cell + padding)
                case .right: cells.append(padding + cell)
                }
            }
            var joined = cells.joined(separator: "  ")
            while joined.hasSuffix(" ") { joined.removeLast() }
            text += joined + "\n"
        }
        return text
    }
}
