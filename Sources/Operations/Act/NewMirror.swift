import Domain

/// A mirror that is to be made: its connector's name and configuration.
struct NewMirror: Sendable {
    let target: MirrorTarget
    let connectorName: String
    /// What is sent to `PUT /connectors/{name}/config`.
    let entries: [String: String]

    init(_ configuration: MirrorMakerConfiguration) {
        target = configuration.target
        connectorName = configuration.connectorName
        entries = configuration.entries
    }

    /// One of Bascule's own worker (mirroring.md, section 6), which knows the rest by itself.
    init(ofWorker target: MirrorTarget) {
        let (from, to) = (target.flow.source.rawValue, target.flow.target.rawValue)
        self.target = target
        connectorName = "mirror-\(from)-\(to)-\(target.topic)"
        entries = [
            "name": connectorName, "connector.class": "bascule.Mirror", "from": from, "to": to, "topic": target.topic,
        ]
    }

    /// Why Bascule's worker would never copy a topic; `nil` when it would.
    static func reasonNeverMirroredByWorker(_ topic: String) -> String? {
        for (prefix, owner) in [("__", "Kafka's"), ("connect-", "Connect's"), ("bascule-", "Bascule's")]
        where topic.hasPrefix(prefix) {
            return "is one of \(owner) own topics, which are never mirrored"
        }
        return nil
    }
}
