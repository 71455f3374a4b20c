import Configuration
import Testing

struct BadSettingsTests {
    @Test(arguments: [
        // Keys and values.
        ("idsc: 1\n" + minimalIDCs, #"bascule.yaml:1:1: unknown key "idsc"; did you mean "idcs"?"#),
        (
            minimalIDCs + "frobnicate: 1\n",
            #"bascule.yaml:4:1: unknown key "frobnicate"; known are context, production, idcs, traffic, mirrors, groups, sync, nameServer, endpoints, failover, refreshInterval, theme, language, keys, journal, log"#
        ),
        (
            "{}",
            #"bascule.yaml:1:1: the key "idcs" is missing; expected a map with idc1 and idc2, each a map, for example idcs: {idc1: {bootstrap: "kafka-idc1:9092"}, idc2: {bootstrap: "kafka-idc2:9092"}}"#
        ),
        ("- a", "bascule.yaml:1:1: expected a map, found a list"),
        ("just text", "bascule.yaml:1:1: expected a map, found a single value"),
        ("idcs:\n", "bascule.yaml:1:6: idcs: expected a map with idc1 and idc2, each a map, found nothing"),
        ("idcs: {idc1: {bootstrap: 'a:1'}}", #"bascule.yaml:1:7: idcs: the key "idc2" is missing; expected a map"#),
        (
            "idcs: {idc1: {bootstap: 'a:1'}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:15: unknown key "bootstap" in idcs.idc1; did you mean "bootstrap"?"#
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1'}, idc3: {bootstrap: 'b:1'}}",
            "bascule.yaml:1:34: unknown key \"idc3\" in idcs; did you mean \"idc1\"?\nbascule.yaml:1:7: idcs: the key \"idc2\" is missing; expected a map"
        ),
        (
            "idcs: {idc1: {bootstrap: 'a'}, idc2: {bootstrap: 'b:99999'}}",
            "bascule.yaml:1:26: idcs.idc1.bootstrap: expected HOST:PORT, found \"a\"\nbascule.yaml:1:50: idcs.idc2.bootstrap: expected HOST:PORT, found \"b:99999\""
        ),
        (
            "idcs: {idc1: {bootstrap: [a:1, 'PLAINTEXT://b:1']}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:32: idcs.idc1.bootstrap[1]: expected HOST:PORT, found "PLAINTEXT://b:1""#
        ),
        (
            "idcs: {idc1: {}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:14: idcs.idc1: the key "bootstrap" is missing; expected a list, each HOST:PORT, for example bootstrap: ["kafka-1:9092"]"#
        ),
        (
            "idcs: {idc1: {bootstrap: []}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:14: idcs.idc1: the key "bootstrap" is missing; expected a list, each HOST:PORT, for example bootstrap: ["kafka-1:9092"]"#
        ),
        (
            "production: yes\n" + minimalIDCs,
            #"bascule.yaml:1:13: production: expected true or false, found "yes"; did you mean "true"?"#
        ),
        ("production: [true]\n" + minimalIDCs, "bascule.yaml:1:13: production: expected true or false, found a list"),
        (
            "context: a b\n" + minimalIDCs,
            #"bascule.yaml:1:10: context: expected a name of letters, digits, '.', '_' and '-', found "a b""#
        ),
        (
            "refreshInterval: 5\n" + minimalIDCs,
            #"bascule.yaml:1:18: refreshInterval: expected a duration from 200ms to 10m, found "5"; a duration has a unit, for example 5s"#
        ),
        (
            "refreshInterval: 10ms\n" + minimalIDCs,
            #"bascule.yaml:1:18: refreshInterval: expected a duration from 200ms to 10m, found "10ms""#
        ),
        ("theme:\n" + minimalIDCs, "bascule.yaml:1:7: theme: expected a word without spaces, found nothing"),
        (
            "keys: {quit: {a: b}}\n" + minimalIDCs,
            "bascule.yaml:1:14: keys.quit: expected a list, each a word without spaces, found a map"
        ),
        (
            "mirrors: {kind: mirormaker2}\n" + minimalIDCs,
            #"bascule.yaml:1:17: mirrors.kind: expected one of bascule, mirrormaker2, sink, found "mirormaker2"; did you mean "mirrormaker2"?"#
        ),
        (
            "mirrors: {kind: sink, originHeader: x}\n" + minimalIDCs,
            #"bascule.yaml:1:10: mirrors: the key "sinkPattern" is missing, which `kind: sink` needs"#
        ),
        (
            "mirrors: {sinkPattern: x}\n" + minimalIDCs,
            "bascule.yaml:1:24: mirrors.sinkPattern: only for `kind: sink`; here the kind is mirrormaker2"
        ),
        (
            "mirrors: {create: {tasksMax: 0}}\n" + minimalIDCs,
            #"bascule.yaml:1:30: mirrors.create.tasksMax: expected a whole number from 1 to 1000, found "0""#
        ),
        (
            "groups: {exclude: [ok, 'a(']}\n" + minimalIDCs,
            #"bascule.yaml:1:24: groups.exclude[1]: expected a regular expression, found "a(" (expected ')')"#
        ),
        ("log: \"a\\u202Eb\"\n" + minimalIDCs, #"bascule.yaml:1:6: log: expected a path, found "a\u{202e}b""#),
        (
            "<<: {a: b}\n" + minimalIDCs,
            #"bascule.yaml:1:1: unknown key "<<"; merge keys are not part of YAML 1.2; repeat the values"#
        ),
        // Traffic.
        (
            "traffic: {}\n" + minimalIDCs,
            #"bascule.yaml:1:10: traffic: the key "haproxy" is missing; expected a map, for example haproxy: {socket: /run/haproxy/admin.sock, backend: api, servers: {idc1: [a1], idc2: [b1]}}"#
        ),
        (
            "traffic: {haproxy: {socket: '10.0.0.1:9999', backend: b, servers: {idc1: a, idc2: [b]}}}\n" + minimalIDCs,
            #"bascule.yaml:1:29: traffic.haproxy.socket: expected the path of a UNIX socket or 127.0.0.1:PORT, found "10.0.0.1:9999""#
        ),
        (
            "traffic: {haproxy: {socket: /s, backend: b, servers: {idc1: [a, c], idc2: [b, c]}}}\n" + minimalIDCs,
            #"bascule.yaml:1:75: traffic.haproxy.servers: "c" stands in both IDCs"#
        ),
        (
            "traffic: {haproxy: {socket: /s, backend: b, servers: {idc1: [], idc2: [b]}}}\n" + minimalIDCs,
            "bascule.yaml:1:61: traffic.haproxy.servers.idc1: expected at least one server"
        ),
        (
            "traffic: {haproxy: {socket: [], backend: b, servers: {idc1: a, idc2: b}}}\n" + minimalIDCs,
            "bascule.yaml:1:29: traffic.haproxy.socket: expected at least one socket"
        ),
        // Connect.
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: 'c:8083'}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:42: idcs.idc1.connect: expected http://HOST:PORT or https://HOST:PORT, found "c:8083""#
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: []}, idc2: {bootstrap: 'b:1'}}",
            "bascule.yaml:1:42: idcs.idc1.connect: expected at least one address of a worker"
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: {urls: 'http://c', ca: no.pem}}, idc2: {bootstrap: 'b:1'}}",
            #"bascule.yaml:1:65: idcs.idc1.connect.ca: expected the path of a readable file, found "no.pem" (No such file or directory)"#
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: {urls: 'http://c', password: x}}, idc2: {bootstrap: 'b:1'}}",
            "bascule.yaml:1:71: idcs.idc1.connect: `password` without `user`"
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: {urls: 'http://c', certificate: bascule.yaml}}, idc2: {bootstrap: 'b:1'}}",
            "bascule.yaml:1:74: idcs.idc1.connect: `certificate` and `key` belong together; one of them is missing"
        ),
        (
            "idcs: {idc1: {bootstrap: 'a:1', connect: ['http://u:1@c', 'http://u:2@d']}, idc2: {bootstrap: 'b:1'}}",
            "bascule.yaml:1:42: idcs.idc1.connect: one user and password for all workers, expected as `user` and `password`"
        ),
        // A pair of a cluster and itself.
        (
            "idcs: {idc1: {bootstrap: [a:1, c:1]}, idc2: {bootstrap: 'b:1,c:1'}}",
            #"bascule.yaml:1:45: idcs: both IDCs have the bootstrap server "c:1""#
        ),
        (
            "idcs: {idc1: {bootstrap: a:1, name: x}, idc2: {bootstrap: b:1, name: X}}",
            #"bascule.yaml:1:47: idcs: both IDCs are named "x""#
        ),
        (
            "idcs: {idc1: {bootstrap: a:1, connect: 'http://c:1'}, idc2: {bootstrap: b:1, connect: 'http://c:1/'}}",
            #"bascule.yaml:1:61: idcs: both IDCs have the Connect worker "http://c:1""#
        ),
        // Contexts.
        ("contexts: {}\n", "bascule.yaml:1:11: contexts: expected at least one context"),
        (
            "context: wets\ncontexts: {west: {idcs: {idc1: {bootstrap: a:1}, idc2: {bootstrap: b:1}}}}",
            #"bascule.yaml:1:10: context: there is no context "wets" in "contexts"; did you mean "west"?"#
        ),
        (
            "production: true\ncontexts: {west: {idcs: {idc1: {bootstrap: a:1}, idc2: {bootstrap: b:1}}}}",
            #"bascule.yaml:1:1: "production" stands beside "contexts"; expected it inside each of the contexts"#
        ),
        (
            "contexts: {'a b': {idcs: {idc1: {bootstrap: a:1}, idc2: {bootstrap: b:1}}}}",
            #"bascule.yaml:1:12: contexts: expected a name of letters, digits, '.', '_' and '-', found "a b""#
        ),
        (
            "contexts: {west: {theme: x, idcs: {idc1: {bootstrap: a:1}, idc2: {bootstrap: b:1}}}}",
            #"bascule.yaml:1:19: unknown key "theme" in contexts.west; known are production, idcs, traffic, mirrors, groups, sync, nameServer, endpoints, failover"#
        ),
    ])
    func `what is wrong is told with its place, and what was expected`(yaml: String, expected: String) throws {
        let directory = try ConfigurationDirectory(["bascule.yaml": yaml])
        let message = directory.message(yaml)
        #expect(message == expected)
    }

    @Test func `everything that is wrong is told at once`() throws {
        let message = try ConfigurationDirectory().message(
            """
            production: maybe
            idcs:
              idc1: {bootstrap: a, nmae: x}
              idc2: {bootstrap: "b:1", connect: "ftp://x"}
            refreshInterval: soon
            """)
        #expect(message.split(separator: "\n").count == 5)
    }

    @Test(arguments: [
        (
            "a: b\n c: d",
            "bascule.yaml:2:3: a colon that cannot stand here: indent the line like its neighbours, or put the value in quotes"
        ),
        (
            "a: b\nc:\td\n\te: f",
            "bascule.yaml:3:1: a tab in the indentation: indent with spaces"
        ),
        (
            "a: {b: c",
            "bascule.yaml:2:1: did not find expected ',' or '}' (while parsing a flow mapping, which begins in line 1)"
        ),
        (
            "a: \"b",
            "bascule.yaml:1:6: found unexpected end of stream (while scanning a quoted scalar)"
        ),
        ("a: *b", "bascule.yaml:1:4: an alias *b of an anchor &b that is not there"),
        ("a: &b [*b]", "bascule.yaml:1:8: the alias *b contains itself"),
        ("a: 1\na: 2", #"bascule.yaml:2:1: the key "a" is already in line 1"#),
        ("a: {b: 1, 'b': 2}", #"bascule.yaml:1:11: the key "b" is already in line 1"#),
        ("[a]: b", "bascule.yaml:1:1: a list or a map stands as key; expected a word"),
        ("", "bascule.yaml:1: the file is empty; expected a map of settings"),
        ("# nothing\n\n", "bascule.yaml:1: the file is empty; expected a map of settings"),
        ("a: 1\n---\nb: 2", "bascule.yaml:2:1: a second document begins; expected one"),
        ("주문: {b: 1, b: 2}", #"bascule.yaml:1:12: the key "b" is already in line 1"#),
        (
            "a: @b",
            "bascule.yaml:1:4: a character that cannot begin a value: indent with spaces, not tabs, and put such a value in quotes"
        ),
    ])
    func `what is no sound YAML is told with its place`(yaml: String, expected: String) throws {
        let message = try ConfigurationDirectory().message(yaml)
        #expect(message == expected)
    }

    @Test(arguments: [
        (Array("a: b\nc: ".utf8) + [0xC3, 0x28], "bascule.yaml:2:4: this is no UTF-8; expected a text file in UTF-8"),
        (Array("a: b\nc: ".utf8) + [0], #"bascule.yaml:2:4: a control character ("\u{0}"); expected text"#),
        (Array("a: \u{1B}[31mb".utf8), #"bascule.yaml:1:4: a control character ("\u{1b}"); expected text"#),
        ([0xFF, 0xFE, 0x61, 0x00], "bascule.yaml:1:1: this is no UTF-8; expected a text file in UTF-8"),
    ])
    func `what is no clean text is refused`(bytes: [UInt8], expected: String) throws {
        let message = try ConfigurationDirectory().message(bytes)
        #expect(message == expected)
    }

    @Test func `ten megabytes are refused before they are looked at`() throws {
        let message = try ConfigurationDirectory().message(Array(repeating: UInt8(ascii: "["), count: 10 * 1024 * 1024))
        #expect(message == "bascule.yaml:1: the file is larger than 1024 KiB")
    }

    @Test func `aliases that blow up are refused`() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let message = try ConfigurationDirectory().message(yaml)
        #expect(message.hasSuffix(": the document holds more than 50000 values, aliases counted"))
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "!!x ", "&a ", "\"", "a: [", "- - "])
    func `a megabyte of openings is refused in time`(opening: String) throws {
        let yaml = String(repeating: opening, count: 1_000_000 / opening.utf8.count)
        #expect(try ConfigurationDirectory().message(yaml) != "")
    }

    @Test func `deep nesting is refused`() throws {
        let yaml = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(
            try ConfigurationDirectory().message("a: " + yaml) == "bascule.yaml:1:35: more than 32 levels of nesting")
    }

    @Test func `a byte order mark and line ends of other systems are accepted`() throws {
        let directory = try ConfigurationDirectory()
        #expect(directory.message([0xEF, 0xBB, 0xBF] + Array(minimalIDCs.utf8)) == "")
        #expect(directory.message(minimalIDCs.split(separator: "\n").joined(separator: "\r\n")) == "")
    }
}
