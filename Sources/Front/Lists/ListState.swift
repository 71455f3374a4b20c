import Domain

/// Cursor, marks, filter and order of one list. Rows are known by their identity, never by their place, so
/// that a refresh moves nothing under the operator's fingers.
package struct ListState: Hashable, Sendable {
    /// The identity of the row under the cursor; `nil` while there is none.
    package var cursor: String?
    /// Its place in ``order``.
    package var position = 0
    /// The place in ``order`` of the first row on the screen.
    package var top = 0
    package var marks: Set<String> = []
    package var filter: RowFilter?
    /// The last pattern that was used; it stays for next and previous match when the filter goes.
    package var search: RowFilter?
    package var sort: SortOrder
    /// Indices into the rows of the snapshot: those that the filter lets through, sorted.
    package var order: [Int] = []
    /// Whether ``order`` is of the rows, the filter and the sorting that there are now.
    package var isOrderCurrent = false

    package init(sort: SortOrder) {
        self.sort = sort
    }

    /// Moves the window so that the cursor is in it.
    mutating func reveal(visibleRows: Int) {
        let height = max(1, visibleRows)
        position = max(0, min(position, order.count - 1))
        top = min(top, position)
        if position >= top + height { top = position - height + 1 }
        top = max(0, min(top, order.count - height))
    }
}

/// Which column a list is sorted by.
package struct SortOrder: Hashable, Sendable {
    package var column: String
    package var isDescending: Bool

    package init(_ column: String, descending: Bool = false) {
        self.column = column
        isDescending = descending
    }
}

/// What a row is sorted by. What is not known comes last in either direction.
package enum SortKey: Hashable, Sendable {
    case number(Double)
    case text(String)
    case unknown

    package init(_ value: Int64?) {
        self = value.map { .number(Double($0)) } ?? .unknown
    }

    package init(_ value: Int?) {
        self = value.map { .number(Double($0)) } ?? .unknown
    }

    package init(_ value: Double?) {
        self = value.flatMap { $0.isNaN ? nil : .number($0) } ?? .unknown
    }

    package init(_ value: Duration?) {
        self = value.map { .number($0.inSeconds) } ?? .unknown
    }
}

/// Filters and sorts the rows of a list: once per snapshot, filter and order, never per key press.
enum RowOrder {
    /// - Parameters:
    ///   - key: `nil` leaves the rows as they are, for the column that they come sorted by.
    ///   - fields: calls back with each text that the filter looks at, until one of them matches.
    static func order<Row>(
        _ rows: [Row], filter: RowFilter?, key: ((Row) -> SortKey)?, isDescending: Bool,
        fields: (Row, (String) -> Bool) -> Bool
    ) -> [Int] {
        let shown: [Int]
        if let filter {
            var matcher = PatternMatcher(filter.pattern)
            shown = rows.indices.filter { index in
                fields(rows[index]) { matcher.matches($0) } != filter.isInverted
            }
        } else {
            shown = Array(rows.indices)
        }
        guard let key else { return isDescending ? shown.reversed() : shown }

        var numbers: [(Double, Int)] = []
        var texts: [(String, Int)] = []
        var unknown: [Int] = []
        for index in shown {
            switch key(rows[index]) {
            case .number(let number): numbers.append((number, index))
            case .text(let text): texts.append((text, index))
            case .unknown: unknown.append(index)
            }
        }
        if isDescending {
            numbers.sort { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
            texts.sort { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
        } else {
            numbers.sort { $0 < $1 }
            texts.sort { $0 < $1 }
        }
        return numbers.map(\.1) + texts.map(\.1) + unknown
    }
}
