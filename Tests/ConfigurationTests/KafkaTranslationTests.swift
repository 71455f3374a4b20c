import Configuration
import Domain
import Foundation
import Testing

struct KafkaTranslationTests {
    private func directory(_ properties: String) throws -> ConfigurationDirectory {
        try ConfigurationDirectory([
            "c.properties": properties, "ca.pem": "x", "both.pem": "x", "store.p12": "x", "store.jks": "x",
        ])
    }

    private func yaml(_ inline: String = "{}", bootstrap: String = "bootstrap: a:1,") -> String {
        "idcs: {idc1: {\(bootstrap) properties: c.properties, kafka: \(inline)}, idc2: {bootstrap: b:1}}"
    }

    /// What librdkafka is given, a line each, and the notes behind them; the directory left out.
    private func outcome(_ properties: String, _ inline: String = "{}") throws -> [String] {
        let directory = try directory(properties)
        let settings = try directory.settings(yaml(inline))
        let kafka = try settings.context(named: nil).idcs.idc1.kafka
        let lines = kafka.entries.map { "\($0.name)=\($0.value.reveal())" } + settings.notes
        return lines.map { $0.replacingOccurrences(of: "\(directory.path)/", with: "") }
    }

    @Test(arguments: [
        (
            """
            security.protocol=SASL_SSL
            sasl.mechanism=scram-sha-512
            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
              username="kim" \\
              password="a\\\\"b";
            ssl.truststore.type=PEM
            ssl.truststore.location=ca.pem
            """,
            [
                "security.protocol=sasl_ssl", "sasl.mechanisms=SCRAM-SHA-512", "sasl.username=kim",
                "sasl.password=a\"b", "ssl.ca.location=ca.pem",
            ]
        ),
        (
            "security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.location=both.pem\nssl.key.password=p\nssl.endpoint.identification.algorithm=",
            [
                "security.protocol=ssl", "ssl.key.password=p", "ssl.endpoint.identification.algorithm=none",
                "ssl.certificate.location=both.pem", "ssl.key.location=both.pem",
                "c.properties:5: ssl.endpoint.identification.algorithm is off: the names in certificates are not checked",
            ]
        ),
        (
            "ssl.keystore.type=PEM\nssl.keystore.key=-----BEGIN PRIVATE KEY----- AA -----END PRIVATE KEY-----\nssl.keystore.certificate.chain=-----BEGIN CERTIFICATE----- BB -----END CERTIFICATE-----",
            [
                "ssl.certificate.pem=-----BEGIN CERTIFICATE-----\nBB\n-----END CERTIFICATE-----\n",
                "ssl.key.pem=-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n",
            ]
        ),
        (
            "ssl.keystore.location=store.p12\nssl.keystore.password=p",
            ["ssl.keystore.location=store.p12", "ssl.keystore.password=p"]
        ),
        (
            "ssl.truststore.type=PEM\nssl.truststore.certificates=-----BEGIN CERTIFICATE----- BB -----END CERTIFICATE-----\nssl.truststore.password=p",
            [
                "ssl.ca.pem=-----BEGIN CERTIFICATE-----\nBB\n-----END CERTIFICATE-----\n",
                #"c.properties:3: "ssl.truststore.password" has no effect: a PEM file has none"#,
            ]
        ),
        (
            "request.timeout.ms=5000\nsend.buffer.bytes=-1\nreceive.buffer.bytes=65536\nclient.id=x\nreconnect.backoff.max.ms=100",
            [
                "socket.timeout.ms=5000", "socket.send.buffer.bytes=0", "socket.receive.buffer.bytes=65536",
                "client.id=x", "reconnect.backoff.max.ms=100",
            ]
        ),
        (
            "group.id=g\nkey.deserializer=x\ncompany.thing=y",
            [
                #"c.properties:1: "group.id" has no effect: Bascule decides it itself"#,
                #"c.properties:2: "key.deserializer" has no effect: librdkafka has no such setting"#,
                #"c.properties:3: "company.thing" has no effect: librdkafka has no such setting"#,
            ]
        ),
        (
            "client.id=a\nclient.id=b",
            ["client.id=b", #"c.properties:2: "client.id" is given again; the last one holds"#]
        ),
        (
            "bootstrap.servers=x:1",
            [#"c.properties:1: "bootstrap.servers" has no effect: bascule.yaml:1:26 names others"#]
        ),
        (
            "sasl.mechanism=PLAIN\nsasl.jaas.config=PlainLoginModule required username=u password=p;",
            [
                "sasl.mechanisms=PLAIN", "sasl.username=u", "sasl.password=p",
                "c.properties:2: user and password have no effect: security.protocol is not set, expected SASL_SSL or SASL_PLAINTEXT",
            ]
        ),
        (
            "enable.ssl.certificate.verification=false",
            [
                "enable.ssl.certificate.verification=false",
                "c.properties:1: enable.ssl.certificate.verification=false: whoever answers is taken for the broker",
            ]
        ),
    ])
    func `a file of Kafka's tools becomes settings of librdkafka`(properties: String, expected: [String]) throws {
        let outcome = try outcome(properties)
        #expect(outcome == expected)
    }

    @Test func `what the configuration says wins over the file`() throws {
        #expect(
            try outcome("client.id=a\nsecurity.protocol=SSL", "{client.id: b}") == [
                "client.id=b", "security.protocol=ssl",
            ])
        #expect(
            try outcome("request.timeout.ms=1", "{socket.timeout.ms: 2}") == ["socket.timeout.ms=2"])
        #expect(
            try outcome("ssl.truststore.location=store.jks\nssl.truststore.password=p", "{ssl.ca.location: ca.pem}")
                == [
                    "ssl.ca.location=ca.pem",
                    #"c.properties:1: "ssl.truststore.location" has no effect: the configuration sets ssl.ca.location"#,
                ])
        #expect(
            try outcome(
                "security.protocol=SASL_SSL\nsasl.jaas.config=com.sun.Krb5LoginModule required;",
                "{sasl.mechanism: PLAIN, sasl.username: u, sasl.password: p}")
                == [
                    "sasl.mechanisms=PLAIN", "sasl.username=u", "sasl.password=p", "security.protocol=sasl_ssl",
                    #"c.properties:2: "sasl.jaas.config" has no effect: the configuration sets sasl.username"#,
                ])
    }

    @Test func `bootstrap servers may come from the file`() throws {
        let settings = try directory("bootstrap.servers=x:1, y:2").settings(yaml(bootstrap: ""))
        #expect(try settings.context(named: nil).idcs.idc1.bootstrap == ["x:1", "y:2"])
    }

    @Test func `variables and files are expanded in the file, and hide what they hold`() throws {
        let directory = try directory("client.id=${env:ID}\nclient.rack=${other:x}$${y")
        let settings = try directory.settings(yaml(), environment: ["ID": "hush"])
        let kafka = try settings.context(named: nil).idcs.idc1.kafka
        #expect(kafka.reveal() == ["client.id": "hush", "client.rack": "${other:x}$${y"])
        #expect(!everyText(of: kafka).contains("hush"))
        #expect(kafka.origin(of: "client.rack")?.line == 2)
    }

    @Test(arguments: [
        (
            "ssl.truststore.location=store.jks",
            "c.properties:1: ssl.truststore.location: librdkafka cannot read a truststore of type JKS (Kafka's default); write its certificates as PEM with `keytool -list -rfc -keystore STORE > ca.pem` and name that file in ssl.ca.location under `kafka:`"
        ),
        (
            "ssl.truststore.type=PKCS12\nssl.truststore.location=store.p12",
            "c.properties:2: ssl.truststore.location: librdkafka cannot read a truststore of type PKCS12; write its certificates as PEM with `keytool -list -rfc -keystore STORE > ca.pem` and name that file in ssl.ca.location under `kafka:`"
        ),
        (
            "ssl.keystore.location=store.jks",
            "c.properties:1: ssl.keystore.location: librdkafka cannot read a keystore of type JKS (Kafka's default); convert it with `keytool -importkeystore -srckeystore STORE -destkeystore keystore.p12 -deststoretype PKCS12`, name that file, and set ssl.keystore.type=PKCS12"
        ),
        (
            "ssl.keystore.type=PEM\nssl.keystore.key=x",
            "c.properties:2: ssl.keystore.key needs ssl.keystore.type=PEM and both ssl.keystore.certificate.chain and ssl.keystore.key, as in Kafka"
        ),
        (
            "ssl.truststore.certificates=x",
            "c.properties:1: ssl.truststore.certificates needs ssl.truststore.type=PEM, as in Kafka"
        ),
        (
            "ssl.truststore.type=PEM\nssl.truststore.certificates=x",
            "c.properties:2: ssl.truststore.certificates: expected PEM, from -----BEGIN to -----END"
        ),
        (
            "ssl.truststore.type=PEM\nssl.truststore.location=none.pem",
            "c.properties:2: ssl.truststore.location: cannot read \"none.pem\": No such file or directory"
        ),
        (
            "security.protocol=TLS",
            "c.properties:1: security.protocol: expected one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL, found \"TLS\""
        ),
        (
            "sasl.mechanism=SCRAM",
            "c.properties:1: sasl.mechanism: expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI, OAUTHBEARER, found \"SCRAM\""
        ),
        (
            "ssl.cipher.suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "c.properties:1: ssl.cipher.suites: names of Java's; expected OpenSSL's, for example ECDHE-RSA-AES256-GCM-SHA384 (`openssl ciphers -stdname` lists both), with colons between them"
        ),
        ("request.timeout.ms=5s", "c.properties:1: request.timeout.ms: expected a whole number, found \"5s\""),
        (
            "sasl.jass.config=x",
            "c.properties:1: unknown Kafka setting \"sasl.jass.config\"; did you mean \"sasl.jaas.config\"?"
        ),
        (
            "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required;",
            "c.properties:1: sasl.jaas.config: Krb5LoginModule cannot be translated; set sasl.kerberos.keytab, sasl.kerberos.principal and sasl.kerberos.service.name under `kafka:` instead"
        ),
        (
            "sasl.jaas.config=x.OAuthBearerLoginModule required;",
            "c.properties:1: sasl.jaas.config: OAuthBearerLoginModule cannot be translated; set sasl.oauthbearer.method: oidc, sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret under `kafka:` instead"
        ),
        (
            "sasl.jaas.config=com.corp.MyModule required;",
            "c.properties:1: sasl.jaas.config: the login module \"com.corp.MyModule\" cannot be translated; expected PlainLoginModule or ScramLoginModule"
        ),
        (
            "sasl.jaas.config=PlainLoginModule required username=u;",
            "c.properties:1: sasl.jaas.config: PlainLoginModule without username and password"
        ),
        (
            "sasl.jaas.config=ScramLoginModule required username=u password=p tokenauth=true;",
            "c.properties:1: sasl.jaas.config: delegation tokens (tokenauth=true) are not supported by librdkafka"
        ),
        (
            "security.protocol=SASL_SSL\nsasl.jaas.config=PlainLoginModule required username=u password=p;",
            "c.properties:2: sasl.mechanism is missing beside user and password; expected PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
        ),
        (
            "sasl.username=a\nsasl.jaas.config=PlainLoginModule required username=b password=p;\nsecurity.protocol=SASL_SSL\nsasl.mechanism=PLAIN",
            "c.properties:2: sasl.jaas.config: sasl.username is already set, otherwise, at c.properties:1"
        ),
        (
            "bootstrap.servers=kafka",
            "c.properties:1: bootstrap.servers: expected HOST:PORT, several with commas, found \"kafka\""
        ),
        ("client.id=${env:NONE}", "c.properties:1: \"client.id\": the environment variable \"NONE\" is not set"),
        (
            "ssl.endpoint.identification.algorithm=yes",
            "c.properties:1: ssl.endpoint.identification.algorithm: expected https, or nothing to switch it off, found \"yes\""
        ),
    ])
    func `what cannot be translated is refused with its line and what to do`(properties: String, expected: String)
        throws
    {
        let message = try directory(properties).message(yaml())
        #expect(message == expected)
    }

    @Test(arguments: [
        ("{group.id: x}", #"bascule.yaml:1:65: "group.id" is decided by Bascule itself; remove it"#),
        (
            "{key.serializer: x}",
            #"bascule.yaml:1:65: librdkafka has nothing for the setting "key.serializer"; remove it"#
        ),
        (
            "{frobnicate: x}",
            #"bascule.yaml:1:65: unknown Kafka setting "frobnicate"; expected a client setting of Kafka or librdkafka"#
        ),
        (
            "{sasl: {username: x}}",
            #"bascule.yaml:1:71: idcs.idc1.kafka.sasl: expected a text, found a map; write its name in one piece: "sasl.NAME": VALUE"#
        ),
        ("{client.id: }", "bascule.yaml:1:76: idcs.idc1.kafka.client.id: expected a text, found nothing"),
    ])
    func `in the configuration itself every setting has to mean something`(inline: String, expected: String) throws {
        let message = try directory("").message(yaml(inline))
        #expect(message == expected)
    }

    @Test func `a file of settings that is not there is told where it is named`() throws {
        let message = try ConfigurationDirectory().message(yaml())
        #expect(
            message
                == #"bascule.yaml:1:43: idcs.idc1.properties: expected the path of a readable file, found "c.properties" (No such file or directory)"#
        )
    }
}
