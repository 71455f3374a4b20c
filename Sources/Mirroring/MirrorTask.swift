internal import Domain
internal import KafkaAdapter

/// One partition in one direction, from its assignment until it is given up. Belongs to the loop's thread.
final class MirrorTask {
    enum Phase {
        /// The start procedure is at work.
        case starting
        case running
        case failed(TaskFailure, since: ContinuousClock.Instant)
    }

    let partition: TopicPartition
    let judge: MirroredPartition
    var wanted: WantedMirror
    /// Tells this life from the one before, in tags and answers.
    var number: UInt
    var phase = Phase.starting
    var machine: MirrorPartition?
    /// 58 bytes, of which the offset is set for each record.
    var provenance: [UInt8]
    /// Whether the reader delivers its records, and from which batch on they count.
    var isReading = false
    var firstBatch = 0
    /// Has to be given back once nothing is under way.
    var isRevoked = false
    /// After a refused batch: one record at a time.
    var isSingle = false
    var lastSize = 0
    /// A record that the target has refused alone: not to be sent again.
    var condemned: (offset: Int64, refusal: CopyProducer.Refusal)?
    var deadLetterUnderWay = false
    /// To be started again once nothing is under way.
    var wantsRestart = false
    /// What was under way went with its producer and is never answered.
    var isAbandoned = false
    var committed: (position: Int64, commit: MirrorCommit)?
    var hindrance: String?
    var isRestarting = false
    var counts = MirrorCounts()
    var sent = SentTimestamps()
    /// Since when the position stands although there is something to do.
    var standing: (position: Int64?, since: ContinuousClock.Instant)?

    init(_ partition: TopicPartition, wanted: WantedMirror, number: UInt, local: KafkaUUID) {
        self.partition = partition
        self.wanted = wanted
        self.number = number
        judge = MirroredPartition(localCluster: local, topicHash: wanted.topicHash, partition: partition.partition)
        provenance =
            ProvenanceHeader(
                cluster: local, topicHash: wanted.topicHash, partition: partition.partition, offset: 0
            ).bytes
    }

    var request: StartRequest { StartRequest(partition: partition, number: number, wanted: wanted) }
    /// Records that an answer is still awaited for.
    var underWay: Int { isAbandoned ? 0 : machine?.underWay ?? 0 }

    func provenance(of offset: Int64) -> [UInt8] {
        var bits = UInt64(bitPattern: offset)
        for place in stride(from: 57, through: 50, by: -1) {
            provenance[place] = UInt8(truncatingIfNeeded: bits)
            bits >>= 8
        }
        return provenance
    }

    /// librdkafka carries it with a record; never 0.
    func tag(_ sequence: Int64) -> UInt { number << 40 | UInt(sequence) & 0xFF_FFFF_FFFF }
}
