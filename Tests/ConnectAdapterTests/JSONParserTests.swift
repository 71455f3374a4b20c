import FoundationEssentials
import Testing

@testable import ConnectAdapter

struct JSONParserTests {
    private func parse(_ text: String) throws(JSONParser.Malformed) -> JSONValue {
        try JSONParser.value(of: Array(text.utf8))
    }

    @Test func `every kind of value is read`() throws {
        let text =
            " {\"a\" : [ 1 , -0, 2.5e1, -1E-2, 9223372036854775807, 9223372036854775808, true, false, null, [], {} ] } "
        #expect(
            try parse(text)
                == .object([
                    "a": .array([
                        .integer(1), .integer(0), .number(25), .number(-0.01), .integer(.max),
                        .number(9_223_372_036_854_775_808),
                        .bool(true), .bool(false), .null, .array([]), .object([:]),
                    ])
                ]))
        #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\uD83D\uDE00 한글""#) == .text("\"\\/\u{8}\u{c}\n\r\tA😀 한글"))
        #expect(try parse(#""\uD83Dx\uDE00\uD83D\u0041""#) == .text("\u{FFFD}x\u{FFFD}\u{FFFD}A"))
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "[1 2]", "01", "1.", ".5", "-", "+1", "1e", "tru",
        "nul",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"a\nb\"", "[]x", "NaN", "'a'", "<html>", "{\"a\":1}}",
        "\u{FEFF}1",
    ])
    func `what is no JSON is refused`(_ text: String) {
        #expect(throws: JSONParser.Malformed.self) { try parse(text) }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: JSONParser.Malformed.self) { try JSONParser.value(of: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONParser.Malformed.self) { try JSONParser.value(of: [0x22, 0x5C, 0x6E, 0xC3, 0x22]) }
    }

    @Test func `every beginning of a value is refused, and so is endless nesting`() throws {
        let whole = Array(#"{"a":[1,{"b":"x\u00e9"},true,null],"c":"d"}"#.utf8)
        for count in 0..<whole.count {
            #expect(throws: JSONParser.Malformed.self) { try JSONParser.value(of: Array(whole[..<count])) }
        }
        let open = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONParser.Malformed.self) { try parse(open) }
        #expect(throws: Never.self) { try parse(String(repeating: "[", count: 90) + String(repeating: "]", count: 90)) }
    }

    @Test func `whatever the encoder of the platform writes is read back`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var members: [String: String] = [:]
            for _ in 0..<5 {
                let scalars = (0..<8).compactMap { _ in
                    Unicode.Scalar(UInt32.random(in: 0..<0x1_1000, using: &generator))
                }
                members[String(String.UnicodeScalarView(scalars))] = String(
                    String.UnicodeScalarView(scalars.reversed()))
            }
            let data = try JSONEncoder().encode(members)
            #expect(try JSONParser.value(of: Array(data)) == .object(members.mapValues { .text($0) }))
        }
    }
}
