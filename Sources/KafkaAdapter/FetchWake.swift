internal import CRdkafka
internal import Domain

/// Lets a consumer fetch on while its queue is being emptied.
///
/// librdkafka fetches nothing while the consumer's queue holds `queued.min.messages` or `queued.max.messages.kbytes`.
/// When it does, the broker's thread looks again a second later, however soon the queue is empty
/// (confluentinc/librdkafka#2879; versions from 2.2 on call that second `fetch.queue.backoff.ms`), or once anything
/// else is asked of the broker. So the leaders are asked for a log end whenever a quarter of what the queue may hold was
/// taken out of it, and nobody waits for their answer.
struct FetchWake {
    private let messages: Int
    private let bytes: Int
    private var takenMessages = 0
    private var takenBytes = 0
    /// By broker, a partition that came from it.
    private(set) var leaders: [Int32: TopicPartition] = [:]

    /// What the handle's queue may hold, as its settings say.
    ///
    /// - Parameter queuedMessages: librdkafka's default where it is not set.
    init(queuedMessages: Int = 100_000, queuedKilobytes: Int) {
        messages = max(1, queuedMessages / 4)
        bytes = max(1, queuedKilobytes * 1_024 / 4)
    }

    /// Takes note of messages that left the queue, while they are there.
    mutating func took(
        _ batch: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>, count: Int, of handle: OpaquePointer
    ) {
        // Messages come in runs of one partition.
        var run: (topic: OpaquePointer?, partition: Int32) = (nil, -1)
        for index in 0..<max(0, count) {
            guard let message = batch[index], message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let (topic, partition) = (message.pointee.rkt, message.pointee.partition)
            var leader: (broker: Int32, partition: TopicPartition)?
            if run != (topic, partition), let topic {
                run = (topic, partition)
                leader = (
                    rd_kafka_message_broker_id(message),
                    TopicPartition(String(cString: rd_kafka_topic_name(topic)), partition)
                )
            }
            took(bytes: message.pointee.len + message.pointee.key_len, from: leader)
        }
        guard let partitions = due() else { return }
        let list = TopicPartitionList(partitions) { _ in ListOffsetsRound.latest }
        // A topic that is gone would keep all of them from being asked.
        switch rd_kafka_offsets_for_times(handle, list.pointer, 0) {
        case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__TIMED_OUT: break
        default: leaders = [:]
        }
    }

    /// - Parameter leader: of the message's partition, where it is another one than before.
    mutating func took(bytes: Int, from leader: (broker: Int32, partition: TopicPartition)?) {
        takenMessages += 1
        takenBytes += bytes
        if let leader, leader.broker >= 0 { leaders[leader.broker] = leader.partition }
    }

    /// The partitions whose leaders are to be asked now, one a broker; `nil`: not enough was taken yet.
    mutating func due() -> [TopicPartition]? {
        guard takenMessages >= messages || takenBytes >= bytes, !leaders.isEmpty else { return nil }
        (takenMessages, takenBytes) = (0, 0)
        return leaders.values.sorted()
    }
}
