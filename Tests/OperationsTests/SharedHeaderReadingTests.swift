import Domain
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// What searches of one round read together.
struct SharedHeaderReadingTests {
    private static let orders = TopicPartition("orders", 0)

    /// A log of records of which every third is a copy, with holes where compaction took something.
    private final class Log: HeaderReading {
        struct State {
            var reads = 0
            /// Reads that are to fail from now on.
            var problem: PortError?
        }

        let state = Mutex(State())
        let records: [SeenRecord]
        let end: Offset

        init(count: Int64) {
            records = (0..<count).filter { $0 % 7 != 3 }.map {
                SeenRecord(offset: Offset($0), origin: $0 % 3 == 0 ? .copy(source: Offset($0 * 2)) : .local)
            }
            end = Offset(count)
        }

        func slice(
            of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
        ) async throws(PortError) -> HeaderSearch.Slice {
            let problem = state.withLock { state in
                state.reads += 1
                return state.problem
            }
            await Task.yield()
            if let problem { throw problem }
            let (first, end) = (place(of: from), place(of: below))
            let last = min(end, first + atLeast)
            return HeaderSearch.Slice(
                records: Array(records[first..<last]), examinedTo: last < end ? records[last].offset : below)
        }

        /// Of the first record at or after an offset: six of seven are there.
        func place(of offset: Offset) -> Int {
            var place = Int(offset.rawValue / 7 * 6)
            while place < records.count, records[place].offset < offset { place += 1 }
            return place
        }

        var reads: Int { state.withLock { $0.reads } }
    }

    @Test func `whatever is asked, by many at once, is answered from the log as it is`() async throws {
        let log = Log(count: 2_000)
        let shared = SharedHeaderReading(log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for seed in 0..<16 {
                tasks.addTask {
                    var random = SeededRandom(seed: UInt64(seed))
                    for _ in 0..<20 {
                        let from = Int64(random.next() % 1_999)
                        let below = from + 1 + Int64(random.next() % UInt64(2_000 - from))
                        let atLeast = Int(random.next() % 600) + 1
                        let slice = try await shared.slice(
                            of: Self.orders, from: Offset(from), below: Offset(below), atLeast: atLeast)
                        #expect(slice.examinedTo > Offset(from))
                        let expected = log.records[log.place(of: Offset(from))..<log.place(of: slice.examinedTo)]
                        #expect(slice.records == Array(expected))
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test func `sixty searches of groups that stand close together read as much as a few`() async throws {
        let (live, other) = (Log(count: 6_000), Log(count: 6_000))
        func question(_ committed: Int64) -> HeaderSearch.Question {
            HeaderSearch.Question(
                committed: Offset(committed), otherStart: Offset(0), otherEnd: other.end, liveStart: Offset(0),
                liveEnd: live.end, mayDeadLetter: false, sourceOffsetsIncrease: true,
                readAt: WallTime(milliseconds: 0))
        }
        let commits = (0..<60).map { Int64(5_000 + $0 * 3) }
        var alone: [MethodAnswer] = []
        for committed in commits {
            let searching = HeaderSearching(live: live, other: other)
            alone.append(await searching.answer(question(committed), on: Self.orders))
        }
        #expect(alone.allSatisfy { $0.bound != nil }, "\(alone[0])")
        let readsAlone = live.reads + other.reads
        let searching = HeaderSearching(live: SharedHeaderReading(live), other: SharedHeaderReading(other))
        let together = await withTaskGroup(of: (Int, MethodAnswer).self) { tasks in
            for (index, committed) in commits.enumerated() {
                tasks.addTask { (index, await searching.answer(question(committed), on: Self.orders)) }
            }
            var answers: [Int: MethodAnswer] = [:]
            for await (index, answer) in tasks { answers[index] = answer }
            return commits.indices.compactMap { answers[$0] }
        }
        #expect(together == alone)
        let readsTogether = live.reads + other.reads - readsAlone
        #expect(readsTogether * 10 < readsAlone, "\(readsTogether) of \(readsAlone)")
    }

    @Test func `what cannot be read is told to all who ask, and asked for once`() async {
        let log = Log(count: 100)
        let problem = PortError(.timedOut, operation: "Fetch", detail: "nothing arrived")
        log.state.withLock { $0.problem = problem }
        let shared = SharedHeaderReading(log)
        await withTaskGroup(of: Void.self) { tasks in
            for from in 0..<50 {
                tasks.addTask {
                    await #expect(throws: problem) {
                        try await shared.slice(of: Self.orders, from: Offset(Int64(from)), below: log.end, atLeast: 1)
                    }
                }
            }
        }
        #expect(log.reads == 1)
    }
}
