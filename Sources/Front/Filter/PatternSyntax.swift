/// What a filter pattern says, before it is compiled.
indirect enum PatternSyntax: Hashable, Sendable {
    case empty
    case scalars(ScalarSet)
    case start
    case end
    case sequence([PatternSyntax])
    case alternatives([PatternSyntax])
    /// `upper` is `nil` for no limit.
    case repeated(PatternSyntax, atLeast: Int, atMost: Int?)
}

/// A set of Unicode scalars: sorted ranges that neither overlap nor touch.
struct ScalarSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    static let any = ScalarSet([0...0x10FFFF])
    static let digit = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet([0x09...0x0D, 0x20...0x20])

    var inverted: ScalarSet {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return ScalarSet(result)
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    func contains(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    /// The set with the other case of each letter added: ASCII in ranges, any letter standing alone.
    var ignoringCase: ScalarSet {
        var added = ranges
        for range in ranges {
            let upper = range.clamped(to: 0x41...0x5A)
            if range.overlaps(0x41...0x5A) { added.append(upper.lowerBound + 32...upper.upperBound + 32) }
            let lower = range.clamped(to: 0x61...0x7A)
            if range.overlaps(0x61...0x7A) { added.append(lower.lowerBound - 32...lower.upperBound - 32) }
            guard range.count == 1, let scalar = Unicode.Scalar(range.lowerBound) else { continue }
            for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                let mapped = mapping.unicodeScalars
                if mapped.count == 1, let other = mapped.first { added.append(other.value...other.value) }
            }
        }
        return ScalarSet(added)
    }
}

/// Why a pattern cannot be used.
package struct PatternError: Error, Hashable, Sendable {
    /// Counted in scalars from 1.
    package let column: Int
    /// For people, without a full stop.
    package let text: String

    package init(column: Int, text: String) {
        self.column = column
        self.text = text
    }

    package var description: String { "column \(column): \(text)" }
}
