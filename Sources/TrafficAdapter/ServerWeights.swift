package import Domain

/// The weights that make a split.
///
/// HAProxy's weights are integers in 0...256, and an IDC gets traffic in proportion to the sum of its servers'
/// weights. The sums are always exactly in the proportion of the split, also where the IDCs have different
/// numbers of servers:
///
/// 1. All servers of an IDC get the same weight where integers allow it. With as many servers on both sides the
///    weights are the percentages themselves.
/// 2. Otherwise the sums are the largest multiples of the split that fit, spread over the servers so that the
///    weights of an IDC differ by at most one. Where an IDC gets less than one per server, some get 0.
package enum ServerWeights {
    /// HAProxy's largest.
    package static let largest = 256

    /// - Parameter counts: servers per IDC, at least one each.
    package static func weights(for split: TrafficSplit, serverCounts counts: PerIDC<Int>) -> PerIDC<[Int]> {
        let shares = split.shares
        let common = greatestCommonDivisor(counts.idc1, counts.idc2)
        var each = PerIDC(idc1: shares.idc1 * (counts.idc2 / common), idc2: shares.idc2 * (counts.idc1 / common))
        if max(each.idc1, each.idc2) > largest {
            let divisor = greatestCommonDivisor(each.idc1, each.idc2)
            each = each.map { $0 / divisor }
            // One side takes all: any weight does, and 100 reads well.
            if each.idc1 == 0 || each.idc2 == 0 { each = each.map { $0 * 100 } }
        }
        if max(each.idc1, each.idc2) <= largest {
            return PerIDC { Array(repeating: each[$0], count: counts[$0]) }
        }
        let divisor = greatestCommonDivisor(shares.idc1, shares.idc2)
        let parts = shares.map { $0 / divisor }
        let factor = min(largest * counts.idc1 / parts.idc1, largest * counts.idc2 / parts.idc2)
        return PerIDC { spread(parts[$0] * factor, over: counts[$0]) }
    }

    private static func spread(_ sum: Int, over count: Int) -> [Int] {
        (0..<count).map { sum / count + ($0 < sum % count ? 1 : 0) }
    }

    private static func greatestCommonDivisor(_ one: Int, _ two: Int) -> Int {
        two == 0 ? max(one, 1) : greatestCommonDivisor(two, one % two)
    }
}
