import Domain
import Operations
import TestSupport
import Testing

@Suite struct `What is not known is null` {
    @Test func `before anything has answered everything is null and nothing is zero`() throws {
        let overview = StatusDocument(SnapshotBuilder.pending.build()).overview
        for idc in ["idc1", "idc2"] {
            let side = try #require(overview["idcs"]?[idc])
            for key in ["reachable", "clusterID", "underReplicated", "offline", "groups", "lag"] {
                #expect(side[key] == .null, "\(key)")
            }
            #expect(side["brokers"] == .object([DataMember("up", .null), DataMember("total", .null)]))
        }
        #expect(overview["consumersOn"] == .null)
        #expect(overview["traffic"]?["configured"] == .null)
        #expect(overview["traffic"]?["measured"] == .null)
        #expect(overview["overall"] == .string("unknown"))
    }

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
        let last = StatusDocument(builder.build()).overview["impact"]?["idc1"]?["lastStranded"]
        #expect(last?["stranded"] == .integer(41))
        #expect(last?["isCurrent"] == .bool(false))
        #expect(last?["readAt"] == .string(Timestamp.rfc3339(builder.at.advanced(by: .seconds(-14))) ?? ""))
    }
}
