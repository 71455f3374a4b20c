import CMicrohttpd
import Glibc
import Synchronization

/// An HTTP server, on the loopback interface unless requests have to carry credentials.
///
/// libmicrohttpd's polling thread reads requests whole; each is then suspended and answered by a handler in
/// ``run(_:)``'s task group, so handlers may wait without holding a thread.
package final class HTTPServer: Sendable {
    /// The bound port, also where 0 was asked for.
    package let port: UInt16
    /// The bound address.
    package let host: String
    private let desk: ServerDesk
    private let requests: AsyncStream<ServerExchange>
    private let limits: HTTPServerLimits
    private let daemon: Mutex<OpaquePointer?>

    /// Binds and begins to listen; requests wait until ``run(_:)``.
    ///
    /// - Parameters:
    ///   - host: an IPv4 address; one outside 127.0.0.0/8 needs credentials.
    ///   - port: 0 takes a free one.
    ///   - credentials: a user and password that every request must carry.
    package init(
        host: String = "127.0.0.1", port: UInt16 = 0, credentials: HTTPServerCredentials? = nil,
        limits: HTTPServerLimits = HTTPServerLimits()
    ) throws(HTTPServerError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw .noAddress(host: host.plainLine()) }
        let isLoopback = UInt32(bigEndian: address.sin_addr.s_addr) >> 24 == 127
        guard isLoopback || credentials != nil else { throw .notLoopback(host: host.plainLine()) }

        let (requests, arrivals) = AsyncStream.makeStream(of: ServerExchange.self)
        let desk = ServerDesk(credentials: credentials, uploadLimit: limits.uploadLimit, arrivals: arrivals)
        // The daemon's callbacks hold the desk until the daemon has been stopped.
        let context = Unmanaged.passRetained(desk)
        let bounds = cmhd_limits(
            connections: UInt32(limits.connections), idle_seconds: UInt32(limits.idleSeconds),
            header_bytes: limits.headerBytes)
        let started = withUnsafeBytes(of: &address) { bytes -> OpaquePointer? in
            let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return cmhd_start(
                start, bounds, context.toOpaque(), serverRequestBegun, serverRequestReceived, serverRequestCompleted)
        }
        guard let started else {
            let code = errno
            context.release()
            throw .cannotBind(host: host, port: port, reason: String(cString: strerror(code)))
        }
        self.port = cmhd_port(started)
        self.host = host
        self.desk = desk
        self.requests = requests
        self.limits = limits
        daemon = Mutex(started)
    }

    deinit { shutDown() }

    /// Answers requests until ``stop()`` or cancellation, then closes the socket and returns.
    ///
    /// A handler over the time limit is cancelled and its request answered with 503. Stopping cancels the
    /// handlers still at work.
    package func run(_ answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse) async {
        let timeLimit = limits.handlerTimeout
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await exchange in requests {
                    group.addTask { await Self.serve(exchange, within: timeLimit, answer) }
                }
                group.cancelAll()
            }
        } onCancel: {
            stop()
        }
        desk.answerTheRest()
        await desk.answersSent()
        shutDown()
    }

    /// Makes ``run(_:)`` return; requests that arrive later are answered with 503.
    package func stop() { desk.close() }

    private static func serve(
        _ exchange: ServerExchange, within limit: Duration,
        _ answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse
    ) async {
        let request = exchange.request
        await withTaskGroup(of: Void.self) { group in
            group.addTask { exchange.complete(await answer(request)) }
            group.addTask {
                // Cancelled: the handler has answered, or is about to.
                guard (try? await ContinuousClock().sleep(for: limit)) != nil else { return }
                exchange.complete(.unavailable)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func shutDown() {
        desk.close()
        desk.answerTheRest()
        let wasRunning = daemon.withLock { daemon in
            guard let running = daemon else { return false }
            daemon = nil
            // Ends the polling thread and completes every connection; the desk is not called afterwards.
            MHD_stop_daemon(running)
            return true
        }
        if wasRunning { Unmanaged.passUnretained(desk).release() }
    }
}

/// What a server keeps to.
package struct HTTPServerLimits: Hashable, Sendable {
    /// At the same time; further ones wait in the kernel's queue.
    package let connections: Int
    /// Without traffic on a connection.
    package let idleSeconds: Int
    /// Memory for a request's line and headers, in bytes.
    package let headerBytes: Int
    /// Of a request's body, in bytes; a larger one is answered with 413.
    package let uploadLimit: Int
    package let handlerTimeout: Duration

    package init(
        connections: Int = 256, idleSeconds: Int = 30, headerBytes: Int = 32 * 1024,
        uploadLimit: Int = 1024 * 1024, handlerTimeout: Duration = .seconds(60)
    ) {
        self.connections = max(1, connections)
        self.idleSeconds = max(1, idleSeconds)
        self.headerBytes = max(4_096, headerBytes)
        self.uploadLimit = uploadLimit
        self.handlerTimeout = handlerTimeout
    }
}

/// Why a server does not listen.
package enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Open to others, and without credentials.
    case notLoopback(host: String)
    case noAddress(host: String)
    case cannotBind(host: String, port: UInt16, reason: String)

    package var description: String {
        switch self {
        case .notLoopback(let host):
            "cannot listen on \(host) without user and password: only addresses in 127.0.0.0/8 are allowed"
        case .noAddress(let host): "cannot listen on \(host): it is no IPv4 address"
        case .cannotBind(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
        }
    }
}
