import HTTPTransport
import Testing

struct HTTPAddressTests {
    @Test func `an address loses its credentials and its last slash`() throws {
        let address = try HTTPAddress("https://user:p%40ss@connect-idc1:8443/kafka/")
        #expect(address.text == "https://connect-idc1:8443/kafka")
        #expect(address.authority == "connect-idc1:8443")
        #expect(address.credentials == .basic(user: "user", password: "p@ss"))
        #expect(try HTTPAddress("http://[::1]:8083").authority == "[::1]:8083")
        #expect(try HTTPAddress("http://host").text == "http://host")
    }

    @Test func `credentials in the address win over those beside it`() throws {
        let beside = HTTPCredentials.bearer(token: "t")
        #expect(try HTTPAddress("http://h:1", credentials: beside).credentials == beside)
        #expect(try HTTPAddress("http://u@h:1", credentials: beside).credentials == .basic(user: "u", password: ""))
    }

    @Test(arguments: [
        "", "connect:8083", "ftp://h", "file:///etc/passwd", "http://", "http://h:99999", "http://h/?a=1",
        "http://a b:1",
    ])
    func `what is no address is refused without repeating it`(_ text: String) {
        let error = #expect(throws: HTTPAddress.Invalid.self) { try HTTPAddress(text) }
        #expect(error?.description.contains("http") == true)
    }

    @Test func `a password in a broken address does not get into the error`() {
        let error = #expect(throws: HTTPAddress.Invalid.self) { try HTTPAddress("http://u:geheim@h:99999") }
        #expect(error?.description.contains("geheim") == false)
    }

    @Test func `every byte of a path segment survives encoding and decoding`() {
        for value in 0..<0x300 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(Character(scalar))b"
            let encoded = percentEncoded(pathSegment: text)
            #expect(percentDecoded(pathSegment: encoded) == text)
            #expect(
                encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            )
        }
        #expect(percentEncoded(pathSegment: "mirror-idc1.orders_~") == "mirror-idc1.orders_~")
        #expect(percentEncoded(pathSegment: "..") == "%2E%2E")
        #expect(percentEncoded(pathSegment: "a/b?c#d%") == "a%2Fb%3Fc%23d%25")
    }

    @Test func `text from outside becomes one plain line`() {
        #expect("a\u{1B}[31m b\r\n\tc\u{0}\u{202E}d".plainLine() == "a [31m b c d")
        #expect("  x  ".plainLine() == "x")
        #expect("abcdef".plainLine(limit: 3) == "abc…")
        #expect("이름".plainLine() == "이름")
    }
}
