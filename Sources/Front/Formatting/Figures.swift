package import Domain

/// Numbers as the console writes them. No locale: thousands are separated by commas everywhere, so that a
/// figure read out over the telephone is the figure on every screen.
package enum Figures {
    /// What stands for a figure that is not known. Never 0.
    package static let unknown = "?"

    /// `12431` as `12,431`.
    package static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        grouped.reserveCapacity(digits.utf8.count + digits.utf8.count / 3 + 1)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// A count, `?` when it is not known.
    package static func count(_ value: (some BinaryInteger)?) -> String {
        guard let value else { return unknown }
        return count(value)
    }

    /// `41`, estimated `~41`, no more than that `<=41`; `?` when it is not known.
    package static func count(_ lag: ReplicationLag?) -> String {
        guard let lag else { return unknown }
        switch lag.precision {
        case .exact: return count(lag.records)
        case .estimated: return "~" + count(lag.records)
        case .atMost: return "<=" + count(lag.records)
        }
    }

    /// At most six cells: `9,112`, `91.1 k`, `9.1 M`.
    package static func shortCount(_ value: Int64) -> String {
        let magnitude = Double(value.magnitude)
        if magnitude < 100_000 { return count(value) }
        let sign = value < 0 ? "-" : ""
        return sign + scaled(magnitude)
    }

    /// A rate in full: `12,431/s`; below ten with one decimal, so that a trickle is not shown as nothing.
    package static func rate(_ perSecond: Double) -> String {
        guard let number = plain(perSecond) else { return unknown }
        return number + "/s"
    }

    /// A rate in at most eight cells: `61.2/s`, `12.4 k/s`.
    package static func shortRate(_ perSecond: Double) -> String {
        guard perSecond.isFinite else { return unknown }
        let magnitude = abs(perSecond)
        if magnitude < 999.95 {
            let text = isWhole(magnitude) ? decimal(perSecond, places: 0) : decimal(perSecond, places: 1)
            return text + "/s"
        }
        return (perSecond < 0 ? "-" : "") + scaled(magnitude) + "/s"
    }

    /// A share in 0...1 as `50.3 %`.
    package static func share(_ share: Double) -> String {
        guard share.isFinite else { return unknown }
        return decimal(share * 100, places: 1) + " %"
    }

    /// A number with a fixed count of decimals, rounded half away from zero.
    package static func decimal(_ value: Double, places: Int) -> String {
        var scale: Double = 1
        for _ in 0..<max(0, places) { scale *= 10 }
        let scaled = value.magnitude * scale
        guard scaled.isFinite, scaled < 9e15 else { return unknown }
        // Not `rounded()`: it wants the C library's mathematics, which nothing else here links.
        let units = Int64(scaled + 0.5)
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return sign + count(units) }
        let fraction = String(units % Int64(scale))
        let zeros = String(repeating: "0", count: max(0, places - fraction.utf8.count))
        return sign + count(units / Int64(scale)) + "." + zeros + fraction
    }

    private static func isWhole(_ magnitude: Double) -> Bool {
        magnitude < 9e15 && Double(Int64(magnitude)) == magnitude
    }

    private static func plain(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        let isTrickle = value.magnitude < 10 && !isWhole(value.magnitude)
        return decimal(value, places: isTrickle ? 1 : 0)
    }

    /// Three digits and a unit: `12.4 k`, `124 k`, `9.1 M`.
    private static func scaled(_ magnitude: Double) -> String {
        var value = magnitude / 1_000
        var unit = "k"
        for next in ["M", "G", "T", "P", "E"] where value >= 999.5 {
            value /= 1_000
            unit = next
        }
        let text = value < 99.95 ? decimal(value, places: 1) : decimal(value, places: 0)
        return text + " " + unit
    }
}
