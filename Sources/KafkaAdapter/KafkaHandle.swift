internal import CRdkafka
internal import Synchronization

/// The only holder of an `rd_kafka_t`, which it makes anew when requests are stuck in it for too long, and when it goes on
/// asking a broker that no longer coordinates a group.
///
/// Calls borrow the pointer for their own duration; ``close()`` refuses new ones, waits for those under way and
/// for replies still to come (each has a time-out), and destroys on a lane, because `rd_kafka_destroy` blocks
/// and must not run on librdkafka's threads.
final class KafkaHandle: Sendable {
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

    /// `nil` once the handle is closing.
    private let life: Mutex<HandleLife?>
    private let make: @Sendable () throws(KafkaError) -> HandlePointers
    private let longestWait: Duration
    private let longestDetour: Duration
    private let events: HandleEvents
    private let closing = BlockingLane(label: "close")

    /// Why its connections fail.
    var faults: ConnectionFaults { events.faults }

    /// - Parameter longestWait: for how long a request may wait for a coordinator inside librdkafka, from where it
    ///   cannot be taken back. Later the `rd_kafka_t` is made anew, well before librdkafka's own longest time-out ends.
    /// - Parameter longestDetour: how old an `rd_kafka_t` at least gets before it is made anew for a coordinator that has
    ///   moved: while one moves, nobody knows the new one.
    init(
        _ role: Role, configuration: KafkaConfiguration, settings: [String: String], events: HandleEvents,
        longestWait: Duration = .seconds(1_800), longestDetour: Duration = .seconds(5)
    ) throws(KafkaError) {
        self.events = events
        self.longestWait = longestWait
        self.longestDetour = longestDetour
        make = { () throws(KafkaError) in
            try HandlePointers(role.type, configuration: configuration, settings: settings, events: events)
        }
        life = Mutex(HandleLife(try make()))
    }

    deinit {
        // Forgotten, not closed: blocking here could block the pool, so it is left to a lane's thread.
        guard let left = life.withLock({ $0.take() }) else { return }
        let lane = closing
        lane.start { left.pointers.destroy() }
    }

    /// The pointers with a use of them begun, which the caller ends; `nil` once the handle is closing.
    private func use() -> HandleLife? {
        let (found, outlived): (HandleLife?, HandleLife?) = life.withLock { life in
            guard let current = life else { return (nil, nil) }
            var outlived: HandleLife?
            // Where librdkafka refuses a second handle the first one stays: it may work yet.
            if current.isOutlived(longestWait: longestWait, longestDetour: longestDetour), let pointers = try? make() {
                outlived = current
                life = HandleLife(pointers)
            }
            return (life?.uses.begin() == true ? life : nil, outlived)
        }
        if let outlived { destroy(outlived) }
        return found
    }

    /// A broker has answered that it does not coordinate a group. For admin requests librdkafka remembers the coordinators
    /// of about ten groups for as long as it is asked for them, and asks the same broker for ever
    /// (`rd_kafka_coord_cache`): another `rd_kafka_t` looks for them anew.
    func coordinatorMoved() { life.withLock { $0 }?.misled() }

    /// Destroys once the last use has ended.
    private func destroy(_ life: HandleLife, then: @escaping @Sendable () -> Void = {}) {
        let lane = closing
        life.uses.close {
            lane.start {
                life.pointers.destroy()
                then()
            }
        }
    }

    /// Lends the pointer to a synchronous call, which may block: call it on a lane then.
    func borrow<Value>(
        _ operation: String, _ body: (_ handle: OpaquePointer) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value {
        guard let life = use() else { throw .closed(operation) }
        defer { life.uses.end() }
        return try body(life.pointers.handle)
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
        // librdkafka up to 2.15 aborts the process when a coordinator turns up after a request for it has timed out
        // (librdkafka#4605, #5397): such a request is never let time out there, but given up here.
        let isCoordinated = if case .coordinator = addressee { true } else { false }
        let patience = isCoordinated ? Self.withoutEnd : timeout
        let result: Result<Value, KafkaError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard waiter.wait(continuation) else { return }
                guard let life = use() else { return waiter.resume(.failure(.closed(operation))) }
                let (pointers, uses, coordinated) = (life.pointers, life.uses, life.coordinated)
                guard let options = rd_kafka_AdminOptions_new(pointers.handle, api) else {
                    uses.end()
                    return waiter.resume(.failure(KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, operation: operation)))
                }
                defer { rd_kafka_AdminOptions_destroy(options) }
                let begun = isCoordinated ? coordinated.begin() : nil
                let reply = PendingReply { event in
                    waiter.resume(Self.outcome(of: event, operation: operation, decode: decode))
                    if let begun { coordinated.end(begun) } else { uses.end() }
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

    /// How long the end of librdkafka's threads is waited for.
    private static let closingLimit = Duration.seconds(30)

    /// Closes and destroys. Returns when it is done; a second call returns at once. Where librdkafka waits for one of its
    /// own threads for ever (librdkafka#4674), the handle is left to them.
    func close() async {
        guard let last = life.withLock({ $0.take() }) else { return }
        let waiter = ReplyWaiter<Void>()
        _ = await withCheckedContinuation { continuation in
            guard waiter.wait(continuation) else { return }
            destroy(last) { waiter.resume(.success(())) }
            waiter.giveUp(after: Self.closingLimit, with: .timedOut("close"))
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

extension Duration {
    /// For librdkafka's time-outs: at least 1 ms, because 0 means something else to most calls.
    var librdkafkaMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow else { return seconds < 0 ? 1 : 3_600_000 }
        return Int32(min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), 3_600_000))
    }
}
