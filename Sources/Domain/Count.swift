/// A number with its noun: `1 mirror`, `3 mirrors`.
package struct Count: CustomStringConvertible {
    private let count: Int
    private let noun: String

    package init(_ count: Int, _ noun: String) {
        self.count = count
        self.noun = noun
    }

    package var description: String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
