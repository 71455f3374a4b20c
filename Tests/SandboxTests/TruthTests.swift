import Domain
import KafkaAdapter
import Testing

@testable import Sandbox

struct TruthTests {
    private let partition = TopicPartition("orders", 0)

    private func marks(_ origin: IDC, _ numbers: Range<Int64>) -> [RecordMark] {
        numbers.map { RecordMark(origin: origin, number: $0) }
    }

    @Test("a record that a group processes again is a duplicate, another group's is not") func duplicates() {
        let truth = Truth()
        truth.processed(marks(.idc1, 0..<10), of: partition, by: "billing")
        truth.processed(marks(.idc1, 8..<12), of: partition, by: "billing")
        truth.processed(marks(.idc1, 0..<10), of: partition, by: "audit")
        truth.processed(marks(.idc2, 0..<3), of: partition, by: "billing")
        #expect(truth.processed == 27)
        #expect(truth.duplicates == ["billing": [partition: 2]])
        #expect(truth.duplicates(of: "billing") == 2 && truth.duplicates(of: "audit") == 0)
    }

    @Test("an hour of traffic leaves as many runs as a minute") func bounded() {
        let truth = Truth()
        for second: Int64 in 0..<3_600 {
            truth.processed(marks(.idc1, second * 100..<second * 100 + 100), of: partition, by: "billing")
            truth.processed(marks(.idc2, second * 100..<second * 100 + 100), of: partition, by: "billing")
        }
        #expect(truth.processed == 720_000)
        #expect(truth.runCount == 2)
    }

    @Test("a record's mark survives its header, and nothing else is taken for one") func header() {
        let mark = RecordMark(origin: .idc2, number: 42)
        #expect(RecordMark([.init(name: "trace", value: [1]), mark.header]) == mark)
        #expect(RecordMark([]) == nil)
        #expect(RecordMark([.init(name: RecordMark.headerName, value: Array("idc3 1".utf8))]) == nil)
        #expect(RecordMark([.init(name: RecordMark.headerName, value: nil)]) == nil)
    }

    @Test("the same seed makes the same chances") func seeds() {
        var one = SeededGenerator(seed: 7)
        var other = SeededGenerator(seed: 7)
        var third = SeededGenerator(seed: 8)
        let numbers = (0..<20).map { _ in one.next() }
        #expect((0..<20).map { _ in other.next() } == numbers)
        #expect((0..<20).map { _ in third.next() } != numbers)
    }
}
