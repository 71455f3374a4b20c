import Testing

@testable import Sandbox

struct NumberSetTests {
    @Test("numbers that come in order are one run") func inOrder() {
        var set = NumberSet()
        for number: Int64 in 5..<1_000 {
            let isNew = set.insert(number)
            #expect(isNew)
        }
        let isNew = set.insert(7)
        #expect(set.runs == [5..<1_000])
        #expect(set.count == 995)
        #expect(!isNew)
        #expect(set.contains(5) && set.contains(999) && !set.contains(4) && !set.contains(1_000))
    }

    @Test("a number between two runs joins them, and one that touches none stands alone") func joining() {
        var set = NumberSet()
        for number: Int64 in [1, 3, 10, 12] { _ = set.insert(number) }
        #expect(set.runs == [1..<2, 3..<4, 10..<11, 12..<13])
        _ = set.insert(2)
        _ = set.insert(6)
        _ = set.insert(11)
        _ = set.insert(0)
        #expect(set.runs == [0..<4, 6..<7, 10..<13])
    }

    @Test("it says the same as a plain set, whatever the order") func random() {
        var generator = SeededGenerator(seed: 3)
        var set = NumberSet()
        var plain: Set<Int64> = []
        for _ in 0..<5_000 {
            let number = Int64.random(in: 0..<700, using: &generator)
            let isNew = set.insert(number)
            #expect(isNew == plain.insert(number).inserted)
        }
        #expect(set.count == Int64(plain.count))
        for number: Int64 in -1...701 { #expect(set.contains(number) == plain.contains(number)) }
    }
}
