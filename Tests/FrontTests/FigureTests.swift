import Domain
import Front
import Testing

struct FigureTests {
    @Test func `thousands are separated by commas`() {
        #expect(Figures.count(0) == "0")
        #expect(Figures.count(999) == "999")
        #expect(Figures.count(1_000) == "1,000")
        #expect(Figures.count(-12_345_678) == "-12,345,678")
        #expect(Figures.count(Int64.min) == "-9,223,372,036,854,775,808")
    }

    @Test func `a count that is not known is a question mark and never zero`() {
        #expect(Figures.count(Int?.none) == "?")
        #expect(Figures.count(Int?.some(0)) == "0")
    }

    @Test(arguments: [
        (0.0, "0/s"), (61.2, "61.2/s"), (58, "58/s"), (999.9, "999.9/s"), (999.96, "1.0 k/s"), (12_431, "12.4 k/s"),
        (124_310, "124 k/s"), (9_100_000, "9.1 M/s"), (999_600, "1.0 M/s"), (.infinity, "?"), (.nan, "?"), (-5, "-5/s"),
    ])
    func `short rates have three digits and a unit`(rate: Double, text: String) {
        #expect(Figures.shortRate(rate) == text)
    }

    @Test func `a trickle is not shown as nothing`() {
        #expect(Figures.rate(0.4) == "0.4/s")
        #expect(Figures.rate(0) == "0/s")
        #expect(Figures.rate(12_430.6) == "12,431/s")
        #expect(Figures.rate(.nan) == "?")
    }

    @Test func `short counts fit six cells`() {
        #expect(Figures.shortCount(99_999) == "99,999")
        #expect(Figures.shortCount(120_000) == "120 k")
        #expect(Figures.shortCount(1_250_000) == "1.3 M")
        #expect(Figures.shortCount(.min) == "-9.2 E")
    }

    @Test func `shares have one decimal`() {
        #expect(Figures.share(0.5029) == "50.3 %")
        #expect(Figures.share(1) == "100.0 %")
        #expect(Figures.share(.nan) == "?")
    }

    @Test func `sums say what they leave out`() {
        var sum = KnownSum()
        #expect(sum.text == "0")
        sum.add(Int64(41))
        #expect(sum.text == "41")
        sum.add(Int64?.none)
        sum.add(Int64?.none)
        #expect(sum.text == "41 + 2 ?")
        sum.add(Estimate(1_000, isExact: false))
        #expect(sum.text == "~1,041 + 2 ?")
        #expect(!sum.isComplete)
    }

    @Test func `a sum of nothing known is not known`() {
        var sum = KnownSum()
        sum.add(Int64?.none)
        #expect(sum.text == "?")
    }

    @Test func `a sum that overflows is not known rather than wrong`() {
        var sum = KnownSum()
        sum.add(Int64.max)
        sum.add(Int64(1))
        #expect(sum.text == "?")
        #expect(!sum.isComplete)
    }
}

struct SpanTests {
    @Test(arguments: [
        (Duration.milliseconds(9), "9 ms"), (.seconds(14), "14 s"), (.seconds(221), "3 m 41 s"),
        (.seconds(7_500), "2 h 05 m"), (.seconds(86_400 * 12 + 3 * 3_600), "12 d 3 h"), (.seconds(-14), "-14 s"),
    ])
    func `durations have their two largest units`(duration: Duration, text: String) {
        #expect(Spans.duration(duration) == text)
    }

    @Test func `an age has no milliseconds`() {
        #expect(Spans.age(.milliseconds(900)) == "0 s")
        #expect(Spans.age(.milliseconds(-1_500)) == "-1 s")
        #expect(Spans.shortAge(.seconds(200)) == "3m")
        #expect(Spans.shortAge(.seconds(90_000)) == "1d")
    }

    @Test func `intervals keep two decimals only where they need them`() {
        #expect(Spans.interval(.seconds(1)) == "1.0 s")
        #expect(Spans.interval(.milliseconds(250)) == "0.25 s")
    }

    @Test func `moments are local time, with the date when it is another day`() {
        let now = WallTime(milliseconds: 1_795_371_127_000)
        let seoul = Duration.seconds(9 * 3_600)
        #expect(Spans.clock(now, utcOffset: seoul) == "03:12:07")
        #expect(Spans.offset(seoul) == "+0900")
        #expect(Spans.offset(.seconds(-12_600)) == "-0330")
        #expect(Spans.moment(now.advanced(by: .seconds(-60)), now: now, utcOffset: seoul) == "03:11:07")
        #expect(Spans.moment(now.advanced(by: .seconds(-4 * 3_600)), now: now, utcOffset: seoul) == "11-22 23:12:07")
        let old = now.advanced(by: .seconds(-400 * 86_400))
        #expect(Spans.moment(old, now: now, utcOffset: seoul) == "2025-10-19 03:12:07")
    }

    @Test(arguments: [
        (Int64(0), "1970-1-1 0:0:0"), (951_782_400_000, "2000-2-29 0:0:0"), (-1, "1969-12-31 23:59:59"),
        (4_107_542_399_000, "2100-2-28 23:59:59"), (4_107_542_400_000, "2100-3-1 0:0:0"),
    ])
    func `civil time knows leap years and times before 1970`(milliseconds: Int64, text: String) {
        let civil = CivilTime(WallTime(milliseconds: milliseconds), utcOffset: .zero)
        #expect(
            "\(civil.year)-\(civil.month)-\(civil.day) \(civil.hour):\(civil.minute):\(civil.second)" == text)
    }
}
