import Domain
import Operations
import Testing

struct SandboxDocumentTests {
    private func report(
        lost: [String: [TopicPartition: Int64]] = [:], duplicates: [String: [TopicPartition: Int64]] = [:]
    ) -> SandboxReport {
        SandboxReport(
            scenario: "quiet-night", seconds: 20, produced: 100, mirrored: 90, deleted: 0, processed: 110,
            lostIn: SandboxReport.Place.all(in: lost), stranded: 1,
            duplicatesIn: SandboxReport.Place.all(in: duplicates), announcedDuplicates: 9, runs: [], alarms: [],
            expectations: [])
    }

    @Test func `what was lost and read twice is counted, and told by group and partition in their order`() throws {
        let orders = [0, 1].map { TopicPartition("orders", $0) }
        let told = report(
            lost: ["billing": [orders[1]: 3]],
            duplicates: ["router": [orders[1]: 4, orders[0]: 2], "audit": [orders[0]: 1]])
        #expect(told.lost == 3 && told.duplicates == 7 && !told.isPassed)
        #expect(
            SandboxDocument.text(of: told) == """
                quiet-night: FAILED after 20.0 s
                produced 100, mirrored 90, processed 110
                lost 3, stranded 1, read twice 7 (at most 9 announced)
                  lost: 3 of orders-1 by billing
                  read twice: 1 of orders-0 by audit
                  read twice: 2 of orders-0 by router
                  read twice: 4 of orders-1 by router

                """)
        let node = SandboxDocument.node(of: told)
        #expect(node["lost"] == .integer(3) && node["duplicates"] == .integer(7))
        let lost = JSONText.written(try #require(node["lostIn"]))
        #expect(
            lost.filter { !$0.isWhitespace } == #"[{"group":"billing","topic":"orders","partition":1,"records":3}]"#)
    }

    @Test func `nothing lost and nothing read twice is said by empty lists`() {
        let told = report()
        #expect(told.lost == 0 && told.duplicates == 0 && told.isPassed)
        #expect(SandboxDocument.node(of: told)["duplicatesIn"] == .array([]))
    }
}
