import TestSupport
import Testing

@testable import KafkaAdapter

/// When librdkafka is given the records of a partition.
struct PartitionBacklogTests {
    @Test(arguments: 0..<200)
    func `in order, four at most beside unanswered ones, and never nothing while some wait`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var backlog = PartitionBacklog<Int>()
        var (made, handed, answered) = (0, [Int](), 0)
        let most = Int.random(in: 5...40, using: &random)
        for _ in 0..<400 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                if backlog.isPassable {
                    #expect(handed.count - answered < 4)
                    handed.append(made)
                    backlog.handedOver()
                } else {
                    backlog.wait(made)
                }
                made += 1
            case 2:
                guard answered < handed.count else { continue }
                backlog.answered()
                answered += 1
            default:
                let before = handed.count
                let room = Int.random(in: 0...most, using: &random)
                let wasDue = backlog.isDue
                backlog.handOver(records: most, bytes: 1_000, size: { _ in 30 }) { record in
                    guard handed.count - before < room else { return false }
                    handed.append(record)
                    return true
                }
                let burst = handed.count - before
                #expect(burst == 0 || wasDue && before == answered)
                #expect(burst <= min(most, room, 1_000 / 30))
                if wasDue { #expect(burst == min(most, room, 1_000 / 30, made - before)) }
            }
            #expect(handed == Array(0..<handed.count))
            #expect(backlog.unanswered == handed.count - answered)
            #expect(backlog.count == made - handed.count)
            #expect(backlog.isDue == (handed.count == answered && made > handed.count))
        }
    }

    @Test func `a record larger than a request goes alone`() {
        var backlog = PartitionBacklog<Int>()
        for size in [1, 1, 1, 1, 5_000, 1, 1] {
            if backlog.isPassable { backlog.handedOver() } else { backlog.wait(size) }
        }
        for _ in 0..<4 { backlog.answered() }
        #expect(burst(&backlog) == [5_000])
        #expect(burst(&backlog) == [])
        backlog.answered()
        #expect(burst(&backlog) == [1, 1])
    }

    @Test func `what was not handed over comes out in order`() {
        var backlog = PartitionBacklog<Int>()
        for _ in 0..<4 { backlog.handedOver() }
        for record in 0..<3 { backlog.wait(record) }
        #expect([backlog.next(), backlog.next(), backlog.next(), backlog.next()] == [0, 1, 2, nil])
        #expect(!backlog.isDue)
    }

    private func burst(_ backlog: inout PartitionBacklog<Int>) -> [Int] {
        var taken: [Int] = []
        backlog.handOver(records: 10, bytes: 100, size: { $0 }) { record in
            taken.append(record)
            return true
        }
        return taken
    }
}
