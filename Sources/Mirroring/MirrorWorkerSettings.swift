package import Domain
package import HTTPTransport
package import KafkaAdapter

/// What a mirror worker is told.
package struct MirrorWorkerSettings: Sendable {
    /// How both clusters are reached.
    package let clusters: PerIDC<KafkaConfiguration>
    /// The sides' names in groups, connectors and topics: `idc1`.
    package let names: PerIDC<String>
    /// The directions that it works on; not empty.
    package let flows: [ReplicationFlow]
    /// Topics that are mirrored without anybody defining a mirror for them. Internal ones never are.
    package let topics: [Glob]
    package let excludedTopics: [Glob]
    /// `nil`: no REST interface.
    package let listen: Listen?
    /// The worker in states and logs; as Connect's, `host:port` of its REST interface where there is one.
    package let workerID: String?
    /// Bytes of keys and values per second and mirror; `nil`: no limit. A mirror's own setting wins.
    package let throttle: Int?
    package let timing: Timing
    /// How long what FROM has sent is under way, beside what the network takes: for worlds whose clusters stand side by
    /// side. Asked again and again, so that it may change.
    package let distance: @Sendable () -> Duration

    package struct Listen: Sendable {
        package let host: String
        /// 0 takes a free one.
        package let port: UInt16
        /// Needed on every address but loopback.
        package let credentials: HTTPServerCredentials?

        package init(host: String = "127.0.0.1", port: UInt16 = 9283, credentials: HTTPServerCredentials? = nil) {
            self.host = host
            self.port = port
            self.credentials = credentials
        }
    }

    package struct Timing: Sendable {
        package let sessionTimeout: Duration
        package let heartbeat: Duration
        /// How long a broker waits for records before it answers a fetch with none.
        package let fetchWait: Duration
        package let commitInterval: Duration
        /// Between two looks at topics and partitions of both sides.
        package let topicInterval: Duration
        /// Between two looks for what a failed partition is missing.
        package let retryInterval: Duration
        /// How long what is in flight may take when partitions are given up.
        package let drainTimeout: Duration

        package init(
            sessionTimeout: Duration = .seconds(15), heartbeat: Duration = .seconds(3),
            fetchWait: Duration = .milliseconds(500), commitInterval: Duration = .milliseconds(250),
            topicInterval: Duration = .seconds(5), retryInterval: Duration = .seconds(30),
            drainTimeout: Duration = .seconds(10)
        ) {
            self.sessionTimeout = sessionTimeout
            self.heartbeat = heartbeat
            self.fetchWait = fetchWait
            self.commitInterval = commitInterval
            self.topicInterval = topicInterval
            self.retryInterval = retryInterval
            self.drainTimeout = drainTimeout
        }

        /// For mock clusters, whose rebalances take a session and whose sparse fetches take the whole wait.
        package static let mock = Timing(
            sessionTimeout: .seconds(3), heartbeat: .seconds(1), fetchWait: .milliseconds(10),
            topicInterval: .seconds(1), retryInterval: .seconds(2))
    }

    package init(
        clusters: PerIDC<KafkaConfiguration>, names: PerIDC<String> = PerIDC(idc1: "idc1", idc2: "idc2"),
        flows: [ReplicationFlow] = ReplicationFlow.all, topics: [Glob], excludedTopics: [Glob] = [],
        listen: Listen? = Listen(), workerID: String? = nil, throttle: Int? = nil, timing: Timing = Timing(),
        distance: @escaping @Sendable () -> Duration = { .zero }
    ) {
        self.clusters = clusters
        self.names = names
        self.flows = flows
        self.topics = topics
        self.excludedTopics = excludedTopics
        self.listen = listen
        self.workerID = workerID
        self.throttle = throttle
        self.timing = timing
        self.distance = distance
    }

    /// Whether a topic is mirrored when nobody has said anything about it.
    func selects(_ topic: String) -> Bool {
        !Coverage.isNeverMirrored(topic) && topics.contains { $0.matches(topic) }
            && !excludedTopics.contains { $0.matches(topic) }
    }
}
