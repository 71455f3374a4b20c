/// Durations as people write them: a number and a unit, `250ms`, `1s`, `1.5s`, `10m`, `1h`, `7d`.
extension Duration {
    /// `nil` where the text is not a non-negative number followed by `ms`, `s`, `m`, `h` or `d`, or where it
    /// exceeds ten years.
    package init?(spelled text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let factor: Double
        switch text.dropFirst(digits.count) {
        case "ms": factor = 1
        case "s": factor = 1_000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        guard !digits.isEmpty, digits.first != ".", digits.last != ".", let number = Double(digits) else { return nil }
        guard number * factor <= 3_660 * 86_400_000 else { return nil }
        // Adding a half and cutting off rounds, without the mathematics library that `rounded()` would need.
        let milliseconds = Int64(number * factor + 0.5)
        // "0.0001s" asks for something and would silently become nothing.
        guard number == 0 || milliseconds >= 1 else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// The shortest text that ``init(spelled:)`` reads back to the same whole milliseconds.
    package var spelled: String {
        let milliseconds = wholeMilliseconds
        let units: [(factor: Int64, name: String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")]
        for unit in units where milliseconds != 0 && milliseconds % unit.factor == 0 {
            return "\(milliseconds / unit.factor)\(unit.name)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }
}
