internal import CRdkafka
internal import Synchronization

/// Receives what librdkafka says on its background thread, for one handle: logs, connection errors, replies
/// and delivery reports.
final class HandleEvents: Sendable {
    let faults = ConnectionFaults()
    private let log: @Sendable (String) -> Void
    /// What a producer's delivery reports say, one call per record.
    private let delivered: @Sendable (_ error: KafkaError?) -> Void
    private let strange = Mutex(0)

    init(
        log: @escaping @Sendable (String) -> Void,
        delivered: @escaping @Sendable (_ error: KafkaError?) -> Void = { _ in }
    ) {
        self.log = log
        self.delivered = delivered
    }

    /// Events of a type that this version does not know.
    var strangeEvents: Int { strange.withLock { $0 } }

    fileprivate func takeLog(_ facility: String, _ text: String) {
        log("\(facility): \(text)")
    }

    /// Runs on librdkafka's background thread, or on the thread that serves a ``PolledHandle``. The caller destroys
    /// the event.
    func take(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_ERROR:
            let code = rd_kafka_event_error(event)
            faults.record(code, String(cString: rd_kafka_event_error_string(event)))
        case RD_KAFKA_EVENT_DR:
            while let message = rd_kafka_event_message_next(event) {
                // rd_kafka_message_errstr would return the record's own value here.
                let code = message.pointee.err
                delivered(code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code, operation: "Produce"))
            }
        case RD_KAFKA_EVENT_LISTCONSUMERGROUPS_RESULT, RD_KAFKA_EVENT_DESCRIBECONSUMERGROUPS_RESULT,
            RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT, RD_KAFKA_EVENT_ALTERCONSUMERGROUPOFFSETS_RESULT,
            RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT, RD_KAFKA_EVENT_CREATETOPICS_RESULT,
            RD_KAFKA_EVENT_DELETETOPICS_RESULT:
            // Retained when the request was sent; the reply gives that reference up.
            guard let opaque = rd_kafka_event_opaque(event) else { return }
            Unmanaged<PendingReply>.fromOpaque(opaque).takeRetainedValue().resolve(event)
        default:
            strange.withLock { $0 += 1 }
            log("ignored an event of unknown type: \(String(cString: rd_kafka_event_name(event)))")
        }
    }
}

/// `background_event_cb` of every handle: a top-level function, so that it is isolated to nothing.
func receiveBackgroundEvent(
    _ handle: OpaquePointer?, _ event: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let event else { return }
    if let opaque { Unmanaged<HandleEvents>.fromOpaque(opaque).takeUnretainedValue().take(event) }
    rd_kafka_event_destroy(event)
}

/// `log_cb` of every handle. The log queue is forwarded to the background queue, but librdkafka 2.0.2 serves log
/// lines by this callback even there, never as events; without it they go to standard error.
func receiveLogLine(
    _ handle: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let handle, let facility, let text, let opaque = rd_kafka_opaque(handle) else { return }
    Unmanaged<HandleEvents>.fromOpaque(opaque).takeUnretainedValue()
        .takeLog(String(cString: facility), String(cString: text))
}
