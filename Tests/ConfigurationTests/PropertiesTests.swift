import Testing

@testable import Configuration

struct PropertiesTests {
    private func entries(_ text: String) throws -> [String] {
        try PropertiesFile(Array(text.utf8), file: "p").entries.map { "\($0.location.line) [\($0.name)] [\($0.value)]" }
    }

    @Test(arguments: [
        ("a=b", ["1 [a] [b]"]),
        ("a = b c  ", ["1 [a] [b c  ]"]),
        ("a:b", ["1 [a] [b]"]),
        ("a b", ["1 [a] [b]"]),
        ("a", ["1 [a] []"]),
        ("a=", ["1 [a] []"]),
        ("  a\t=\t= b", ["1 [a] [= b]"]),
        ("# c\n! d\n\n  # e\na=1", ["5 [a] [1]"]),
        ("a\\ b=c\\=d", ["1 [a b] [c=d]"]),
        ("a\\:b:c", ["1 [a:b] [c]"]),
        ("a=b\\\n    c\\\n  d\ne=f", ["1 [a] [bcd]", "4 [e] [f]"]),
        ("a=b\\\\\nc=d", ["1 [a] [b\\]", "2 [c] [d]"]),
        ("a=b\\\n# no comment", ["1 [a] [b# no comment]"]),
        ("a=x\\", ["1 [a] [x]"]),
        ("a=\\t\\n\\r\\f\\q", ["1 [a] [\t\n\r\u{0C}q]"]),
        ("a=\\uC8FC\\u0041", ["1 [a] [주A]"]),
        ("a=\\uD83D\\uDE00", ["1 [a] [😀]"]),
        ("a=1\r\nb=2\rc=3", ["1 [a] [1]", "2 [b] [2]", "3 [c] [3]"]),
        ("a=1\nb=2\na=3", ["3 [a] [3]", "2 [b] [2]"]),
        ("", []),
        ("=x", ["1 [] [x]"]),
    ])
    func `lines are read as Java reads them`(text: String, expected: [String]) throws {
        #expect(try entries(text) == expected)
    }

    @Test func `bytes beyond ASCII are ISO 8859-1`() throws {
        let file = try PropertiesFile([UInt8(ascii: "a"), UInt8(ascii: "="), 0xE9], file: "p")
        #expect(file.entries.first?.value == "é")
    }

    @Test(arguments: [
        ("x=1\na=\\u12", "p:2: \\u without four hexadecimal digits behind it"),
        ("a=\\uZZZZ", "p:1: \\u without four hexadecimal digits behind it"),
        ("a=\\u+123", "p:1: \\u without four hexadecimal digits behind it"),
        ("a=\\uD83Dx", "p:1: half of a surrogate pair (\\uD800 to \\uDFFF) stands alone"),
        ("a=\\u0000", "p:1: a NUL character"),
    ])
    func `what Java cannot read is refused with its line`(text: String, expected: String) {
        let error = #expect(throws: SettingsError.self) { try PropertiesFile(Array(text.utf8), file: "p") }
        #expect(error?.text == expected)
    }

    @Test func `every byte of a hostile file is survived`() throws {
        var bytes = (0...255).map { UInt8($0) }.filter { $0 != 0 }
        bytes += Array(repeating: UInt8(ascii: "\\"), count: 100_001)
        #expect(try PropertiesFile(bytes, file: "p").entries.count > 1)
    }
}

struct JAASTests {
    @Test func `a login module with options is read`() throws {
        let configuration = try JAASConfiguration(
            #" a.b.Plain-Module  required  username="u ; = x"  password='p\"\'\\\101\n' flag=true ; "#)
        #expect(configuration.loginModule == "a.b.Plain-Module")
        #expect(configuration.options == ["username": "u ; = x", "password": "p\"'\\A\n", "flag": "true"])
    }

    @Test(arguments: [
        ("", "expected the class of a login module"),
        ("M", #"expected "required" behind the class of the login module"#),
        ("M often;", #"expected "required" behind the class of the login module"#),
        ("M required a=\"b\"", "expected a semicolon at the end"),
        ("M required a;", "expected NAME=\"VALUE\" for every option"),
        ("M required =a;", "expected NAME=\"VALUE\" for every option"), ("M required a=\"b;", "a quote is not closed"),
        ("M required; N required;", "expected one login module, found more"),
    ])
    func `anything else is refused`(text: String, expected: String) {
        let problem = #expect(throws: JAASConfiguration.Problem.self) { try JAASConfiguration(text) }
        #expect(problem?.message == expected)
    }
}

struct PEMTests {
    @Test func `a block on one line becomes lines that OpenSSL reads`() {
        let body = String(repeating: "A", count: 100)
        let expected = "-----BEGIN X-----\n\(body.prefix(64))\n\(body.prefix(36))\n-----END X-----\n"
        #expect(
            PEMText.normalised("-----BEGIN X----- \(body.prefix(50)) \(body.prefix(50)) -----END X-----") == expected)
        #expect(PEMText.normalised(expected) == expected)
        #expect(PEMText.normalised("noise \(expected)noise\(expected)") == expected + expected)
    }

    @Test(arguments: ["", "x", "-----BEGIN X-----", "-----BEGIN X----- A -----END Y-----", "-----BEGIN X"])
    func `half a block is none`(text: String) {
        #expect(PEMText.normalised(text) == nil)
    }
}
