internal import Domain
internal import KafkaAdapter
internal import Operations
internal import Synchronization

/// What is wanted of one topic's mirror, as the loop takes it.
struct WantedMirror: Hashable, Sendable {
    let topic: String
    let topicHash: UInt64
    let isPaused: Bool
    let deadLetters: Bool
    let throttle: Int?
    let acceptedGaps: [AcceptedGap]
    let restarts: Int
    let restartsOnlyFailed: Bool
    /// How often single partitions were restarted.
    let taskRestarts: [Int32: Int]
    let sourcePartitions: Int
    /// `max.message.bytes` of the topic on the target; `nil`: not known.
    let limit: Int?

    func accepted(of partition: Int32) -> [AcceptedGap] { acceptedGaps.filter { $0.partition == partition } }
}

/// A partition that the loop wants to begin with. `number` tells one life of a partition's mirror from the next.
struct StartRequest: Hashable, Sendable {
    let partition: TopicPartition
    let number: UInt
    let wanted: WantedMirror
}

/// What the loop is told from outside. It takes all of it before the next batch.
enum LoopOrder: Sendable {
    /// The topics to subscribe to, with what is wanted of each.
    case wanted([String: WantedMirror], batchBytes: Int)
    case started(StartRequest, Result<MirrorStart, TaskFailure>)
    /// A side does not answer; the start is tried again.
    case startDelayed(StartRequest, reason: String)
    case committed([TopicPartition: CommittedCut], Result<[TopicPartition: PortError], PortError>)
    case deadLettered(StartRequest, sequence: Int64, Result<Void, PortError>)
    case stop
}

/// What the loop asks for.
enum LoopRequest: Sendable {
    case start([StartRequest])
    case deadLetter(StartRequest, sequence: Int64, ProducerRecord)
}

/// Between the loop's thread and everybody else.
final class LoopDesk: Sendable {
    let bell = QueueBell()
    private let orders = Mutex<[LoopOrder]>([])
    private let views = Mutex<[TopicPartition: TaskView]>([:])
    private let counts = Mutex<[TopicPartition: MirrorCounts]>([:])
    private let rebalancing = Mutex(true)
    let requests: AsyncStream<LoopRequest>
    private let continuation: AsyncStream<LoopRequest>.Continuation

    init() {
        (requests, continuation) = AsyncStream.makeStream(of: LoopRequest.self)
    }

    func give(_ order: LoopOrder) {
        orders.withLock { $0.append(order) }
        bell.ring()
    }

    func takeOrders() -> [LoopOrder] {
        orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
    }

    func ask(_ request: LoopRequest) { continuation.yield(request) }
    func close() { continuation.finish() }

    func publish(
        _ newViews: [TopicPartition: TaskView], _ newCounts: [TopicPartition: MirrorCounts], isRebalancing: Bool
    ) {
        views.withLock { $0 = newViews }
        counts.withLock { $0 = newCounts }
        rebalancing.withLock { $0 = isRebalancing }
    }

    var currentViews: [TopicPartition: TaskView] { views.withLock { $0 } }
    var currentCounts: [TopicPartition: MirrorCounts] { counts.withLock { $0 } }
    var isRebalancing: Bool { rebalancing.withLock { $0 } }
}

/// What a partition's mirror has done in this process.
struct MirrorCounts: Hashable, Sendable {
    var copied: Int64 = 0
    var copiedBytes: Int64 = 0
    var filtered: Int64 = 0
    var forwardedHeaders: Int64 = 0
    var sourceRegressions: Int64 = 0
    var timestampsReplaced: Int64 = 0
    var deadLetters: Int64 = 0
    var starts: Int64 = 0
    var underWay: Int64 = 0
    var latency = LatencyHistogram()
    var position: Int64?
    var copiedEnd: Int64?
}
