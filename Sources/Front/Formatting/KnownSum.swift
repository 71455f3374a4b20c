package import Domain

/// A sum over values of which some may be estimates and some may not be known.
///
/// Written `41`, `~41` (estimated), `41 + 3 ?` (three more that are not known), `?` (none is known).
package struct KnownSum: Hashable, Sendable {
    package private(set) var total: Int64 = 0
    package private(set) var knownCount = 0
    package private(set) var unknownCount = 0
    package private(set) var isExact = true
    /// The total does not fit 64 bits: the answers that it was made of make no sense.
    package private(set) var hasOverflown = false

    package init() {}

    package mutating func add(_ value: Int64?) {
        add(value.map { Estimate($0, isExact: true) })
    }

    package mutating func add(_ value: Estimate?) {
        guard let value else {
            unknownCount += 1
            return
        }
        let (sum, overflow) = total.addingReportingOverflow(value.count)
        total = sum
        hasOverflown = hasOverflown || overflow
        knownCount += 1
        isExact = isExact && value.isExact
    }

    /// Whether nothing is missing. The sum of nothing at all is 0, and known.
    package var isComplete: Bool { unknownCount == 0 && !hasOverflown }

    package var text: String { text(Figures.count) }

    /// The sum in a narrow column.
    package var shortText: String { text(Figures.shortCount) }

    private func text(_ number: (Int64) -> String) -> String {
        if hasOverflown || (knownCount == 0 && unknownCount > 0) { return Figures.unknown }
        let figure = (isExact ? "" : "~") + number(total)
        return unknownCount == 0 ? figure : "\(figure) + \(unknownCount) ?"
    }
}
