package import Domain
import KafkaAdapter
package import Operations
import Synchronization

/// The DNS of the sandbox: one name for every two groups, which their clients connect by.
package final class EndpointStandIn: EndpointSwitching {
    private let sides: Mutex<[String: IDC]>

    init(_ names: [String], home: IDC) {
        sides = Mutex(Dictionary(names.map { ($0, home) }) { first, _ in first })
    }

    package func side(of endpoint: String) async throws(PortError) -> IDC? {
        try sides.withLock { sides throws(PortError) in
            guard let side = sides[endpoint] else {
                throw PortError(.notFound, operation: "look up \(endpoint)", detail: "there is no such name")
            }
            return side
        }
    }

    package func timeToLive(of endpoint: String) async throws(PortError) -> Duration { .zero }

    package func point(_ endpoint: String, to idc: IDC) async throws(PortError) {
        _ = try await side(of: endpoint)
        sides.withLock { $0[endpoint] = idc }
    }
}

/// What stops and starts the sandbox's applications, as systemd or Kubernetes does: started, they begin where their
/// group's commits stand.
struct SandboxConsumers: ConsumerControlling {
    let applications: Applications
    let offsets: SandboxOffsets

    func stop(_ groups: [String], on idc: IDC) async throws(PortError) {
        for group in groups { await applications.stop(group, on: idc) }
    }

    func start(_ groups: [String], on idc: IDC) async throws(PortError) {
        let known = await applications.named
        let metadata = try await offsets.sites[idc].kafka.metadata()
        for id in groups {
            guard let group = known[id], await !applications.isRunning(id, on: idc) else { continue }
            try await applications.start(group, on: idc, from: try await offsets.starts(of: group, on: idc, metadata))
        }
    }
}

/// Looks whether a cluster of the sandbox takes what comes.
struct SandboxProbe: TargetProbing {
    let sites: PerIDC<Site>
    let clock: WorldClock
    let log: @Sendable (String) -> Void

    static let topic = "bascule-canary"

    /// More than half of the brokers, as controllers have it.
    func hasQuorum(_ idc: IDC) async -> Bool? { sites[idc].up.count * 2 > Site.brokerCount }

    func carriesCanary(_ idc: IDC) async -> Bool? {
        let partition = TopicPartition(Self.topic, 0)
        do throws(PortError) {
            let topics = try await sites[idc].kafka.metadata().topics.filter { $0.name == Self.topic }
            guard let before = try await sites[idc].kafka.ranges(of: topics).value[partition] else { return nil }
            let producer = try RecordProducer(
                KafkaConfiguration(bootstrap: sites[idc].bootstrap, clientID: "canary"), log: log)
            try producer.produce(ProducerRecord(topic: Self.topic, partition: 0, value: Array("canary".utf8)))
            try await producer.flush(within: .seconds(5))
            await producer.close()
            let reader = try LogReader(sites[idc], clock: clock, log: log)
            let found = try await reader.records(
                of: partition, from: before.logEnd, below: before.logEnd.advanced(by: 1))
            await reader.close()
            return !found.records.isEmpty
        } catch {
            log("canary: \(error.operation): \(error.detail)")
            return false
        }
    }
}
