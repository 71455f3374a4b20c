internal import CRdkafka
internal import Glibc
internal import Synchronization

/// The only holder of an `rd_kafka_t`.
///
/// Calls borrow the pointer for their own duration; ``close()`` refuses new ones, waits for those under way and
/// for replies still to come (each has a time-out), and destroys on a lane, because `rd_kafka_destroy` blocks
/// and must not run on librdkafka's threads.
final class KafkaHandle: Sendable {
    /// Who is using the pointers. Kept apart from them: a pending reply holds this, never the handle.
    final class Uses: Sendable {
        private struct State {
            var count = 0
            var isClosing = false
            var idle: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        /// False once the handle is closing.
        func begin() -> Bool {
            state.withLock { state in
                guard !state.isClosing else { return false }
                state.count += 1
                return true
            }
        }

        func end() {
            let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
                state.count -= 1
                guard state.count == 0 else { return nil }
                defer { state.idle = nil }
                return state.idle
            }
            waiter?.resume()
        }

        /// Refuses new uses and returns when the last one has ended. Only the first call gets true.
        func close() async -> Bool {
            let isFirst = state.withLock { state in
                defer { state.isClosing = true }
                return !state.isClosing
            }
            guard isFirst else { return false }
            await withCheckedContinuation { continuation in
                let isIdle = state.withLock { state in
                    if state.count > 0 { state.idle = continuation }
                    return state.count == 0
                }
                if isIdle { continuation.resume() }
            }
            return true
        }
    }

    /// What a handle is for.
    enum Role: Sendable {
        case reading
        case producing

        var isConsumer: Bool {
            switch self {
            case .reading: true
            case .producing: false
            }
        }

        var type: rd_kafka_type_t {
            switch self {
            case .reading: RD_KAFKA_CONSUMER
            case .producing: RD_KAFKA_PRODUCER
            }
        }
    }

    /// `nil` after the handle was destroyed.
    private let pointers: Mutex<HandlePointers?>
    private let uses = Uses()
    private let events: HandleEvents
    private let closing = BlockingLane(label: "close")

    /// Why its connections fail.
    var faults: ConnectionFaults { events.faults }

    init(
        _ role: Role, configuration: KafkaConfiguration, settings: [String: String], events: HandleEvents
    ) throws(KafkaError) {
        self.events = events
        pointers = Mutex(
            try HandlePointers(role.type, configuration: configuration, settings: settings, events: events))
    }

    deinit {
        // Forgotten, not closed: blocking here could block the pool, so it is left to a lane's thread.
        guard let left = pointers.withLock({ $0.take() }) else { return }
        let lane = closing
        lane.start { left.destroy() }
    }

    /// Lends the pointer to a synchronous call, which may block: call it on a lane then.
    func borrow<Value>(
        _ operation: String, _ body: (_ handle: OpaquePointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        guard uses.begin() else { throw .closed(operation) }
        defer { uses.end() }
        guard let pointers = pointers.withLock({ $0 }) else { throw .closed(operation) }
        return try body(pointers.handle)
    }

    /// What answers an admin request.
    enum Addressee: Sendable {
        /// Whichever broker can, or the controller.
        case cluster
        case broker(Int32)
        /// The coordinator of a group, which librdkafka looks up first.
        case coordinator
    }

    /// Sends an admin request and waits for its reply, at most for its time-out.
    ///
    /// A request that was cancelled or has timed out throws at once; its late reply is dropped.
    /// - Parameters:
    ///   - addressee: who is asked, where the request can be addressed.
    ///   - send: calls the request with handle, options and reply queue.
    ///   - decode: makes Swift values of the reply, on librdkafka's background thread.
    func request<Value: Sendable>(
        _ operation: String, api: rd_kafka_admin_op_t, timeout: Duration, of addressee: Addressee = .cluster,
        send: (_ handle: OpaquePointer, _ options: OpaquePointer, _ replies: OpaquePointer) -> Void,
        decode: @escaping @Sendable (_ event: OpaquePointer) throws(KafkaError) -> Value
    ) async throws(KafkaError) -> Value {
        let waiter = ReplyWaiter<Value>()
        let uses = uses
        // librdkafka up to 2.15 aborts the process when a coordinator turns up after a request for it has timed out
        // (librdkafka#4605, #5397): such a request is never let time out there, but given up here.
        let isCoordinated = if case .coordinator = addressee { true } else { false }
        let patience = isCoordinated ? Self.withoutEnd : timeout
        let result: Result<Value, KafkaError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard waiter.wait(continuation) else { return }
                guard uses.begin() else { return waiter.resume(.failure(.closed(operation))) }
                guard let pointers = pointers.withLock({ $0 }) else {
                    uses.end()
                    return waiter.resume(.failure(.closed(operation)))
                }
                let reply = PendingReply { event in
                    waiter.resume(Self.outcome(of: event, operation: operation, decode: decode))
                    if !isCoordinated { uses.end() }
                }
                let options = rd_kafka_AdminOptions_new(pointers.handle, api)
                defer { rd_kafka_AdminOptions_destroy(options) }
                guard let options else {
                    uses.end()
                    return waiter.resume(.failure(KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, operation: operation)))
                }
                rd_kafka_AdminOptions_set_request_timeout(options, patience.librdkafkaMilliseconds, nil, 0)
                if case .broker(let id) = addressee { rd_kafka_AdminOptions_set_broker(options, id, nil, 0) }
                rd_kafka_AdminOptions_set_opaque(options, Unmanaged.passRetained(reply).toOpaque())
                send(pointers.handle, options, pointers.replies)
                if isCoordinated {
                    // The handle may be closed while a request that was given up is still in it.
                    uses.end()
                    waiter.giveUp(after: timeout, with: .timedOut(operation))
                }
            }
        } onCancel: {
            waiter.resume(.failure(.cancelled(operation)))
        }
        return try result.get()
    }

    /// Closes and destroys. Returns when it is done; a second call returns at once.
    func close() async {
        guard await uses.close() else { return }
        await closing.run { [self] in
            pointers.withLock { $0.take() }?.destroy()
        }
    }

    /// The longest time-out that librdkafka takes.
    private static let withoutEnd = Duration.seconds(3_600)

    private static func outcome<Value>(
        of event: OpaquePointer, operation: String,
        decode: (_ event: OpaquePointer) throws(KafkaError) -> Value
    ) -> Result<Value, KafkaError> {
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = String(cString: rd_kafka_event_error_string(event))
            return .failure(KafkaError(code, operation: operation, reason: reason))
        }
        do throws(KafkaError) {
            return .success(try decode(event))
        } catch {
            return .failure(error)
        }
    }
}

/// The C objects of one handle.
///
/// `@unchecked Sendable`: librdkafka's handles and queues may be used from every thread (its INTRODUCTION.md,
/// "Threads and callbacks"); `KafkaHandle` sees to it that nothing uses them after ``destroy()``.
private struct HandlePointers: @unchecked Sendable {
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

extension Duration {
    /// For librdkafka's time-outs: at least 1 ms, because 0 means something else to most calls.
    var librdkafkaMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow else { return seconds < 0 ? 1 : 3_600_000 }
        return Int32(min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), 3_600_000))
    }
}
