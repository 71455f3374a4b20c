/// docs/CONFIGURATION.md, printed from the declared keys.
package enum ConfigurationDocument {
    /// The whole document in Markdown.
    package static func markdown() -> String {
        var lines = preface
        lines += section("The file", SettingSchema.single, prefix: "")
        lines += [
            "",
            "With several pairs of clusters in one file, these take the place of `context` and of the keys of a pair:",
        ]
        lines += table(SettingSchema.several.filter { $0.name == "context" || $0.name == "contexts" }, prefix: "")
        lines += section("One side: `idcs.IDC`", SettingSchema.idc, prefix: "idcs.IDC.")
        lines += section(
            "Kafka Connect: `idcs.IDC.connect` as a map", SettingSchema.connect, prefix: "idcs.IDC.connect.")
        lines += section("HAProxy: `traffic.haproxy`", SettingSchema.haproxy, prefix: "traffic.haproxy.")
        lines += section("Mirrors: `mirrors`", SettingSchema.mirrors, prefix: "mirrors.")
        lines += section("Creating mirrors: `mirrors.create`", SettingSchema.creation, prefix: "mirrors.create.")
        lines += section("Groups' offsets: `sync`", SettingSchema.sync, prefix: "sync.")
        lines += failover
        lines += kafka
        return lines.map { $0 + "\n" }.joined()
    }

    private static var failover: [String] {
        section("The name server: `nameServer`", SettingSchema.nameServer, prefix: "nameServer.")
            + section("Endpoints: `endpoints.NAME`", SettingSchema.endpoint, prefix: "endpoints.NAME.")
            + section("An endpoint in the DNS: `endpoints.NAME.dns`", SettingSchema.dns, prefix: "endpoints.NAME.dns.")
            + section(
                "An endpoint of HAProxy: `endpoints.NAME.haproxy`", SettingSchema.haproxy,
                prefix: "endpoints.NAME.haproxy.")
            + section(
                "An endpoint by command: `endpoints.NAME.command`", SettingSchema.command,
                prefix: "endpoints.NAME.command.")
            + section("Failover: `failover`", SettingSchema.policy, prefix: "failover.")
    }

    /// A heading and a table of the keys; groups inside that have no section of their own follow with their
    /// whole path.
    private static func section(_ title: String, _ keys: [SettingKey], prefix: String) -> [String] {
        ["", "## \(title)"] + table(keys, prefix: prefix)
    }

    private static func table(_ keys: [SettingKey], prefix: String) -> [String] {
        let header = ["", "| key | value | default | meaning | example |", "|---|---|---|---|---|"]
        return header + keys.flatMap { rows($0, prefix: prefix) }
    }

    private static func rows(_ key: SettingKey, prefix: String) -> [String] {
        let fallback = key.isRequired ? "required" : key.fallback.map { $0 == "{}" ? "" : "`\($0)`" } ?? ""
        let cells = ["`\(prefix)\(key.name)`", key.kind.expectation, fallback, key.meaning, "`\(key.example)`"]
        let row = "| " + cells.map(escaped).joined(separator: " | ") + " |"
        // Small groups stand where they belong; the others have a section.
        guard case .group(let keys) = key.kind, keys.count <= 2 else { return [row] }
        return [row] + keys.flatMap { rows($0, prefix: "\(prefix)\(key.name).") }
    }

    /// A bar would end the cell, also inside code.
    private static func escaped(_ text: String) -> String {
        text.map { $0 == "|" ? "\\|" : "\($0)" }.joined()
    }

    private static let preface = """
        # Configuration

        One YAML file. It is looked for at `--config FILE`, then at `$BASCULE_CONFIG`, then at
        `$XDG_CONFIG_HOME/bascule/bascule.yaml` (`~/.config` where that variable is not set), then at
        `/etc/bascule/bascule.yaml`. What is wrong in it is told as `file:line:column: message`, everything at once;
        then nothing is started and the exit code is 78. `bascule --show-config` prints what results, without secrets.

        The least there has to be:

        ```yaml
        idcs:
          idc1: {bootstrap: "kafka-idc1:9092", connect: "http://connect-idc1:8083"}
          idc2: {bootstrap: "kafka-idc2:9092", connect: "http://connect-idc2:8083"}
        ```

        A pair in production, with authentication, traffic and mirrors that MirrorMaker 2 makes:

        ```yaml
        context: securities-prod
        production: true
        idcs:
          idc1:
            name: SEOUL
            bootstrap: ["kafka-1.seoul:9093", "kafka-2.seoul:9093"]
            properties: client.properties
            connect:
              urls: ["https://connect-1.seoul:8083", "https://connect-2.seoul:8083"]
              user: bascule
              password: "${file:connect.password}"
              ca: ca.pem
          idc2:
            name: BUSAN
            bootstrap: ["kafka-1.busan:9093", "kafka-2.busan:9093"]
            properties: client.properties
            connect:
              urls: ["https://connect-1.busan:8083", "https://connect-2.busan:8083"]
              user: bascule
              password: "${file:connect.password}"
              ca: ca.pem
        traffic:
          haproxy:
            socket: /run/haproxy/admin.sock
            backend: api
            servers: {idc1: [a1, a2], idc2: [b1, b2]}
        mirrors:
          topics:
            include: [".*"]
            exclude: ["__.*", "connect-.*", "local\\\\..*"]
          kind: mirrormaker2
          aliases: {idc1: seoul, idc2: busan}
          create:
            tasksMax: 2
            configuration:
              source.cluster.security.protocol: SASL_SSL
              source.cluster.sasl.jaas.config: "$${file:/etc/kafka/mirror.properties:source.jaas}"
        groups: {exclude: ["connect-.*", "__.*"]}
        nameServer: {address: 10.0.0.53, zone: kafka.internal, key: update.key}
        endpoints:
          orders:
            groups: ["orders-*", "billing"]
            dns: {name: orders.kafka.internal, idc1: [10.1.0.11, 10.1.0.12], idc2: [10.2.0.11]}
          quotes: {groups: ["quotes-*"], byHand: true}
        failover:
          secondPerson: production
          approvers: {kim: "${file:kim.pub}", lee: "${file:lee.pub}"}
        refreshInterval: 1s
        ```

        Several pairs in one file; `--context` chooses, and `context` says which it is without:

        ```yaml
        context: rehearsal
        contexts:
          production:
            production: true
            idcs:
              idc1: {bootstrap: "kafka-idc1:9092", kafka: {security.protocol: SSL, ssl.ca.location: ca.pem}}
              idc2: {bootstrap: "kafka-idc2:9092", kafka: {security.protocol: SSL, ssl.ca.location: ca.pem}}
          rehearsal:
            idcs:
              idc1: {bootstrap: "127.0.0.1:19091", connect: "http://127.0.0.1:19083"}
              idc2: {bootstrap: "127.0.0.1:29091", connect: "http://127.0.0.1:29083"}
        theme: daylight
        keys: {refresh: [F5, Ctrl-R]}
        ```

        ## Values

        - `${env:NAME}` is the environment variable, `${file:PATH}` the contents of the file without a last line feed;
          one that is not there is an error. `$${` is the text `${`. Secrets belong into these: they show neither in
          messages nor in logs, screens, the journal or `--show-config`.
        - Relative paths are relative to the directory of the configuration; `~/` is the home directory.
        - A duration is a number with a unit: `250ms`, `1.5s`, `10m`, `2h`, `7d`.
        - Where a list is expected, a single value may stand alone.
        - Regular expressions match the whole name. In double quotes YAML wants the backslash twice: `"a\\\\.b"`.
        - Anchors and aliases work; tags mean nothing; merge keys (`<<`), duplicate keys, a second document, more than
          1 MiB, 32 levels or 50,000 values are refused.
        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

    private static let kafka = """

        ## Settings of Kafka clients

        `properties` and `kafka` take the settings of Kafka's clients and of librdkafka; what the configuration says
        under `kafka` wins. The file is read as Java reads it: ISO 8859-1, `\\uXXXX`, lines joined by a backslash.
        `${env:NAME}` and `${file:PATH}` are expanded in it too.

        | in Kafka's spelling | becomes |
        |---|---|
        | `bootstrap.servers` | `idcs.IDC.bootstrap`, where that is not given |
        | `security.protocol`, `client.id`, `client.rack`, `reconnect.backoff.ms`, and what else has the same name | itself |
        | `sasl.mechanism` | `sasl.mechanisms` |
        | `sasl.jaas.config` with `PlainLoginModule` or `ScramLoginModule` | `sasl.username`, `sasl.password` |
        | `ssl.truststore.type=PEM` with `ssl.truststore.location`, `ssl.truststore.certificates` | `ssl.ca.location`, `ssl.ca.pem` |
        | `ssl.keystore.type=PEM` with `ssl.keystore.location` | `ssl.certificate.location` and `ssl.key.location` |
        | `ssl.keystore.type=PEM` with `ssl.keystore.certificate.chain` and `ssl.keystore.key` | `ssl.certificate.pem`, `ssl.key.pem` |
        | `ssl.keystore.type=PKCS12` with `ssl.keystore.location`, `ssl.keystore.password` | itself |
        | `ssl.endpoint.identification.algorithm=` (empty) | `none` |
        | `request.timeout.ms` | `socket.timeout.ms` |
        | `send.buffer.bytes`, `receive.buffer.bytes` | `socket.send.buffer.bytes`, `socket.receive.buffer.bytes` |

        Refused, with what to do instead: truststores and keystores of type JKS, truststores of type PKCS12, other
        login modules, Java's names of cipher suites, and names that are misspelt. A setting that is given under
        `kafka` in librdkafka's spelling, `ssl.ca.location` for example, makes the file's way of saying it irrelevant.
        Left out, with a note in the log and in `--show-config`: settings of producers and consumers, which Bascule
        decides itself, and settings that librdkafka has nothing for.
        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
