import Configuration
import Domain
import Testing

struct ExpansionTests {
    private func message(_ value: String, _ files: [String: String] = [:], _ environment: [String: String] = [:]) throws
        -> String
    {
        try ConfigurationDirectory(files).message("theme: \(value)\n" + minimalIDCs, environment: environment)
    }

    private func theme(_ value: String, _ files: [String: String] = [:], _ environment: [String: String] = [:]) throws
        -> String
    {
        try ConfigurationDirectory(files).settings("theme: \(value)\n" + minimalIDCs, environment: environment).theme
    }

    @Test func `variables and files stand for what they hold`() throws {
        #expect(try theme("${env:T}", [:], ["T": "mono"]) == "mono")
        #expect(try theme("'a-${env:T}-${file:sub/f}-z'", ["sub/f": "x\n"], ["T": "mono"]) == "a-mono-x-z")
        #expect(try theme("${file:f}", ["f": "x\r\n"]) == "x")
        #expect(try theme("$${env:T}", [:], ["T": "mono"]) == "${env:T}")
        #expect(try theme("a$b$", [:]) == "a$b$")
    }

    @Test func `what a variable holds is not expanded again`() throws {
        #expect(try theme("${env:T}", [:], ["T": "${env:T}"]) == "${env:T}")
    }

    @Test(arguments: [
        ("${env:NO_SUCH}", #"theme: the environment variable "NO_SUCH" is not set"#),
        (
            "a${enf:X}",
            #"theme: unknown expansion "${enf:X}"; expected ${env:NAME} or ${file:PATH}, or $${ for the text itself"#
        ),
        ("${X}", #"theme: unknown expansion "${X}"; expected ${env:NAME} or ${file:PATH}, or $${ for the text itself"#),
        ("'${env:X'", #"theme: "${" without "}"; expected ${env:NAME} or ${file:PATH}, or $${ for the text itself"#),
        ("${file:empty}", #"theme: the file "empty" is empty"#),
        ("${file:binary}", #"theme: the file "binary" holds no text in UTF-8"#),
        ("${file:none}", #"theme: cannot read the file "none": No such file or directory"#),
        ("${file:.}", #"theme: cannot read the file ".": Is a directory"#),
        (
            "'${file:/etc/none.properties:key}'",
            #"theme: cannot read the file "/etc/none.properties:key": No such file or directory; ${file:PATH:KEY} of Kafka's own file provider is not known here: keep the value in a file of its own"#
        ),
    ])
    func `what cannot be expanded is told with its place`(value: String, expected: String) throws {
        let directory = try ConfigurationDirectory(["empty": "\n", "binary": "a\0b"])
        let column = 8
        #expect(directory.message("theme: \(value)\n" + minimalIDCs) == "bascule.yaml:1:\(column): \(expected)")
    }

    @Test func `a file of any size is not swallowed`() throws {
        #expect(
            try message("${file:/dev/zero}")
                == #"bascule.yaml:1:8: theme: cannot read the file "/dev/zero": it is larger than 64 KiB"#)
    }

    @Test func `a wrong value that came from outside is not shown`() throws {
        #expect(
            try message("${env:T}", [:], ["T": "hush hush"])
                == "bascule.yaml:1:8: theme: expected a word without spaces, found what ${env:T} holds")
    }
}

struct SecretTests {
    private static let secret = "hush-Tr0ub4dor"

    @Test func `no description and no reflection shows a secret`() throws {
        let text = everyText(of: Secret(Self.secret))
        #expect(!text.contains("hush"))
        #expect(text.contains("********"))
        #expect(Secret(Self.secret).reveal() == Self.secret)
        #expect(Mirror(reflecting: Secret(Self.secret)).children.isEmpty)
    }

    @Test func `no text of the settings shows one, wherever it came from`() throws {
        let directory = try ConfigurationDirectory([
            "secret": Self.secret,
            "client.properties": """
            security.protocol=SASL_SSL
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="\(Self.secret)";
            ssl.keystore.location=k.p12
            ssl.keystore.password=\(Self.secret)
            ssl.truststore.password=\(Self.secret)
            not.for.us=\(Self.secret)
            """, "k.p12": "x",
        ])
        let settings = try directory.settings(
            """
            idcs:
              idc1:
                bootstrap: a:1
                properties: client.properties
                kafka: {ssl.key.password: \(Self.secret), client.id: "${env:S}", sasl.oauthbearer.client.secret: \(Self.secret)}
                connect: {urls: "http://c", user: u, password: \(Self.secret), keyPassword: "${file:secret}"}
              idc2:
                bootstrap: b:1
                kafka: {ssl.key.pem: "-----BEGIN K----- \(Self.secret) -----END K-----"}
                connect: "http://u:\(Self.secret)@d"
            mirrors: {create: {configuration: {source.cluster.sasl.jaas.config: "x \(Self.secret)", other: "${env:S}"}}}
            """, environment: ["S": Self.secret])
        let context = try settings.context(named: nil)
        #expect(context.idcs.idc1.kafka.reveal()["sasl.password"] == Self.secret)
        #expect(context.idcs.idc2.connect?.password?.reveal() == Self.secret)
        #expect(!everyText(of: settings).contains("hush"))
        #expect(!settings.redacted().contains("hush"))
        #expect(settings.redacted().contains("sasl.password: \"********\""))
    }

    @Test(arguments: [
        "idcs: {idc1: {bootstrap: a:1, connect: 'ftp://u:hush@c'}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, connect: {urls: 'http://c', user: u, password: [hush]}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {sasl.password: [hush]}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {sasl.pasword: hush}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: 'sasl.password=hush'}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {sasl.jaas.config: 'hush'}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {sasl.jaas.config: 'P required password=hush'}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {ssl.key.pem: 'hush'}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {security.protocol: '${env:S}'}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: '${env:S}'}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, connect: '${env:S}'}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, connect: {urls: 'http://c', ca: '${env:S}'}}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {ssl.ca.location: '${env:S}'}}, idc2: {bootstrap: b:1}}",
        "groups: {exclude: '${env:R}'}\nidcs: {idc1: {bootstrap: a:1}, idc2: {bootstrap: b:1}}",
        "idcs: {idc1: {bootstrap: a:1, kafka: {sasl.password: \"hush",
    ])
    func `no message shows one`(yaml: String) throws {
        let message = try ConfigurationDirectory().message(yaml, environment: ["S": "hush hush", "R": "hush("])
        #expect(message != "")
        #expect(!message.contains("hush"), "\(message)")
    }
}
