/// One contiguous stretch of a partition's log whose every record has been looked at.
///
/// Keeps the records produced here as marks. When marks must be thinned, every second one goes: counts stay
/// exact at the marks that are left and at both ends, and are bounded by their neighbours in between.
struct ExaminedStretch: Hashable, Sendable {
    struct Mark: Hashable, Sendable {
        let offset: Int64
        /// Milliseconds; `nil` where the record has no timestamp.
        let timestamp: Int64?
        /// How many locals of the stretch lie below this one, counted from where the stretch once began.
        let ordinal: Int64
    }

    private(set) var from: Int64
    private(set) var to: Int64
    /// Locals counted below ``from`` when the stretch was cut short there.
    private var base: Int64 = 0
    /// Locals below ``to``, counted like ``base``.
    private var total: Int64 = 0
    private(set) var marks: [Mark] = []

    init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }

    /// Appends what was seen up to `newEnd`; `locals` are at or above ``to`` and in order.
    mutating func extend(to newEnd: Int64, locals: some Sequence<OriginSample.LocalRecord>) {
        for local in locals {
            marks.append(
                Mark(offset: local.offset.rawValue, timestamp: local.timestamp?.milliseconds, ordinal: total))
            total += 1
        }
        to = max(to, newEnd)
    }

    /// Appends another stretch that begins where this one ends.
    mutating func append(_ next: ExaminedStretch) {
        let shift = total - next.base
        marks.append(
            contentsOf: next.marks.map { Mark(offset: $0.offset, timestamp: $0.timestamp, ordinal: $0.ordinal + shift) }
        )
        total = next.total + shift
        to = max(to, next.to)
    }

    /// Forgets what lies below `offset`.
    mutating func forget(below offset: Int64) {
        guard offset > from else { return }
        let cut = min(offset, to)
        base = count(below: cut).count
        marks.removeFirst(index(atOrAbove: cut))
        from = cut
    }

    /// Drops every second mark but the first and the last.
    mutating func thin() {
        guard marks.count > 2 else { return }
        let last = marks.count - 1
        marks = marks.indices.filter { $0 % 2 == 0 || $0 == last }.map { marks[$0] }
    }

    /// Locals at offsets in `lower ..< upper`, both within the stretch.
    func locals(in range: Range<Int64>) -> Estimate {
        let lower = count(below: range.lowerBound)
        let upper = count(below: range.upperBound)
        return Estimate(upper.count - lower.count, isExact: upper.isExact && lower.isExact)
    }

    /// The first local at or above `offset`, within the stretch.
    func firstMark(atOrAbove offset: Int64) -> Mark? {
        let index = index(atOrAbove: offset)
        return index < marks.count ? marks[index] : nil
    }

    /// Locals below `offset`, counted like ``base``.
    private func count(below offset: Int64) -> Estimate {
        if offset <= from { return Estimate(base, isExact: true) }
        if offset >= to { return Estimate(total, isExact: true) }
        let index = index(atOrAbove: offset)
        // Between two marks lie the locals whose marks were thinned out.
        let least = index > 0 ? marks[index - 1].ordinal + 1 : base
        let most = index < marks.count ? marks[index].ordinal : total
        return Estimate((least + most) / 2, isExact: least == most)
    }

    private func index(atOrAbove offset: Int64) -> Int {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
