internal import CRdkafka
internal import Glibc

/// Finds out when a cluster hands out ids to idempotent producers.
///
/// Records that wait for a producer's first id make librdkafka 2.0.2 spin, a thread for each broker: on a host that the
/// brokers share they then come to answer after a minute instead of half a second. A handle tells of its id by nothing but
/// its statistics, which cannot be stopped and are written for every partition that it knows: so a handle of its own,
/// which knows none, asks and is closed.
///
/// Not `Sendable`: one thread makes, uses and closes it.
final class ProducerIDProbe {
    private let handle: PolledHandle
    private static let interval = 100

    /// - Parameter bell: is rung when there is something to be learnt.
    /// - Throws: when a setting is unknown or its value is refused.
    init(
        _ configuration: KafkaConfiguration, bell: QueueBell, log: @escaping @Sendable (String) -> Void
    ) throws(KafkaError) {
        handle = try PolledHandle(
            .producing, configuration: configuration,
            settings: [
                "enable.idempotence": "true",
                "allow.auto.create.topics": "false",
                "statistics.interval.ms": "\(Self.interval)",
            ], served: RD_KAFKA_EVENT_STATS, bell: bell, log: log)
    }

    /// Whether an id was handed out by now; does not wait.
    func hasID() -> Bool {
        var isAssigned = false
        while let event = rd_kafka_queue_poll(handle.queue, 0) {
            if rd_kafka_event_type(event) != RD_KAFKA_EVENT_STATS {
                handle.events.take(event)
            } else if let text = rd_kafka_event_stats(event), strstr(text, #""idemp_state": "Assigned""#) != nil {
                isAssigned = true
            }
            rd_kafka_event_destroy(event)
        }
        return isAssigned
    }

    func close() { handle.close() }
}
