/// A set of numbers that come mostly in runs, kept as runs: its size is that of the gaps, not of the numbers.
struct NumberSet: Hashable, Sendable {
    /// Disjoint, not touching, in rising order.
    private(set) var runs: [Range<Int64>] = []

    /// - Returns: whether the number is new.
    mutating func insert(_ number: Int64) -> Bool {
        // Nearly always the next after the last.
        if let last = runs.last {
            if last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<(number + 1)
                return true
            }
            if number > last.upperBound {
                runs.append(number..<(number + 1))
                return true
            }
        } else {
            runs.append(number..<(number + 1))
            return true
        }
        let index = firstRun(endingAtOrAfter: number)
        guard index < runs.count else { return false }
        if runs[index].contains(number) { return false }
        if runs[index].upperBound == number {
            let next = index + 1
            if next < runs.count, runs[next].lowerBound == number + 1 {
                runs[index] = runs[index].lowerBound..<runs[next].upperBound
                runs.remove(at: next)
            } else {
                runs[index] = runs[index].lowerBound..<(number + 1)
            }
        } else if runs[index].lowerBound == number + 1 {
            runs[index] = number..<runs[index].upperBound
        } else {
            runs.insert(number..<(number + 1), at: index)
        }
        return true
    }

    func contains(_ number: Int64) -> Bool {
        let index = firstRun(endingAtOrAfter: number + 1)
        return index < runs.count && runs[index].contains(number)
    }

    var count: Int64 { runs.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

    /// The index of the first run whose upper bound is `bound` or more.
    private func firstRun(endingAtOrAfter bound: Int64) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
