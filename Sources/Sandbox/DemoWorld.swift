package import Domain
package import KafkaAdapter
package import Operations

/// Two mock clusters of three brokers each in this process, with live traffic: users' requests reach both IDCs, and
/// each writes what it gets to its own cluster.
///
/// The clusters speak Kafka's protocol on loopback, so other clients can look at them. They know no consumer groups
/// and nothing mirrors them.
package final class DemoWorld: Sendable {
    package let clusters: (idc1: MockCluster, idc2: MockCluster)
    package let topics: [DemoTopic]
    private let producers: [RecordProducer]
    private let recordsPerSecond: Int
    private static let partitions: Int32 = 4

    /// Starts the clusters and makes the topics on both.
    ///
    /// - Parameters:
    ///   - topics: how many; the first of ``DemoTopic/all`` and, beyond those, numbered ones.
    ///   - recordsPerSecond: over both IDCs.
    package init(
        topics count: Int, recordsPerSecond: Int, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.recordsPerSecond = recordsPerSecond
        topics = DemoTopic.first(count)
        let one = try MockCluster.start(brokers: 3)
        let two = try MockCluster.start(brokers: 3)
        clusters = (one, two)
        var producers: [RecordProducer] = []
        for cluster in [one, two] {
            for topic in topics {
                try cluster.createTopic(topic.name, partitions: Int(Self.partitions), replication: 3)
            }
            producers.append(
                try RecordProducer(
                    KafkaConfiguration(bootstrap: cluster.bootstrap, properties: ["linger.ms": "20"]), log: log))
        }
        self.producers = producers
    }

    package func bootstrap(of idc: IDC) -> String {
        switch idc {
        case .idc1: clusters.idc1.bootstrap
        case .idc2: clusters.idc2.bootstrap
        }
    }

    /// Sends traffic until the task is cancelled. A full queue drops nothing: the record waits for the next turn.
    package func live(clock: some Clock<Duration>) async {
        let beat = Duration.milliseconds(50)
        var owed = 0.0
        var requests = DemoRequests(topics: topics, partitions: Self.partitions)
        var pending: (idc: Int, record: ProducerRecord)?
        while !Task.isCancelled {
            owed += Double(recordsPerSecond) * beat.inSeconds
            while owed >= 1 {
                let next = pending ?? requests.next()
                do throws(PortError) {
                    try producers[next.idc].produce(next.record)
                    pending = nil
                    owed -= 1
                } catch {
                    pending = next
                    break
                }
            }
            do { try await clock.sleep(for: beat) } catch { return }
        }
    }

    package func close() async {
        for producer in producers { await producer.close() }
        await clusters.idc1.destroy()
        await clusters.idc2.destroy()
    }
}
