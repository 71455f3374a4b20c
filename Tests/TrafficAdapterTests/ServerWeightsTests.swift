import Domain
import Testing
import TrafficAdapter

struct ServerWeightsTests {
    @Test func `every split over any numbers of servers is met exactly, by weights that differ by one at most`() throws
    {
        let counts = [1, 2, 3, 4, 5, 7, 8, 11, 25, 64, 101, 200]
        for one in counts {
            for two in counts {
                for share in 0...100 {
                    let split = try #require(TrafficSplit(idc1: share, idc2: 100 - share))
                    let weights = ServerWeights.weights(for: split, serverCounts: PerIDC(idc1: one, idc2: two))
                    let sums = weights.map { $0.reduce(0, +) }
                    guard weights.idc1.count == one, weights.idc2.count == two,
                        sums.idc1 * (100 - share) == sums.idc2 * share, sums.idc1 + sums.idc2 > 0,
                        IDC.allCases.allSatisfy({ isLevel(weights[$0]) })
                    else {
                        Issue.record("\(share) % over \(one) and \(two) servers: \(weights)")
                        return
                    }
                }
            }
        }
    }

    private func isLevel(_ weights: [Int]) -> Bool {
        guard let least = weights.min(), let most = weights.max() else { return false }
        return least >= 0 && most <= ServerWeights.largest && most - least <= 1
    }

    @Test(arguments: [
        (50, 2, 2, [50, 50], [50, 50]), (0, 2, 2, [0, 0], [100, 100]), (100, 1, 3, [100], [0, 0, 0]),
        (90, 3, 3, [90, 90, 90], [10, 10, 10]), (50, 2, 1, [50, 50], [100]), (50, 2, 3, [150, 150], [100, 100, 100]),
        (37, 7, 5, [106, 106, 106, 106, 106, 105, 105], [252, 252, 252, 252, 252]),
    ])
    func `known splits have readable weights`(
        _ share: Int, _ one: Int, _ two: Int, _ expected1: [Int], _ expected2: [Int]
    ) throws {
        let split = try #require(TrafficSplit(idc1: share, idc2: 100 - share))
        let weights = ServerWeights.weights(for: split, serverCounts: PerIDC(idc1: one, idc2: two))
        #expect(weights == PerIDC(idc1: expected1, idc2: expected2))
    }
}
