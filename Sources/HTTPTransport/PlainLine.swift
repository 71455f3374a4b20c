extension String {
    /// Text from outside as one line for people: control and format characters and line ends become spaces,
    /// runs of spaces one, and what is over `limit` characters is cut with an ellipsis.
    package func plainLine(limit: Int = 300) -> String {
        var line = ""
        var count = 0
        var spaceIsDue = false
        for scalar in unicodeScalars {
            let isPlain =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
                    .unassigned:
                    false
                default: true
                }
            guard isPlain else {
                spaceIsDue = !line.isEmpty
                continue
            }
            guard count < limit else { return line + "…" }
            if spaceIsDue {
                line.unicodeScalars.append(" ")
                count += 1
                spaceIsDue = false
            }
            line.unicodeScalars.append(scalar)
            count += 1
        }
        return line
    }
}
