internal import Domain
internal import FoundationEssentials

/// What is wanted of one mirror: a record of the topic `bascule-mirrors`, under its connector's name.
struct MirrorDefinition: Codable, Hashable, Sendable {
    enum Wanted: String, Codable, Hashable, Sendable {
        case running = "RUNNING"
        case paused = "PAUSED"
        case stopped = "STOPPED"
    }

    var config: [String: String]
    var state: Wanted
    /// Deleted, so that its topic is not mirrored although the workers' selection has it.
    var isDeleted: Bool
    /// Grows with every restart of its tasks.
    var restarts: Int
    /// Whether the newest restart was of failed tasks only.
    var restartsOnlyFailed: Bool
    /// How often single tasks were restarted, by their numbers.
    var taskRestarts: [String: Int]?

    enum CodingKeys: String, CodingKey {
        case config
        case state
        case isDeleted = "deleted"
        case restarts
        case restartsOnlyFailed = "restarts_only_failed"
        case taskRestarts = "task_restarts"
    }

    init(config: [String: String], state: Wanted = .running) {
        self.config = config
        self.state = state
        isDeleted = false
        restarts = 0
        restartsOnlyFailed = false
        taskRestarts = nil
    }

    /// `nil` for bytes that no worker of this version has written.
    init?(bytes: [UInt8]) {
        guard let read = try? JSONDecoder().decode(MirrorDefinition.self, from: Data(bytes)) else { return nil }
        self = read
    }

    var restartsByPartition: [Int32: Int] {
        Dictionary(
            (taskRestarts ?? [:]).compactMap { number, count in Int32(number).map { ($0, count) } },
            uniquingKeysWith: max)
    }

    var bytes: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { [UInt8]($0) }
    }

    // MARK: Its configuration

    static let topicKey = "topic"
    static let refusedRecordsKey = "errors.refused.records"
    static let throttleKey = "throttle.bytes.per.second"
    static let acceptedGapsKey = "accepted.gaps"

    static func standardConfig(name: String, from: String, to: String, topic: String) -> [String: String] {
        ["name": name, "connector.class": "bascule.Mirror", "from": from, "to": to, topicKey: topic]
    }

    var deadLetters: Bool { config[Self.refusedRecordsKey] == "dead-letter" }
    var throttle: Int? { config[Self.throttleKey].flatMap { Int($0) } }
    var acceptedGaps: [AcceptedGap] { config[Self.acceptedGapsKey].flatMap(AcceptedGap.list) ?? [] }

    /// Why a configuration cannot be taken; `nil`: it can.
    static func problem(with config: [String: String], name: String, from: String, to: String) -> String? {
        guard let topic = config[topicKey], !topic.isEmpty else { return "'topic' is missing" }
        guard name == "mirror-\(from)-\(to)-\(topic)" else {
            return "the mirror of topic \(topic) is called mirror-\(from)-\(to)-\(topic)"
        }
        if Coverage.isNeverMirrored(topic) { return "topic \(topic) is internal and never mirrored" }
        for (key, wanted) in [
            ("name", name), ("from", from), ("to", to), ("connector.class", "bascule.Mirror"),
        ] where config[key].map({ $0 != wanted }) ?? false {
            return "'\(key)' must be \(wanted)"
        }
        if let policy = config[refusedRecordsKey], policy != "stop", policy != "dead-letter" {
            return "'\(refusedRecordsKey)' is stop or dead-letter"
        }
        if let throttle = config[throttleKey], Int(throttle).map({ $0 > 0 }) != true {
            return "'\(throttleKey)' is a number of bytes above 0"
        }
        if let gaps = config[acceptedGapsKey], AcceptedGap.list(gaps) == nil {
            return "'\(acceptedGapsKey)' is a list of PARTITION:FROM-TO"
        }
        return nil
    }
}
