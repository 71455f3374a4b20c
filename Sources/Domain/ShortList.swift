extension Collection where Element == String {
    /// The first names, and how many there are beyond them: `a, b, c and 4 more`.
    package func shortList(of count: Int = 5) -> String {
        prefix(count).joined(separator: ", ") + (self.count > count ? " and \(self.count - count) more" : "")
    }
}
