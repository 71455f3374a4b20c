internal import CRdkafka
internal import Domain

/// One pass over stretches of the log: reads header names and timestamps, keeps no payloads. Blocks its lane.
struct OriginScan {
    /// How far one stretch has been looked at.
    struct Progress: Sendable {
        let partition: TopicPartition
        let from: Int64
        let to: Int64
        /// Everything below has been looked at.
        var next: Int64
        var records: Int64 = 0
        var locals: [OriginSample.LocalRecord] = []
        var end: End?

        /// Why a stretch is not read any further.
        enum End: Sendable {
            case finished
            /// The log ends below `to`: records were there, and are gone.
            case logIsShorter
            /// The log starts above `next` now, or ends below it.
            case outOfRange
            case failed(KafkaError)
        }

        init(_ partition: TopicPartition, _ stretch: Range<Int64>) {
            self.partition = partition
            from = stretch.lowerBound
            to = stretch.upperBound
            next = stretch.lowerBound
            if stretch.isEmpty { end = .finished }
        }

        /// `nil` when nothing was looked at.
        var sample: OriginSample? {
            guard next > from || from == to else { return nil }
            return OriginSample(
                from: Offset(from), to: Offset(min(next, to)), records: records, locals: locals)
        }
    }

    private let handle: OpaquePointer
    private let queue: OpaquePointer
    private let copyHeaders: [String]
    private let remaining: () -> Duration
    private let isCancelled: () -> Bool

    private var stretches: [Progress]
    private var indexes: [TopicPartition: Int] = [:]
    private var unfinished = 0
    /// Records fetched for stretches that are finished: the price of not telling librdkafka at once.
    private var wasted = 0
    private var wake = FetchWake(queuedKilobytes: queuedKilobytes)

    /// As many messages as one call hands over at most.
    private static let batch = 2_000
    private static let wastedLimit = 10_000
    /// What the handle's queue may hold.
    static let queuedKilobytes = 16_384

    /// - Parameters:
    ///   - queue: the handle's consumer queue.
    ///   - remaining: the time left.
    init(
        _ stretches: [Progress], rule: ProvenanceRule, handle: OpaquePointer, queue: OpaquePointer,
        remaining: @escaping () -> Duration, isCancelled: @escaping () -> Bool
    ) {
        self.stretches = stretches
        self.handle = handle
        self.queue = queue
        copyHeaders = rule.copyHeaders.sorted()
        self.remaining = remaining
        self.isCancelled = isCancelled
        for (index, stretch) in stretches.enumerated() {
            indexes[stretch.partition] = index
            if stretch.end == nil { unfinished += 1 }
        }
    }

    /// Reads until every stretch has ended, the time is over or the caller has gone.
    mutating func run() throws(KafkaError) -> [Progress] {
        guard unfinished > 0 else { return stretches }
        try assignUnfinished()
        // Nothing is fetched between two scans.
        defer { rd_kafka_assign(handle, nil) }
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: Self.batch)
        defer { messages.deallocate() }
        while unfinished > 0, !isCancelled() {
            let left = remaining()
            guard left > .zero else { break }
            // The call waits the whole time for a full batch.
            let wait = min(left, .milliseconds(10)).librdkafkaMilliseconds
            let count = rd_kafka_consume_batch_queue(queue, wait, messages, Self.batch)
            guard count >= 0 else { throw KafkaError(rd_kafka_last_error(), operation: "Fetch") }
            wake.took(messages, count: count, of: handle)
            take(messages, count: count)
            if wasted > Self.wastedLimit, unfinished > 0 {
                wasted = 0
                try assignUnfinished()
            }
        }
        return stretches
    }

    private func assignUnfinished() throws(KafkaError) {
        let wanted = stretches.filter { $0.end == nil }
        let next = Dictionary(wanted.map { ($0.partition, $0.next) }, uniquingKeysWith: { first, _ in first })
        let list = TopicPartitionList(wanted.map(\.partition)) { next[$0] ?? 0 }
        let code = rd_kafka_assign(handle, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
    }

    private mutating func take(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>, count: Int
    ) {
        // Messages come in runs of one partition.
        var topic: OpaquePointer?
        var partition: Int32 = -1
        var index: Int?
        for position in 0..<count {
            guard let message = messages[position] else { continue }
            defer { rd_kafka_message_destroy(message) }
            guard let messageTopic = message.pointee.rkt else { continue }
            if messageTopic != topic || message.pointee.partition != partition {
                topic = messageTopic
                partition = message.pointee.partition
                index = indexes[TopicPartition(String(cString: rd_kafka_topic_name(messageTopic)), partition)]
            }
            if let index { take(message, for: index) }
        }
    }

    private mutating func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>, for index: Int) {
        guard stretches[index].end == nil else {
            wasted += 1
            return
        }
        let offset = message.pointee.offset
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            // A reassignment can deliver a record again that was taken before it.
            guard offset >= stretches[index].next else { return }
            if offset < stretches[index].to { classify(message, for: index) }
            stretches[index].next = offset + 1
            if offset + 1 >= stretches[index].to { finish(index, .finished) }
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            // The end of the log, past transaction markers and gaps that are never delivered.
            stretches[index].next = max(stretches[index].next, min(offset, stretches[index].to))
            finish(index, offset >= stretches[index].to ? .finished : .logIsShorter)
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            finish(index, .outOfRange)
        default:
            let code = message.pointee.err
            let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
            finish(index, .failed(KafkaError(code, operation: "Fetch", reason: reason)))
        }
    }

    private mutating func finish(_ index: Int, _ end: Progress.End) {
        stretches[index].end = end
        unfinished -= 1
    }

    /// The same answer as `ProvenanceRule`'s, without making a string of every header's name.
    private mutating func classify(_ message: UnsafeMutablePointer<rd_kafka_message_t>, for index: Int) {
        stretches[index].records += 1
        var headers: OpaquePointer?
        if rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers {
            for name in copyHeaders {
                var value: UnsafeRawPointer?
                var size = 0
                if rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR { return }
            }
        }
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &type)
        stretches[index].locals.append(
            OriginSample.LocalRecord(
                offset: Offset(message.pointee.offset),
                timestamp: timestamp < 0 || type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
                    ? nil : WallTime(milliseconds: timestamp)))
    }
}
