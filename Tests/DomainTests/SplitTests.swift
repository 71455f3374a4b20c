import Domain
import TestSupport
import Testing

@Suite struct `The measured split` {
    /// One side's world: partitions with a pace and a share of locals each.
    private struct Side {
        var paces: [Int64]
        var shares: [Double]
        var ends: [Int64]
        var produced = 0.0
        var mirrored = 0.0

        init(partitions: Int, share: Double, spread: Double, busiest: Int64, _ generator: inout SeededRandom) {
            paces = (0..<partitions).map { _ in
                // A few busy partitions and many quiet ones.
                let skew = Double.random(in: 0..<1, using: &generator)
                return Int64(Double(busiest) * skew * skew * skew * skew)
            }
            shares = (0..<partitions).map { _ in
                min(1, max(0, share + Double.random(in: -spread...spread, using: &generator)))
            }
            ends = (0..<partitions).map { _ in Int64.random(in: 0..<1_000_000, using: &generator) }
        }

        var ranges: [TopicPartition: OffsetRange] {
            Dictionary(
                uniqueKeysWithValues: ends.enumerated().map {
                    (Self.place($0.offset), OffsetRange(logStart: Offset(0), logEnd: Offset($0.element)))
                })
        }

        static func place(_ index: Int) -> TopicPartition {
            TopicPartition("topic-\(index / 12)", Int32(index % 12))
        }

        /// One second goes by; the records' origins by their offsets.
        mutating func grow(_ generator: inout SeededRandom) -> [TopicPartition: [Bool]] {
            var written: [TopicPartition: [Bool]] = [:]
            for index in paces.indices {
                let origins = (0..<paces[index]).map { _ in Double.random(in: 0..<1, using: &generator) < shares[index]
                }
                written[Self.place(index)] = origins
                ends[index] += paces[index]
                let locals = Double(origins.count(where: \.self))
                produced += locals
                mirrored += Double(origins.count) - locals
            }
            return written
        }
    }

    /// Reads the planned stretches of what was written in the last second.
    private func look(
        _ plan: SamplingPlan, _ written: [TopicPartition: [Bool]], _ ranges: [TopicPartition: OffsetRange]
    ) -> [TopicPartition: OriginSample] {
        var samples: [TopicPartition: OriginSample] = [:]
        for (place, stretch) in plan.stretches {
            guard let origins = written[place], let end = ranges[place]?.logEnd.rawValue else { continue }
            let begin = end - Int64(origins.count)
            samples[place] = OriginSample(
                from: Offset(stretch.lowerBound), to: Offset(stretch.upperBound),
                records: stretch.upperBound - stretch.lowerBound,
                locals: stretch.filter { origins[Int($0 - begin)] }.map { .init(offset: Offset($0), timestamp: nil) })
        }
        return samples
    }

    private func measure(
        _ side: inout Side, budget: SamplingPlan.Budget, _ generator: inout SeededRandom
    ) throws -> SplitWindow.Side {
        var window = SplitWindow()
        for second in 0...5 {
            let written = second == 0 ? [:] : side.grow(&generator)
            let ranges = side.ranges
            let plan = SamplingPlan(window.growths(upTo: ranges), budget: budget, using: &generator)
            #expect(plan.stretches.count <= budget.partitions)
            #expect(plan.stretches.values.reduce(0) { $0 + $1.count } <= budget.records)
            window.add(
                plan, samples: look(plan, written, ranges), ranges: ranges, unreadPartitions: 0, at: .seconds(second))
        }
        return try #require(window.side(at: .seconds(5)))
    }

    @Test(arguments: 0..<24)
    func `it is within two points of the truth, whatever the world`(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed &+ 1_000)
        let partitions: Int = [5, 60, 400, 1_000].randomElement(using: &generator) ?? 60
        let share: Double = [0.5, 0.1, 0.9, 0.97].randomElement(using: &generator) ?? 0.5
        let spread: Double = [0.0, 0.1, 0.4].randomElement(using: &generator) ?? 0
        var one = Side(partitions: partitions, share: share, spread: spread, busiest: 90, &generator)
        var two = Side(partitions: partitions, share: 1 - share, spread: spread, busiest: 90, &generator)
        let budget = SamplingPlan.Budget(partitions: 150, records: 20_000)
        let first = try measure(&one, budget: budget, &generator)
        let second = try measure(&two, budget: budget, &generator)
        let split = try #require(MeasuredSplit(PerIDC<SplitWindow.Side?>(idc1: first, idc2: second)))
        let truth = one.produced / (one.produced + two.produced)
        let shares = try #require(split.shares)
        let error = abs(shares.idc1 - truth)
        #expect(error < 0.02, "seed \(seed): \(shares.idc1) for \(truth), \(partitions) partitions")
        if partitions <= 60 {
            #expect(split.isExact)
            #expect(abs(shares.idc1 - truth) < 1e-9)
        } else {
            #expect(split.sampledRecords >= 5_000 || split.isExact)
        }
        let mirrored = try #require(split.mirroredIn.idc1)
        let tolerance = 0.05 * (one.mirrored + one.produced) + 1
        #expect(abs(mirrored * 5 - one.mirrored) <= tolerance)
    }

    @Test func `a side that could not be measured has no figure, and shares are not made up`() throws {
        var generator = SeededRandom(seed: 1)
        var one = Side(partitions: 5, share: 0.5, spread: 0, busiest: 50, &generator)
        let side = try measure(&one, budget: .init(partitions: 150, records: 20_000), &generator)
        let split = try #require(MeasuredSplit(PerIDC<SplitWindow.Side?>(idc1: side, idc2: nil)))
        #expect(split.produced.idc1 != nil && split.produced.idc2 == nil)
        #expect(split.shares == nil)
        #expect(MeasuredSplit(PerIDC<SplitWindow.Side?>(idc1: nil, idc2: nil)) == nil)
    }

    @Test func `where records are few the measurement spans more time, and where they are many it is quick`() throws {
        func span(recordsPerSecond: Int64) throws -> Duration {
            let place = TopicPartition("orders", 0)
            var generator = SeededRandom(seed: 4)
            var window = SplitWindow(length: .seconds(5), longest: .seconds(30), wantedRecords: 10_000)
            for second in 0...60 {
                let end = Int64(second) * recordsPerSecond
                let ranges = [place: OffsetRange(logStart: Offset(0), logEnd: Offset(end))]
                let plan = SamplingPlan(
                    window.growths(upTo: ranges), budget: .init(partitions: 9, records: 99_999), using: &generator)
                let samples = plan.stretches.mapValues { stretch in
                    OriginSample(
                        from: Offset(stretch.lowerBound), to: Offset(stretch.upperBound),
                        records: Int64(stretch.count), locals: [])
                }
                window.add(plan, samples: samples, ranges: ranges, unreadPartitions: 0, at: .seconds(second))
            }
            return try #require(window.side(at: .seconds(60))).window
        }
        #expect(try span(recordsPerSecond: 100) == .seconds(30))
        #expect(try span(recordsPerSecond: 1_000) == .seconds(10))
        #expect(try span(recordsPerSecond: 20_000) == .seconds(5))
    }

    @Test func `partitions that could not be read are counted, and the figure is no longer exact`() throws {
        let place = TopicPartition("orders", 0)
        var generator = SeededRandom(seed: 5)
        var window = SplitWindow()
        for second in 0...3 {
            let ranges = [place: OffsetRange(logStart: Offset(0), logEnd: Offset(Int64(second) * 10))]
            let plan = SamplingPlan(
                window.growths(upTo: ranges), budget: .init(partitions: 9, records: 99), using: &generator)
            let samples = plan.stretches.mapValues { stretch in
                OriginSample(
                    from: Offset(stretch.lowerBound), to: Offset(stretch.upperBound), records: Int64(stretch.count),
                    locals: [])
            }
            window.add(
                plan, samples: samples, ranges: ranges, unreadPartitions: second == 2 ? 4 : 0, at: .seconds(second))
        }
        let side = try #require(window.side(at: .seconds(3)))
        #expect(side.unreadPartitions == 4)
        #expect(!side.isExact)
    }

    /// A log of nothing but locals, all of them looked at.
    private struct OneLog {
        var window = SplitWindow()
        var generator = SeededRandom(seed: 3)

        mutating func round(_ end: Int64, at second: Int) {
            let ranges = [TopicPartition("orders", 0): OffsetRange(logStart: Offset(0), logEnd: Offset(end))]
            let plan = SamplingPlan(
                window.growths(upTo: ranges), budget: .init(partitions: 9, records: 99), using: &generator)
            let samples = plan.stretches.mapValues { stretch in
                OriginSample(
                    from: Offset(stretch.lowerBound), to: Offset(stretch.upperBound), records: Int64(stretch.count),
                    locals: stretch.map { .init(offset: Offset($0), timestamp: nil) })
            }
            window.add(plan, samples: samples, ranges: ranges, unreadPartitions: 0, at: .seconds(second))
        }
    }

    @Test func `records written while nobody watched do not count`() {
        var log = OneLog()
        log.round(1_000, at: 0)
        #expect(log.window.side(at: .zero) == nil, "what was there before is no growth")
        log.round(1_010, at: 1)
        #expect(log.window.side(at: .seconds(1))?.produced == 10)
        log.window.interrupted()
        #expect(log.window.side(at: .seconds(1)) == nil)
        log.round(900_000, at: 2)
        log.round(900_020, at: 3)
        #expect(log.window.side(at: .seconds(3))?.produced == 20)
    }

    @Test func `once users are sent elsewhere, what they did before does not count`() {
        var log = OneLog()
        log.round(1_000, at: 0)
        log.round(1_010, at: 1)
        log.window.redirected(at: .milliseconds(1_500))
        #expect(log.window.side(at: .milliseconds(1_500)) == nil)
        log.round(1_018, at: 2)
        #expect(log.window.side(at: .seconds(2)) == nil, "half of that round was before")
        log.round(1_021, at: 3)
        #expect(log.window.side(at: .seconds(3))?.produced == 3)
        #expect(log.window.side(at: .seconds(3))?.window == .seconds(1))
    }
}
