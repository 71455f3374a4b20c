import CMicrohttpd
import Synchronization

/// One request and its answer, between libmicrohttpd's thread and the handler.
final class ServerExchange: Sendable {
    private let state: Mutex<State>

    private struct State {
        var target: String
        var method = ""
        var headers: [HTTPHeader] = []
        var body: [UInt8] = []
        var hasBegun = false
        var suspended: SuspendedConnection?
        var response: HTTPServerResponse?
    }

    /// `@unchecked Sendable`: `MHD_resume_connection` may be called from any thread, and a suspended connection
    /// stays alive until it is resumed (libmicrohttpd manual, "Suspending and resuming").
    private struct SuspendedConnection: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    init(target: String) { state = Mutex(State(target: target)) }

    /// Valid once the request has arrived whole.
    var request: HTTPServerRequest {
        state.withLock {
            HTTPServerRequest(method: $0.method, target: $0.target, headers: $0.headers, body: $0.body)
        }
    }

    var response: HTTPServerResponse? { state.withLock { $0.response } }

    /// True the first time: the headers have arrived.
    func begin(method: String, headers: [HTTPHeader]) -> Bool {
        state.withLock {
            guard !$0.hasBegun else { return false }
            $0.hasBegun = true
            $0.method = method
            $0.headers = headers
            return true
        }
    }

    /// False when the body has outgrown the limit.
    func append(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Bool {
        // Copied here, since the lock's closure takes only what can be sent.
        let copy = Array(bytes)
        return state.withLock {
            guard $0.body.count + copy.count <= limit else { return false }
            $0.body += copy
            return true
        }
    }

    /// On libmicrohttpd's thread: the connection waits from now on until ``complete(_:)``. False when that has
    /// been called already, and the connection does not wait.
    func suspend(_ connection: OpaquePointer) -> Bool {
        let suspended = SuspendedConnection(pointer: connection)
        return state.withLock { state in
            guard state.response == nil else { return false }
            MHD_suspend_connection(suspended.pointer)
            state.suspended = suspended
            return true
        }
    }

    /// Sets the answer and lets the connection go on. Only the first answer counts.
    func complete(_ response: HTTPServerResponse) {
        let suspended = state.withLock { state -> SuspendedConnection? in
            guard state.response == nil else { return nil }
            state.response = response
            defer { state.suspended = nil }
            return state.suspended
        }
        if let suspended { MHD_resume_connection(suspended.pointer) }
    }
}

/// Where requests arrive from libmicrohttpd's thread and wait for a handler.
final class ServerDesk: Sendable {
    private let credentials: HTTPServerCredentials?
    private let uploadLimit: Int
    private let arrivals: AsyncStream<ServerExchange>.Continuation
    private let waiting = Mutex(Waiting())

    private struct Waiting {
        var exchanges: [ObjectIdentifier: ServerExchange] = [:]
        var isClosed = false
        var whenEmpty: CheckedContinuation<Void, Never>?
    }

    init(
        credentials: HTTPServerCredentials?, uploadLimit: Int, arrivals: AsyncStream<ServerExchange>.Continuation
    ) {
        self.credentials = credentials
        self.uploadLimit = uploadLimit
        self.arrivals = arrivals
    }

    /// No request is handed to a handler any more.
    func close() {
        waiting.withLock { $0.isClosed = true }
        arrivals.finish()
    }

    /// A connection that is still suspended when the daemon stops would end the program.
    func answerTheRest() {
        let rest = waiting.withLock { Array($0.exchanges.values) }
        for exchange in rest { exchange.complete(.unavailable) }
    }

    /// Returns once every answer has been sent or its connection is gone, after ``close()`` a second of idleness
    /// at most. Not ended by cancellation, which is what usually stops a server.
    func answersSent() async {
        await withCheckedContinuation { continuation in
            let isEmpty = waiting.withLock { waiting in
                if !waiting.exchanges.isEmpty { waiting.whenEmpty = continuation }
                return waiting.exchanges.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// The answer has been sent, or the connection is gone.
    func forget(_ exchange: ServerExchange) {
        let waiter = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            waiting.exchanges[ObjectIdentifier(exchange)] = nil
            guard waiting.exchanges.isEmpty else { return nil }
            defer { waiting.whenEmpty = nil }
            return waiting.whenEmpty
        }
        waiter?.resume()
    }

    /// On libmicrohttpd's thread, several times per request: with its headers, with each piece of its body, when
    /// it is whole, and after it was resumed.
    func received(
        _ exchange: ServerExchange, on connection: OpaquePointer, method: @autoclosure () -> String,
        upload: UnsafeRawBufferPointer
    ) -> ConnectionStep {
        if let response = exchange.response {
            // A client that does not read must not keep a server from stopping.
            if waiting.withLock({ $0.isClosed }) { cmhd_set_idle_limit(connection, 1) }
            return .answer(response)
        }
        if exchange.begin(method: method(), headers: headers(of: connection)) {
            let request = exchange.request
            if let credentials, !credentials.accept(request.headers[named: "Authorization"]) {
                return .answer(.unauthorized)
            }
            if let announced = request.headers[named: "Content-Length"].flatMap(Int.init), announced > uploadLimit {
                return .answer(.tooLarge)
            }
            return .goOn
        }
        if !upload.isEmpty {
            // In the middle of a body libmicrohttpd takes no answer: the connection is closed.
            return exchange.append(upload, limit: uploadLimit) ? .goOn : .close
        }
        let isTaken = waiting.withLock { waiting in
            guard !waiting.isClosed else { return false }
            waiting.exchanges[ObjectIdentifier(exchange)] = exchange
            return true
        }
        guard isTaken else { return .answer(.unavailable) }
        guard exchange.suspend(connection) else { return .answer(exchange.response ?? .unavailable) }
        arrivals.yield(exchange)
        return .goOn
    }

    private func headers(of connection: OpaquePointer) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        withUnsafeMutablePointer(to: &headers) { cmhd_headers(connection, serverHeaderFound, $0) }
        return headers
    }
}

/// What libmicrohttpd's thread does next with a connection.
enum ConnectionStep {
    case goOn
    case answer(HTTPServerResponse)
    case close
}

// MARK: libmicrohttpd's callbacks, on its thread

/// Called with the raw request target; what it returns becomes the request's context.
func serverRequestBegun(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let target else { return nil }
    return Unmanaged.passRetained(ServerExchange(target: String(cString: target))).toOpaque()
}

func serverRequestReceived(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let uploadSize, let request = request?.pointee else { return .NO }
    let desk = Unmanaged<ServerDesk>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<ServerExchange>.fromOpaque(request).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
    let step = desk.received(exchange, on: connection, method: String(cString: method), upload: bytes)
    uploadSize.pointee = 0
    switch step {
    case .goOn: return .YES
    case .close: return .NO
    case .answer(let answer): return queue(answer, on: connection)
    }
}

func serverRequestCompleted(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let context, let pointer = request?.pointee else { return }
    request?.pointee = nil
    let exchange = Unmanaged<ServerExchange>.fromOpaque(pointer).takeRetainedValue()
    Unmanaged<ServerDesk>.fromOpaque(context).takeUnretainedValue().forget(exchange)
}

private func serverHeaderFound(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> MHD_Result {
    guard let context, let name else { return .NO }
    let header = HTTPHeader(String(cString: name), value.map { String(cString: $0) } ?? "")
    context.assumingMemoryBound(to: [HTTPHeader].self).pointee.append(header)
    return .YES
}

private func queue(_ answer: HTTPServerResponse, on connection: OpaquePointer) -> MHD_Result {
    let response = answer.body.withUnsafeBytes { bytes in
        cmhd_response(bytes.baseAddress, bytes.count)
    }
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    for header in answer.headers { MHD_add_response_header(response, header.name, header.value) }
    return MHD_queue_response(connection, UInt32(clamping: answer.status), response)
}
