internal import CRdkafka
internal import Glibc

/// Wakes the thread that serves a mirror's queues: librdkafka rings it when a queue gets its first event.
package final class QueueBell: Sendable {
    private let writing: Int32
    private let reading: Int32

    package init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no file descriptors are left for a pipe")
        for end in ends {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        close(reading)
        close(writing)
    }

    package func ring() { _ = write(writing, [1], 1) }

    /// Blocks until the bell rings, at most this long, and takes every ring at once.
    package func wait(milliseconds: Int32) {
        var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { bytes in
            while read(reading, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }
}

/// A librdkafka handle whose queue its owner's thread serves itself, beside ``KafkaHandle`` whose queues
/// librdkafka's thread serves: the mirror's loop decides about every record on one thread.
///
/// Not `Sendable`: made, used and closed on one thread.
final class PolledHandle {
    let pointer: OpaquePointer
    /// What the thread serves: the consumer's queue, or a producer's main queue.
    let queue: OpaquePointer
    private let main: OpaquePointer
    private let retained: Unmanaged<HandleEvents>
    /// Lives as long as the queue may ring it.
    private let bell: QueueBell?
    let events: HandleEvents
    private(set) var isClosed = false

    /// - Parameter served: the kinds of events that the queue carries.
    init(
        _ role: KafkaHandle.Role, configuration: KafkaConfiguration, settings: [String: String], served: Int32,
        bell: QueueBell?, log: @escaping @Sendable (String) -> Void
    ) throws(KafkaError) {
        let events = HandleEvents(log: log)
        self.events = events
        let retained = Unmanaged.passRetained(events)
        self.retained = retained
        var draft = try Self.draft(configuration, settings, releasing: retained)
        var handle: OpaquePointer?
        var reason = ""
        draft.offer { conf in
            rd_kafka_conf_set_opaque(conf, retained.toOpaque())
            rd_kafka_conf_set_log_cb(conf, receiveLogLine)
            rd_kafka_conf_set_events(conf, served | RD_KAFKA_EVENT_ERROR)
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
                text.initialize(repeating: 0)
                handle = rd_kafka_new(role.type, conf, text.baseAddress, text.count)
                if handle == nil, let start = text.baseAddress { reason = String(cString: UnsafePointer(start)) }
            }
            return handle != nil
        }
        guard let handle, let main = rd_kafka_queue_get_main(handle) else {
            retained.release()
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, operation: "configure", reason: reason)
        }
        pointer = handle
        self.main = main
        queue = role.isConsumer ? rd_kafka_queue_get_consumer(handle) ?? main : main
        self.bell = bell
        // Not librdkafka's own writing into a file descriptor: it keeps quiet until it thinks that the queue was
        // served, and some ways of serving do not count.
        if let bell {
            rd_kafka_queue_cb_event_enable(queue, ringBell, Unmanaged.passUnretained(bell).toOpaque())
        }
    }

    deinit { close() }

    private static func draft(
        _ configuration: KafkaConfiguration, _ settings: [String: String], releasing retained: Unmanaged<HandleEvents>
    ) throws(KafkaError) -> ConfigurationDraft {
        do throws(KafkaError) {
            return try ConfigurationDraft(configuration, settings: settings)
        } catch {
            retained.release()
            throw error
        }
    }

    /// Takes connection errors off the main queue of a consumer, where nothing else arrives.
    func serveErrors() {
        guard queue != main else { return }
        while let event = rd_kafka_queue_poll(main, 0) {
            events.take(event)
            rd_kafka_event_destroy(event)
        }
    }

    /// Destroys without leaving a group; blocks until librdkafka's threads have ended.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        rd_kafka_queue_cb_event_enable(queue, nil, nil)
        if queue != main { rd_kafka_queue_destroy(queue) }
        rd_kafka_queue_destroy(main)
        rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        retained.release()
    }
}

private func ringBell(_ handle: OpaquePointer?, _ bell: UnsafeMutableRawPointer?) {
    guard let bell else { return }
    Unmanaged<QueueBell>.fromOpaque(bell).takeUnretainedValue().ring()
}
