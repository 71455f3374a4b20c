import Testing

@testable import Cells

struct GraphTests {
    private func bar(_ fraction: Double?, _ width: Int, _ glyphs: Glyphs = .unicode) -> String {
        Gauge(fraction).runs(width: width, glyphs: glyphs).map(\.text).joined()
    }

    @Test(arguments: [
        (0.0, "░░░░"), (0.0001, "▏░░░"), (0.5, "██░░"), (0.53125, "██▏░"), (0.9999, "███▉"), (1.0, "████"),
    ])
    func `a gauge fills by eighths and shows no trace as nothing`(fraction: Double, text: String) {
        #expect(bar(fraction, 4) == text)
    }

    @Test(arguments: [(0.0, "...."), (0.01, "-..."), (0.5, "##.."), (0.99, "###-"), (1.0, "####")])
    func `a gauge has an ASCII twin`(fraction: Double, text: String) {
        #expect(bar(fraction, 4, .ascii) == text)
    }

    @Test(arguments: [nil, Double.nan, .infinity, -0.1, 1.5])
    func `a fraction that is unknown or none is not drawn as empty`(fraction: Double?) {
        #expect(Gauge(fraction).runs(width: 3) == [TextRun("???", .unknown)])
    }

    @Test func `a gauge is always as wide as asked`() {
        for width in 0...20 {
            for step in 0...64 {
                #expect(TextWidth.of(bar(Double(step) / 64, width)) == width)
                #expect(TextWidth.of(bar(Double(step) / 64, width, .ascii)) == width)
            }
        }
    }

    @Test func `a graph shows zero, little, all and a gap differently`() {
        #expect(Sparkline([0, 1, nil, 50, 100]).text(width: 5) == "▁▂ ▅█")
        #expect(Sparkline([0, 1, nil, 50, 100]).text(width: 5, glyphs: .ascii) == "_. =#")
    }

    @Test func `a graph keeps the newest values at the right`() {
        #expect(Sparkline([100, 0, 8]).text(width: 2) == "▁█")
        #expect(Sparkline([0]).text(width: 3) == "  ▁")
        #expect(Sparkline([]).text(width: 3) == "   ")
        #expect(Sparkline([1]).text(width: 0) == "")
    }

    @Test func `values that make no sense are marked`() {
        #expect(Sparkline([-1, .nan, .infinity, 4]).text(width: 4) == "???█")
    }

    @Test func `a given top bounds the graph`() {
        #expect(Sparkline([50, 500], top: 100).text(width: 2) == "▅█")
    }
}
