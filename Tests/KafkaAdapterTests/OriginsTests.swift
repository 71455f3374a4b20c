import Domain
import KafkaAdapter
import Operations
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct OriginsTests {
    private let rule = ProvenanceRule(copyHeaders: ["mm-origin-idc2", "x-copied"])
    private let orders = TopicPartition("orders", 0)

    @Test func `records are told apart by the names of their headers, whatever else they carry`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            let headers = [
                [], ["mm-origin-idc2"], ["trace", "mm-origin-idc2"], ["trace", "mm-origin-idc1"], ["x-copied"],
                ["mm-origin"], ["MM-ORIGIN-IDC2"], ["mm-origin-idc2", "mm-origin-idc2"], ["주문"],
            ]
            try await world.produce(topic: "orders", headers: headers)
            let read = try await world.cluster.origins(
                in: [orders: 0..<Int64(headers.count)], by: rule, within: .seconds(20))
            #expect(read.isComplete)
            let sample = try #require(read.value[orders])
            let expected = headers.indices.filter { rule.provenance(ofHeaders: headers[$0]) == .local }
            #expect(expected == [0, 3, 5, 6, 8])
            #expect(sample.locals.map(\.offset) == expected.map { Offset(Int64($0)) })
            #expect(
                sample.locals.map(\.timestamp)
                    == expected.map { WallTime(milliseconds: 1_700_000_000_000 + Int64($0)) })
            #expect(sample.records == Int64(headers.count))
            #expect(sample.from == Offset(0))
            #expect(sample.to == Offset(Int64(headers.count)))
        }
    }

    @Test func `only the wanted stretch is looked at, and the next call can look at another`() async throws {
        try await withMockedCluster(brokers: 3) { world in
            try world.mock.createTopic("orders", partitions: 3, replication: 1)
            for partition: Int32 in 0..<3 {
                try await world.produce(
                    topic: "orders", partition: partition,
                    headers: (0..<100).map { $0 % 2 == 0 ? [] : ["x-copied"] })
            }
            for stretch: Range<Int64> in [10..<20, 0..<100, 99..<100, 40..<41] {
                let read = try await world.cluster.origins(
                    in: [orders: stretch, TopicPartition("orders", 2): stretch], by: rule, within: .seconds(20))
                #expect(read.isComplete)
                #expect(Set(read.value.keys.map(\.partition)) == [0, 2])
                for sample in read.value.values {
                    #expect(sample.from.rawValue..<sample.to.rawValue == stretch)
                    #expect(sample.records == Int64(stretch.count))
                    #expect(sample.locals.map(\.offset.rawValue) == stretch.filter { $0 % 2 == 0 })
                }
            }
        }
    }

    @Test func `an empty stretch is a sample of nothing`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            let read = try await world.cluster.origins(in: [orders: 0..<0], by: rule, within: .seconds(5))
            #expect(read.value == [orders: OriginSample(from: Offset(0), to: Offset(0), records: 0, locals: [])])
            let none = try await world.cluster.origins(in: [:], by: rule, within: .seconds(5))
            #expect(none.value.isEmpty && none.isComplete)
        }
    }

    @Test func `a stretch past the end of the log comes back as far as the log goes`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 2)
            try await world.produce(topic: "orders", headers: [[], []])
            let read = try await world.cluster.origins(
                in: [orders: 0..<5, TopicPartition("orders", 1): 0..<5], by: rule, within: .seconds(20))
            #expect(read.value[orders]?.to == Offset(2))
            #expect(read.value[TopicPartition("orders", 1)] == nil)
        }
    }

    @Test func `a stretch that begins past the end of the log is a failure that names what the log holds`() async throws
    {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 2)
            try await world.produce(topic: "orders", headers: [[], []])
            let read = try await world.cluster.origins(
                in: [TopicPartition("orders", 1): 7..<9, orders: 0..<2], by: rule, within: .seconds(20))
            #expect(read.value[orders]?.records == 2)
            #expect(read.value[TopicPartition("orders", 1)] == nil)
            #expect(read.failures.map(\.kind) == [.malformed])
            #expect(
                read.failures.first?.detail
                    == "orders-1: offsets 7 to 9 are wanted, the log holds 0 to 0")
        }
    }

    @Test func `at the deadline unfinished stretches come back shorter, and the reader is free again`() async throws {
        try await withMockedCluster(brokers: 2) { world in
            try world.mock.createTopic("orders", partitions: 2)
            for partition: Int32 in 0..<2 {
                try world.mock.moveLeader(topic: "orders", partition: partition, to: partition + 1)
                try await world.produce(topic: "orders", partition: partition, headers: [[], []])
            }
            let both = [orders: Int64(0)..<2, TopicPartition("orders", 1): Int64(0)..<2]
            #expect(try await world.cluster.origins(in: both, by: rule, within: .seconds(20)).value.count == 2)
            try world.mock.setDown(broker: 2)
            let read = try await world.cluster.origins(in: both, by: rule, within: .seconds(1))
            #expect(Set(read.value.keys) == [orders])
            try await world.mock.setUp(broker: 2)
            try await eventually("both are read again") {
                try await world.cluster.origins(in: both, by: rule, within: .seconds(2)).value.count == 2
            }
        }
    }

    @Test func `a partition that is refused is named with the missing ACL`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            try await world.produce(topic: "orders", headers: [[]])
            _ = try await world.cluster.origins(in: [orders: 0..<1], by: rule, within: .seconds(20))
            try world.mock.push(Array(repeating: .topicAuthorizationFailed, count: 50), on: .fetch)
            let error = try await portError {
                try await world.cluster.origins(in: [orders: 0..<1], by: rule, within: .seconds(5))
            }
            #expect(error.kind == .refused)
            #expect(error.detail.contains("READ on Topic:orders"))
        }
    }

    @Test func `a hundred thousand records are read and counted exactly`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 4)
            let perPartition = 25_000
            for partition: Int32 in 0..<4 {
                for index in 0..<perPartition {
                    let record = ProducerRecord(
                        topic: "orders", partition: partition, value: [0],
                        headers: index % 10 == 0 ? [] : [ProducerRecord.Header(name: "x-copied", value: nil)])
                    try world.producer.produce(record)
                }
                try await world.producer.flush(within: .seconds(30))
            }
            let ranges = try await world.ranges(of: "orders").value
            let stretches = ranges.mapValues { $0.logStart.rawValue..<$0.logEnd.rawValue }
            let read = try await world.cluster.origins(in: stretches, by: rule, within: .seconds(60))
            let records = read.value.values.reduce(0) { $0 + $1.records }
            #expect(records == Int64(stretches.values.reduce(0) { $0 + $1.count }))
            #expect(records == Int64(4 * perPartition))
            #expect(read.value.values.reduce(0) { $0 + $1.locals.count } == 4 * perPartition / 10)
        }
    }
}
