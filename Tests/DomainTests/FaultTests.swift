import Domain
import Testing

struct FaultTests {
    private let orders = MirrorTarget(topic: "orders", flow: ReplicationFlow(from: .idc1))

    @Test("every fault is read back from how it is spelled") func spelling() throws {
        let faults: [Fault] = [
            .cut(.idc1), .heal(.idc2), .killBroker(.idc1, 2), .restoreBroker(.idc2, 3), .stallMirror(orders),
            .slowMirror(orders), .failMirror(orders), .releaseMirror(orders), .roundTrip(.milliseconds(40)),
            .wrongSide(group: "billing"), .rightSide(group: "고객-알림"), .unmirrored(topic: "t"),
            .partitionsDiffer(topic: "t"), .tooLarge(topic: "orders", .idc1), .flood(topic: "orders", .idc2),
            .stray(.idc1, recordsPerSecond: 30), .expire(group: "g"), .slowHistory(.seconds(2)),
        ]
        for fault in faults {
            let words = fault.spelled.split(separator: " ").map(String.init)
            #expect(try Fault(word: words[0], arguments: Array(words.dropFirst())) == fault)
        }
        // One of each word, so that none is forgotten here.
        let words = faults.compactMap { $0.spelled.split(separator: " ").first.map(String.init) }
        #expect(Set(words) == Set(Fault.words.map(\.word)))
    }

    @Test(
        "a word that is wrong is told",
        arguments: [
            ("cutt idc1", #"there is no fault "cutt""#), ("cut", "cut takes IDC, and 0 words follow it"),
            ("kill-broker idc1 9", #"kill-broker: N "9": expected a whole number from 1 to 3"#),
            ("stall orders idc1:idc1", #"stall: FROM:TO "idc1:idc1": expected idc1:idc2 or idc2:idc1"#),
            ("round-trip 10", #"round-trip: DURATION "10": expected a duration from 0s to 5s"#),
        ]) func mistakes(line: String, message: String)
    {
        let words = line.split(separator: " ").map(String.init)
        do throws(WordProblem) {
            _ = try Fault(word: words[0], arguments: Array(words.dropFirst()))
            Issue.record("it was accepted")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }
}
