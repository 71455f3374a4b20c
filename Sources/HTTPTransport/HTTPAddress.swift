import CCurl

/// The base address of a server: `http://host:port`, with a path where a proxy demands one.
///
/// Read by libcurl's own URL parser, so that what is checked here is what is connected to. Its description
/// never shows credentials.
package struct HTTPAddress: Hashable, Sendable {
    /// Scheme, host, port and path, without credentials and without a slash at the end.
    package let text: String
    /// Host and port as they stand in the address.
    package let authority: String
    /// User and password from the address, or those given beside it.
    package let credentials: HTTPCredentials?

    /// Why a text is not an address; without credentials, for people.
    package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter credentials: used where the text names no user.
    package init(_ text: String, credentials: HTTPCredentials? = nil) throws(Invalid) {
        guard let url = curl_url() else { throw Invalid(description: "no memory for an address") }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK else {
            throw Invalid(description: "not an address; expected http://HOST:PORT or https://HOST:PORT")
        }
        func part(_ part: CURLUPart, decoded: Bool = false) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            let flags = decoded ? UInt32(CURLU_URLDECODE) : 0
            guard curl_url_get(url, part, &value, flags) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
            throw Invalid(description: "only http and https addresses are supported; expected http://HOST:PORT")
        }
        guard let host = part(CURLUPART_HOST), !host.isEmpty else {
            throw Invalid(description: "an address without a host; expected http://HOST:PORT")
        }
        guard part(CURLUPART_QUERY) == nil, part(CURLUPART_FRAGMENT) == nil else {
            throw Invalid(description: "an address with a query or a fragment; expected http://HOST:PORT")
        }
        let port = part(CURLUPART_PORT).map { ":" + $0 } ?? ""
        var path = part(CURLUPART_PATH) ?? ""
        while path.last == "/" { path.removeLast() }
        authority = host + port
        self.text = "\(scheme)://\(host)\(port)\(path)"
        self.credentials =
            if let user = part(CURLUPART_USER, decoded: true) {
                .basic(user: user, password: part(CURLUPART_PASSWORD, decoded: true) ?? "")
            } else {
                credentials
            }
    }
}

extension HTTPAddress: CustomStringConvertible {
    package var description: String { text }
}

/// One segment of a path, percent-encoded: all but RFC 3986's unreserved characters, so that a slash or a
/// question mark in a name cannot change the path. `.` and `..`, which have a meaning of their own, too.
package func percentEncoded(pathSegment segment: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let isDotSegment = segment == "." || segment == ".."
    var encoded: [UInt8] = []
    for byte in segment.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            encoded.append(byte)
        case UInt8(ascii: ".") where !isDotSegment:
            encoded.append(byte)
        default:
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}

/// The text of a percent-encoded path segment; `nil` when an escape is broken or the bytes are not UTF-8.
package func percentDecoded(pathSegment segment: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(segment.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
}
