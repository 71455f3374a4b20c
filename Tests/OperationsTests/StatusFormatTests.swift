import Domain
import Foundation
import Operations
import TestSupport
import Testing

@Suite struct StatusFormatTests {
    private let hostile: DataNode = .object([
        DataMember("plain", .string("mirror-idc1-idc2-orders")),
        DataMember("quotes \" and \\", .string("a \"b\" \\ c / d")),
        DataMember("controls", .string("\u{0}\u{1B}[31m\u{7}\u{9B}\u{7F}\r\n\t")),
        DataMember("directions", .string("a\u{202E}b\u{2066}c\u{2028}d\u{FEFF}")),
        DataMember("주문", .string("체결 내역 cafe\u{301} \u{1F600}")),
        DataMember("empty", .string("")),
        DataMember(
            "words", .array(["true", "No", "null", "~", "yes", "off", "y", ".inf", "NaN", "-"].map { .string($0) })),
        DataMember(
            "numbers in disguise",
            .array(
                ["1", "-1.5", "1e3", "0x1F", "0o7", "012", "1_000", "12:30:45", "2026-11-23", "+1", ".5", "=", "<<"].map
                { .string($0) })),
        DataMember(
            "marks",
            .array(
                [
                    "- a", "a: b", "a #b", "#a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "{}", "[]", "a,b", " a",
                    "a ", "? a", "'a'",
                ].map { .string($0) })),
        DataMember("integers", .array([.integer(0), .integer(.max), .integer(.min)])),
        DataMember(
            "doubles",
            .array([
                .double(12_431), .double(0.503), .double(1e-5), .double(2.5e-7), .double(1e20), .double(-0.0),
                .double(.leastNonzeroMagnitude),
            ])),
        DataMember("not finite", .array([.double(.nan), .double(.infinity), .double(-.infinity)])),
        DataMember("flags", .array([.bool(true), .bool(false), .null])),
        DataMember(
            "nested",
            .array([
                .array([.integer(1), .array([]), .object([])]),
                .object([DataMember("a", .array([.object([DataMember("b", .null)])]))]),
            ])),
    ])

    private var expected: NSDictionary {
        [
            "plain": "mirror-idc1-idc2-orders", "quotes \" and \\": "a \"b\" \\ c / d",
            "controls": "\u{0}\u{1B}[31m\u{7}\u{9B}\u{7F}\r\n\t", "directions": "a\u{202E}b\u{2066}c\u{2028}d\u{FEFF}",
            "주문": "체결 내역 cafe\u{301} \u{1F600}", "empty": "",
            "words": ["true", "No", "null", "~", "yes", "off", "y", ".inf", "NaN", "-"],
            "numbers in disguise": [
                "1", "-1.5", "1e3", "0x1F", "0o7", "012", "1_000", "12:30:45", "2026-11-23", "+1", ".5", "=", "<<",
            ],
            "marks": [
                "- a", "a: b", "a #b", "#a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "{}", "[]", "a,b", " a",
                "a ", "? a", "'a'",
            ],
            "integers": [0, Int64.max, Int64.min],
            "doubles": [12_431.0, 0.503, 1e-5, 2.5e-7, 1e20, -0.0, Double.leastNonzeroMagnitude],
            "not finite": [NSNull(), NSNull(), NSNull()], "flags": [true, false, NSNull()],
            "nested": [[1, [] as [Any], [:] as [String: Any]] as [Any], ["a": [["b": NSNull()]]] as [String: Any]]
                as [Any],
        ]
    }

    @Test func `what is written as JSON is read back as it was`() throws {
        let text = JSONText.written(hostile)
        let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
        #expect(read == expected)
    }

    @Test func `what is written as YAML is read back as it was`() throws {
        // By an independent reader, of YAML 1.1, which guesses types more eagerly than 1.2.
        guard let json = try Self.readByPython(YAMLText.written(hostile)) else { return }
        let read = try JSONSerialization.jsonObject(with: json) as? NSDictionary
        #expect(read == expected)
    }

    /// YAML as PyYAML reads it, as JSON; `nil` where there is no PyYAML.
    private static func readByPython(_ yaml: String) throws -> Data? {
        func python(_ program: String, input: String) throws -> (status: Int32, output: Data) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", "-c", program]
            let (standardInput, standardOutput) = (Pipe(), Pipe())
            (process.standardInput, process.standardOutput, process.standardError) = (
                standardInput, standardOutput, FileHandle.nullDevice
            )
            try process.run()
            try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try standardInput.fileHandleForWriting.close()
            let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, output)
        }
        guard try python("import yaml", input: "").status == 0 else { return nil }
        let answer = try python(
            "import sys, json, yaml; json.dump(yaml.safe_load(sys.stdin.buffer.read().decode()), sys.stdout)",
            input: yaml)
        #expect(answer.status == 0, "PyYAML refuses it")
        return answer.output
    }

    @Test func `neither format lets a control character or a mark of direction through`() {
        for text in [JSONText.written(hostile), YAMLText.written(hostile)] {
            let bad = text.unicodeScalars.filter { scalar in
                (scalar.value < 0x20 && scalar != "\n") || (0x7F..<0xA0).contains(scalar.value)
                    || (0x2028...0x202E).contains(scalar.value)
                    || (0x2066...0x2069).contains(scalar.value) || scalar.value == 0xFEFF
            }
            #expect(bad.isEmpty)
            #expect(text.contains("체결 내역"))
        }
    }

    @Test func `keys stay in order and the layout is fixed`() {
        let node: DataNode = .object([
            DataMember("b", .integer(1)),
            DataMember("a", .array([.string("x"), .object([DataMember("k", .null), DataMember("l", .bool(true))])])),
            DataMember("empty", .array([])), DataMember("inner", .object([DataMember("d", .double(0.5))])),
        ])
        #expect(
            JSONText.written(node) == """
                {
                  "b": 1,
                  "a": [
                    "x",
                    {
                      "k": null,
                      "l": true
                    }
                  ],
                  "empty": [],
                  "inner": {
                    "d": 0.5
                  }
                }

                """)
        #expect(
            YAMLText.written(node) == """
                b: 1
                a:
                  - x
                  - k: null
                    l: true
                empty: []
                inner:
                  d: 0.5

                """)
        #expect(JSONText.written(.array([])) == "[]\n")
        #expect(YAMLText.written(.array([])) == "[]\n")
    }

    @Test func `a table is aligned by the cells that its texts take`() {
        let table = TextTable(
            columns: [.init("TOPIC"), .init("LAG", .right), .init("NOTE")],
            rows: [["주문", "41", "fine"], ["orders", "9112", ""], ["evil\u{1B}[31m", "?"], []])
        // Hangul takes two cells.
        let text = table.written {
            $0.unicodeScalars.reduce(0) { $0 + ($1.value >= 0xAC00 && $1.value <= 0xD7A3 ? 2 : 1) }
        }
        #expect(
            text == """
                TOPIC       LAG  NOTE
                주문         41  fine
                orders     9112
                evil\u{FFFD}[31m     ?


                """)
    }

    @Test(arguments: [
        (1_795_371_127_123, 540, "2026-11-23T03:12:07.123+09:00"), (1_795_371_127_123, 0, "2026-11-22T18:12:07.123Z"),
        (1_795_371_127_123, -210, "2026-11-22T14:42:07.123-03:30"), (0, 0, "1970-01-01T00:00:00.000Z"),
        (-1, 0, "1969-12-31T23:59:59.999Z"), (951_782_400_000, 0, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399_999, 0, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, 0, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, 0, "9999-12-31T23:59:59.999Z"),
    ])
    func `moments are written as RFC 3339 has it`(_ milliseconds: Int64, _ minutes: Int, _ text: String) {
        #expect(Timestamp.rfc3339(WallTime(milliseconds: milliseconds), UTCOffset(minutes: minutes)) == text)
    }

    @Test func `moments that RFC 3339 cannot express are not written`() {
        for milliseconds in [Int64.min, .max, 253_402_300_800_000, -62_167_219_200_001] {
            #expect(
                Timestamp.rfc3339(WallTime(milliseconds: milliseconds), UTCOffset(minutes: 540)) == nil
                    || milliseconds == -62_167_219_200_001)
        }
        #expect(Timestamp.rfc3339(WallTime(milliseconds: -62_167_219_200_001)) == nil)
        #expect(Timestamp.rfc3339(WallTime(milliseconds: -62_167_219_200_000)) == "0000-01-01T00:00:00.000Z")
    }

    @Test func `every day of four centuries is the day that Foundation says`() throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for day in stride(from: Int64(-40_000), to: 120_000, by: 7) {
            let milliseconds = day * 86_400_000 + 45_296_789
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            #expect(Timestamp.rfc3339(WallTime(milliseconds: milliseconds)) == formatter.string(from: date))
        }
    }
}
