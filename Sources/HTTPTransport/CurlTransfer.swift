import CCurl
import Glibc

/// One request in libcurl's hands. Made, used and released on the lane's thread only.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    let number: UInt64
    private let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    private let authority: String
    private let limits: HTTPLimits
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headers: [HTTPHeader] = []
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(_ submission: Submission) throws(HTTPError) {
        guard let easy = curl_easy_init() else { throw .unreachable("no memory for a request") }
        self.easy = easy
        number = submission.ticket.number
        continuation = submission.continuation
        authority = submission.request.address.authority.plainLine()
        limits = submission.settings.limits
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try describe(submission.request)
        try authenticate(submission.request, submission.settings.tls)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    func resume(_ result: Result<HTTPResponse, HTTPError>) { continuation.resume(returning: result) }

    // MARK: What is asked

    private func describe(_ request: HTTPRequest) throws(HTTPError) {
        ccurl_set_string(easy, CURLOPT_URL, request.address.text + request.path)
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_string(easy, CURLOPT_PROXY, "")
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(limits.connectTimeout))
        ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(limits.totalTimeout))
        ccurl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limits.bodyLimit))
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)

        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION, curlBodyReceived)
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION, curlHeaderReceived)
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)

        switch request.method {
        case .get: ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
        case .head: ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        case .put, .post, .delete: ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        if request.method == .put || request.method == .post || request.body != nil {
            let bytes = request.body ?? []
            ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            bytes.withUnsafeBytes { bytes in
                // An empty array may have no address, and NULL would mean "no body".
                let start = bytes.baseAddress ?? UnsafeRawPointer(errorText)
                _ = ccurl_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, start)
            }
        }
        // No "Expect: 100-continue", which costs a round trip, and no form type that nobody asked for.
        try append(header: "Expect:")
        if request.headers[named: "Content-Type"] == nil { try append(header: "Content-Type:") }
        for header in request.headers {
            try append(header: "\(header.name): \(header.value)")
        }
    }

    private func authenticate(_ request: HTTPRequest, _ tls: TLSSettings) throws(HTTPError) {
        switch request.address.credentials {
        case .basic(let user, let password):
            ccurl_set_long(easy, CURLOPT_HTTPAUTH, ccurl_auth_basic())
            ccurl_set_string(easy, CURLOPT_USERNAME, user)
            ccurl_set_string(easy, CURLOPT_PASSWORD, password)
        case .bearer(let token): try append(header: "Authorization: Bearer \(token)")
        case nil: break
        }
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let file = tls.caFile {
            ccurl_set_string(easy, CURLOPT_CAINFO, file)
            // The distribution's directory would go on being trusted beside the file.
            ccurl_set_string(easy, CURLOPT_CAPATH, nil)
        }
        if let file = tls.clientCertificate { ccurl_set_string(easy, CURLOPT_SSLCERT, file) }
        if let file = tls.clientKey { ccurl_set_string(easy, CURLOPT_SSLKEY, file) }
        if let password = tls.clientKeyPassword { ccurl_set_string(easy, CURLOPT_KEYPASSWD, password) }
    }

    private func append(header line: String) throws(HTTPError) {
        // A line end inside would begin a header of its own.
        guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .refused("a request header holds a control character; nothing was sent")
        }
        headerList = curl_slist_append(headerList, line) ?? headerList
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        // 0 would mean "no limit" to libcurl.
        return max(1, Int(clamping: seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000))
    }

    // MARK: What comes back

    fileprivate func bodyReceived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limits.bodyLimit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate func headerReceived(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new header block: the one before was an interim answer.
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            headers.append(HTTPHeader(String(line[..<colon]), line[line.index(after: colon)...].plain))
        }
    }

    func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        guard status != 0 else { return .failure(.malformed("\(authority) sent no HTTP status")) }
        return .success(HTTPResponse(status: status, headers: headers, body: body))
    }

    private func failure(_ code: CURLcode) -> HTTPError {
        let reported = String(cString: errorText).plainLine()
        let reason = reported.isEmpty ? String(cString: curl_easy_strerror(code)).plainLine() : reported
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .unreachable("the host name of \(authority) was not found")
        case CURLE_COULDNT_CONNECT:
            return .unreachable("no connection to \(authority): \(connectReason(reason))")
        case CURLE_OPERATION_TIMEDOUT:
            return timeout()
        case CURLE_PEER_FAILED_VERIFICATION:
            return .refused("the certificate of \(authority) was not accepted: \(reason)")
        case CURLE_SSL_CACERT_BADFILE:
            return .refused("the CA file for \(authority) cannot be used: \(reason)")
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
            return .refused("the client certificate or key for \(authority) cannot be used: \(reason)")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED, CURLE_SSL_CLIENTCERT:
            return .refused("TLS with \(authority) failed: \(reason)")
        case CURLE_FILESIZE_EXCEEDED:
            return .tooLarge(limit: limits.bodyLimit)
        case CURLE_WRITE_ERROR where isTooLarge:
            return .tooLarge(limit: limits.bodyLimit)
        case CURLE_GOT_NOTHING:
            return .disconnected("\(authority) closed the connection without an answer")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            return .disconnected("the connection to \(authority) broke: \(reason)")
        case CURLE_PARTIAL_FILE:
            return .malformed("the answer of \(authority) was cut off")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_HTTP3,
            CURLE_BAD_CONTENT_ENCODING:
            return .malformed("\(authority) does not speak HTTP: \(reason)")
        case CURLE_URL_MALFORMAT:
            return .malformed("libcurl cannot read the address of \(authority)")
        default:
            return .disconnected("the request to \(authority) failed: \(reason)")
        }
    }

    private func timeout() -> HTTPError {
        var connectedAfter: curl_off_t = 0
        ccurl_get_size(easy, CURLINFO_PRETRANSFER_TIME_T, &connectedAfter)
        if connectedAfter == 0 {
            return .timedOut("no connection to \(authority) in time", connected: false)
        }
        return .timedOut("\(authority) gave no whole answer within \(limits.totalTimeout)", connected: true)
    }

    /// libcurl's "Failed to connect to H port P after N ms: Couldn't connect to server" hides the cause.
    private func connectReason(_ reason: String) -> String {
        var error = 0
        ccurl_get_long(easy, CURLINFO_OS_ERRNO, &error)
        guard error != 0, let text = strerror(Int32(truncatingIfNeeded: error)) else { return reason }
        return String(cString: text).lowercased()
    }
}

extension Substring {
    fileprivate var plain: String { String(self).plainLine(limit: 8_192) }
}

private func curlBodyReceived(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let received = UnsafeRawBufferPointer(start: bytes, count: size * count)
    // Another number than was offered ends the transfer with CURLE_WRITE_ERROR.
    return transfer.bodyReceived(received) ? size * count : 0
}

private func curlHeaderReceived(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    transfer.headerReceived(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}
