/// What a cell means. Themes turn roles into colours when painting; nothing else knows a colour.
package enum Role: String, CaseIterable, Hashable, Sendable {
    /// Ordinary text.
    case text
    /// Secondary text: units, ages, hints.
    case dim
    /// Borders and rules.
    case border
    /// Titles of panes and column headings.
    case heading
    /// The top row.
    case frame
    /// The context's own colour in the top row.
    case context
    /// The mode badge.
    case badge
    /// A badge that must be seen: STALE, DRIVER.
    case badgeAlert
    /// The row under the cursor.
    case selection
    /// A marked row.
    case marked
    /// What the filter matched.
    case match
    case ok
    case warning
    case critical
    /// Not known, stale or unavailable.
    case unknown
    /// IDC1's own colour, and IDC2's.
    case idc1
    case idc2
    /// Filled and empty cells of a gauge or graph.
    case gauge
    case gaugeEmpty
    /// Keys in the hint line.
    case key
    /// A line being typed.
    case input
}
