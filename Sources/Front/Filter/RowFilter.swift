/// The filter of a list: what was typed after `/`.
package struct RowFilter: Hashable, Sendable {
    /// As typed, with the leading `!`.
    package let text: String
    /// `!` first: rows that match are hidden.
    package let isInverted: Bool
    package let pattern: Pattern

    package init(_ text: String) throws(PatternError) {
        self.text = text
        isInverted = text.hasPrefix("!")
        do {
            pattern = try Pattern(isInverted ? String(text.dropFirst()) : text)
        } catch {
            throw PatternError(column: error.column + (isInverted ? 1 : 0), text: error.text)
        }
    }
}
