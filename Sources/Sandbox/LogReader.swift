import Domain
import KafkaAdapter
import Operations

/// Reads stretches of one side's log with their headers, one stretch at a time.
struct LogReader: Sendable {
    private let reader: GroupConsumer
    private let clock: WorldClock

    init(_ site: Site, clock: WorldClock, log: @escaping @Sendable (String) -> Void) throws(PortError) {
        reader = try GroupConsumer(
            KafkaConfiguration(
                bootstrap: site.bootstrap,
                properties: ["fetch.wait.max.ms": "20", "auto.offset.reset": "error", "fetch.error.backoff.ms": "50"],
                clientID: "log-reader"),
            group: "bascule-log-reader", log: log)
        self.clock = clock
    }

    /// Every record at `from ..< below`, as far as it came in time.
    func records(
        of partition: TopicPartition, from: Offset, below: Offset
    ) async throws(PortError) -> (records: [ConsumedRecord], examinedTo: Offset) {
        guard from < below else { return ([], below) }
        try reader.assign([partition: from])
        var found: [ConsumedRecord] = []
        var next = from
        let deadline = clock.uptime() + .seconds(5)
        while next < below, clock.uptime() < deadline, !Task.isCancelled {
            let batch = try reader.poll(atMost: 1_000)
            for record in batch where record.partition == partition && record.offset >= next.rawValue {
                next = Offset(record.offset + 1)
                if record.offset < below.rawValue { found.append(record) }
            }
            if batch.isEmpty { try? await clock.sleep(.milliseconds(5)) }
        }
        return (found, min(next, below))
    }

    func close() async { await reader.close() }
}

extension SeenRecord {
    /// As its headers say.
    init(_ record: ConsumedRecord) {
        let value = record.headers.first { $0.name == ProvenanceHeader.name }?.value
        var origin = Origin.local
        if let value {
            switch value.withUnsafeBytes({ ProvenanceHeader.decode($0) }) {
            case .header(let header): origin = .copy(source: Offset(header.offset))
            case .unknownVersion: origin = .unknownVersion
            case .malformed: origin = .copyWithoutSource
            }
        }
        self.init(offset: Offset(record.offset), origin: origin)
    }
}
