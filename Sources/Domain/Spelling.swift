/// Words that people type, and text that comes from outside and goes into a message.
package enum Spelling {
    /// The candidate nearest to `word`, where one is near enough to be worth suggesting: at most a third of
    /// the word wrong (or `most` letters, where given), and at least one letter right. Of two equally near the
    /// first one wins.
    package static func nearest(
        to word: String, among candidates: some Sequence<String>, atMost most: Int? = nil
    ) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        let limit = min(max(1, wanted.count / 3), most ?? .max)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            guard abs(scalars.count - wanted.count) <= limit else { continue }
            let distance = editDistance(wanted, scalars)
            guard distance <= limit, distance < max(wanted.count, scalars.count) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// The text in double quotes, fit for a message: control, format and other unprintable characters are
    /// written as `\u{...}`, and what is longer than `limit` characters is cut.
    package static func quoted(_ text: String, limit: Int = 80) -> String {
        var result = "\""
        for (index, character) in text.enumerated() {
            if index == limit { return result + "...\"" }
            for scalar in character.unicodeScalars {
                if isPrintable(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return result + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
    private static func editDistance(_ one: [Unicode.Scalar], _ two: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...two.count)
        for row in 0..<one.count {
            var current = [row + 1]
            for column in 0..<two.count {
                var cost = min(last[column + 1] + 1, current[column] + 1)
                cost = min(cost, last[column] + (one[row] == two[column] ? 0 : 1))
                if row > 0, column > 0, one[row] == two[column - 1], one[row - 1] == two[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[two.count]
    }
}
