internal import CRdkafka
internal import Glibc

/// The C objects of one handle.
///
/// `@unchecked Sendable`: librdkafka's handles and queues may be used from every thread (its INTRODUCTION.md,
/// "Threads and callbacks"); `KafkaHandle` sees to it that nothing uses them after ``destroy()``.
struct HandlePointers: @unchecked Sendable {
    let handle: OpaquePointer
    /// The background queue: replies, errors, logs and delivery reports arrive there.
    let replies: OpaquePointer
    private let events: Unmanaged<HandleEvents>

    init(
        _ type: rd_kafka_type_t, configuration: KafkaConfiguration, settings: [String: String], events: HandleEvents
    ) throws(KafkaError) {
        var settings = settings
        settings["log.queue"] = "true"
        var draft = try ConfigurationDraft(configuration, settings: settings)
        let retained = Unmanaged.passRetained(events)
        var handle: OpaquePointer?
        var reason = ""
        draft.offer { conf in
            rd_kafka_conf_set_opaque(conf, retained.toOpaque())
            rd_kafka_conf_set_background_event_cb(conf, receiveBackgroundEvent)
            rd_kafka_conf_set_log_cb(conf, receiveLogLine)
            rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_DR)
            rd_kafka_conf_interceptor_add_on_new(conf, "bascule", watchThreads, nil)
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
                text.initialize(repeating: 0)
                handle = rd_kafka_new(type, conf, text.baseAddress, text.count)
                if handle == nil, let start = text.baseAddress { reason = String(cString: UnsafePointer(start)) }
            }
            return handle != nil
        }
        guard let handle, let replies = rd_kafka_queue_get_background(handle) else {
            retained.release()
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, operation: "configure", reason: reason)
        }
        self.handle = handle
        self.replies = replies
        self.events = retained
        rd_kafka_set_log_queue(handle, replies)
        let main = rd_kafka_queue_get_main(handle)
        rd_kafka_queue_forward(main, replies)
        rd_kafka_queue_destroy(main)
    }

    /// Blocks until librdkafka's threads of this handle have ended.
    func destroy() {
        rd_kafka_queue_destroy(replies)
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        events.release()
    }
}

/// Called by `rd_kafka_new` before it starts threads.
private func watchThreads(
    _ handle: OpaquePointer?, _: OpaquePointer?, _: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: Int
) -> rd_kafka_resp_err_t {
    rd_kafka_interceptor_add_on_thread_start(handle, "bascule", letCrashesThrough, nil)
}

/// librdkafka's threads block every signal, and a crash whose signal is blocked kills the process before any handler
/// runs: the terminal would stay as it was, and no trace be written.
private func letCrashesThrough(
    _: OpaquePointer?, _: rd_kafka_thread_type_t, _: UnsafePointer<CChar>?, _: UnsafeMutableRawPointer?
) -> rd_kafka_resp_err_t {
    var crashes = sigset_t()
    sigemptyset(&crashes)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigaddset(&crashes, signal) }
    pthread_sigmask(SIG_UNBLOCK, &crashes, nil)
    return RD_KAFKA_RESP_ERR_NO_ERROR
}
