extension Array {
    /// The elements in order, in arrays of at most `size`.
    func batches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

extension Array where Element: CustomStringConvertible {
    /// For failures that concern many: `3 topics (a, b, c)`, with at most three of them named.
    func summed(_ noun: String) -> String {
        let named = prefix(3).map(\.description).joined(separator: ", ")
        let rest = count > 3 ? ", ..." : ""
        return "\(count) \(noun)\(count == 1 ? "" : "s") (\(named)\(rest))"
    }
}
