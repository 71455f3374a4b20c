/// The names of client settings, sorted by what becomes of them.
enum KafkaSettingNames {
    /// librdkafka's own (2.0.2), and Kafka's that mean the same there: passed on as they are.
    static let passedOn: Set<String> = [
        "client.id", "client.rack", "message.max.bytes", "receive.message.max.bytes",
        "max.in.flight.requests.per.connection", "topic.metadata.refresh.interval.ms", "metadata.max.age.ms",
        "topic.metadata.refresh.fast.interval.ms", "topic.metadata.refresh.sparse",
        "topic.metadata.propagation.max.ms", "debug", "socket.timeout.ms", "socket.send.buffer.bytes",
        "socket.receive.buffer.bytes", "socket.keepalive.enable", "socket.nagle.disable", "socket.max.fails",
        "broker.address.ttl", "broker.address.family", "socket.connection.setup.timeout.ms",
        "connections.max.idle.ms", "reconnect.backoff.ms", "reconnect.backoff.max.ms", "log_level",
        "log.connection.close", "api.version.request", "api.version.request.timeout.ms", "api.version.fallback.ms",
        "broker.version.fallback", "ssl.curves.list", "ssl.sigalgs.list", "ssl.key.password", "ssl.ca.location",
        "ssl.ca.certificate.stores", "ssl.certificate.location", "ssl.key.location", "ssl.crl.location",
        "ssl.providers", "ssl.engine.location", "ssl.engine.id", "enable.ssl.certificate.verification",
        "sasl.kerberos.service.name", "sasl.kerberos.principal", "sasl.kerberos.keytab",
        "sasl.kerberos.min.time.before.relogin", "sasl.username", "sasl.password",
        "sasl.oauthbearer.config", "enable.sasl.oauthbearer.unsecure.jwt", "sasl.oauthbearer.method",
        "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.scope",
        "sasl.oauthbearer.extensions", "sasl.oauthbearer.token.endpoint.url", "fetch.max.bytes",
        "max.partition.fetch.bytes", "fetch.message.max.bytes", "fetch.wait.max.ms", "fetch.min.bytes",
        "fetch.error.backoff.ms", "queued.min.messages", "queued.max.messages.kbytes", "check.crcs",
    ]

    /// Those whose value is a PEM text.
    static let pemTexts: Set<String> = ["ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem"]

    /// Kafka's names and librdkafka's for the same thing.
    static let renamed: [String: String] = [
        "sasl.mechanism": "sasl.mechanisms", "sasl.mechanisms": "sasl.mechanisms",
        "request.timeout.ms": "socket.timeout.ms", "send.buffer.bytes": "socket.send.buffer.bytes",
        "receive.buffer.bytes": "socket.receive.buffer.bytes", "max.in.flight": "max.in.flight.requests.per.connection",
        "fetch.max.wait.ms": "fetch.wait.max.ms",
    ]

    /// Those that are read together, or mean something else in librdkafka.
    static let translated: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "security.protocol", "sasl.jaas.config", "ssl.truststore.type",
        "ssl.truststore.location", "ssl.truststore.certificates", "ssl.truststore.password", "ssl.keystore.type",
        "ssl.keystore.location", "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.keystore.password",
        "ssl.endpoint.identification.algorithm", "ssl.cipher.suites",
    ]

    /// Those that Bascule decides itself: it joins no group, commits nothing, and writes only what was confirmed.
    static let decided: Set<String> = [
        "group.id", "group.instance.id", "group.protocol", "group.protocol.type", "group.remote.assignor",
        "enable.auto.commit", "auto.commit.enable", "auto.commit.interval.ms", "auto.offset.reset",
        "enable.auto.offset.store", "isolation.level", "enable.partition.eof", "allow.auto.create.topics",
        "partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms",
        "max.poll.records", "transactional.id", "transaction.timeout.ms", "enable.idempotence", "acks",
        "request.required.acks", "retries", "retry.backoff.ms", "retry.backoff.max.ms", "linger.ms", "batch.size",
        "buffer.memory", "compression.type", "compression.codec", "delivery.timeout.ms", "message.timeout.ms",
        "max.block.ms", "max.request.size", "partitioner", "partitioner.class", "log.queue", "statistics.interval.ms",
        "enabled_events", "plugin.library.paths", "default.api.timeout.ms", "exclude.internal.topics",
    ]

    /// Kafka's that librdkafka has nothing for.
    static let withoutCounterpart: Set<String> = [
        "key.serializer", "value.serializer", "key.deserializer", "value.deserializer", "interceptor.classes",
        "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
        "auto.include.jmx.reporter", "enable.metrics.push", "client.dns.lookup", "ssl.protocol",
        "ssl.enabled.protocols", "ssl.provider", "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm",
        "ssl.secure.random.implementation", "ssl.engine.factory.class", "security.providers",
        "sasl.client.callback.handler.class", "sasl.login.callback.handler.class", "sasl.login.class",
        "sasl.login.refresh.buffer.seconds", "sasl.login.refresh.min.period.seconds",
        "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter", "sasl.login.connect.timeout.ms",
        "sasl.login.read.timeout.ms", "sasl.login.retry.backoff.ms", "sasl.login.retry.backoff.max.ms",
        "sasl.kerberos.kinit.cmd", "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor",
        "socket.connection.setup.timeout.max.ms", "metadata.max.idle.ms", "metadata.recovery.strategy",
        "metadata.recovery.rebootstrap.trigger.ms", "config.providers", "bootstrap.controllers",
    ]

    /// Everything that means something here, for suggestions.
    static var meaningful: [String] {
        (Array(passedOn) + Array(pemTexts) + Array(renamed.keys) + Array(translated)).sorted()
    }

    /// Those whose value is a file.
    static let files: Set<String> = [
        "ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.crl.location",
        "sasl.kerberos.keytab",
    ]
}
