internal import Domain
internal import Operations

/// Why a partition is not mirrored. The words are what REST shows as the task's trace.
enum TaskFailure: Error, Hashable, Sendable {
    case topicMissing(on: String)
    case partitionsDiffer(source: Int, target: Int)
    case refusedStart(MirrorStartPlan.Refusal)
    /// `name`: Kafka's word for it.
    case recordRefused(offset: Int64, size: Int, limit: Int?, name: String, reason: String)
    case unknownVersion(offset: Int64, version: UInt8)
    case unauthorised(String)
    case other(String)

    /// Whether it is looked at again without being asked to.
    var isRetried: Bool {
        switch self {
        case .topicMissing, .partitionsDiffer: true
        case .refusedStart, .recordRefused, .unknownVersion, .unauthorised, .other: false
        }
    }

    func trace(_ partition: TopicPartition) -> String {
        switch self {
        case .topicMissing(let side):
            "topic missing: \(partition.topic) is not on \(side); it is never created by the mirror"
        case .partitionsDiffer(let source, let target):
            "partitions differ: \(partition.topic) has \(source) on the source and \(target) on the target"
        case .refusedStart(.overtaken(let position, let start)):
            "overtaken: offsets [\(position),\(start)) of \(partition) are gone from the source and were never copied; "
                + "accept them with \(MirrorDefinition.acceptedGapsKey)=\(partition.partition):\(position)-\(start)"
        case .refusedStart(.recreated(let position, let end)):
            "topic re-created: \(partition) ends at \(end), below the position \(position); start it over with "
                + "\(MirrorDefinition.acceptedGapsKey)=\(partition.partition):\(position)-0"
        case .recordRefused(let offset, let size, let limit, let name, let reason):
            "record refused: \(partition) offset \(offset), \(size) bytes"
                + (limit.map { ", limit \($0) bytes" } ?? "") + ": \(name), \(reason)"
        case .unknownVersion(let offset, let version):
            "unknown header version: \(partition) offset \(offset) has osync-origin version \(version)"
        case .unauthorised(let detail): "not authorised: \(detail)"
        case .other(let detail): detail
        }
    }
}

/// What is shown of a partition's mirror.
struct TaskView: Hashable, Sendable {
    enum State: String, Hashable, Sendable {
        case running = "RUNNING"
        case paused = "PAUSED"
        case failed = "FAILED"
        case restarting = "RESTARTING"
        case unassigned = "UNASSIGNED"
    }

    var state: State
    var trace: String?
    /// What hinders it while it is RUNNING: a side that does not answer.
    var hindrance: String?
    /// Why it is RUNNING and nothing flows although there is something to do.
    var notFlowing: String?
    var position: Int64?
    var gap: Int64?
}
