import Domain
import Operations
import TestSupport
import Testing

@Suite struct `The impact of leaving a side` {
    @Test func `leaving a side costs what its groups would read twice, and those that are held are counted`() throws {
        var builder = SnapshotBuilder.empty
        builder.topics = [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(41, isExact: true), idc2: Estimate(0, isExact: true)))
        ]
        let names = ["in-sync", "to-write", "held-by-hand", "foreign"]
        builder.groups = SyncFixture.everyState.filter { names.contains($0.id) }
        func impact(_ idc: String) -> [DataNode?] {
            let node = StatusDocument(builder.build()).overview["impact"]?[idc]
            return ["stranded", "readTwice", "ready", "held", "unknown"].map { node?[$0] }
        }
        #expect(impact("idc1") == [.integer(41), .integer(13), .integer(2), .integer(2), .integer(0)])
        #expect(impact("idc2") == [.integer(0), .integer(0), .integer(0), .integer(0), .integer(0)])
        builder.groups = SyncFixture.everyState.filter { names.contains($0.id) || $0.id == "unread" }
        #expect(impact("idc1") == [.integer(41), .null, .integer(2), .integer(2), .integer(1)])
        builder.clusters.idc1 = .stale(age: .seconds(14))
        #expect(impact("idc1") == [.null, .null, .null, .null, .null])
    }
}
