import Glibc
import Synchronization

/// A TCP server on loopback that ignores what it is sent and answers fixed bytes: what no real HTTP server would
/// say, and half of what it would.
package final class ByteServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// What a connection gets.
    package enum Manner: Sendable {
        /// The bytes, then the end.
        case answer([UInt8])
        /// The same, another one for each connection in turn; the last for all further ones.
        case answers([[UInt8]])
        /// Nothing at all: accepted by the kernel, read by nobody.
        case silence
    }

    private struct State {
        var isStopped = false
    }

    /// Serves on a thread of its own until the end of `body`.
    package static func serving<Result>(
        _ manner: Manner, _ body: (ByteServer) async throws -> Result
    ) async throws -> Result {
        let server = try ByteServer()
        defer { server.stop() }
        switch manner {
        case .silence: break
        case .answer(let bytes): server.start([bytes])
        case .answers(let answers): server.start(answers)
        }
        return try await body(server)
    }

    package struct CannotListen: Error {}

    private init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutableBytes(of: &address) { bytes -> Bool in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(listener, start, length) == 0 && listen(listener, 16) == 0
                && getsockname(listener, start, &length) == 0
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw CannotListen() }
    }

    private func start(_ answers: [[UInt8]]) {
        let job = Unmanaged.passRetained(Job(server: self, answers: answers))
        var thread = pthread_t()
        if pthread_create(&thread, nil, byteServerMain, job.toOpaque()) == 0 {
            pthread_detach(thread)
        } else {
            job.release()
        }
    }

    private func stop() {
        state.withLock { $0.isStopped = true }
        // Ends a waiting accept.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    fileprivate func serve(_ answers: [[UInt8]]) {
        var waiting = answers[...]
        var bytes: [UInt8] = []
        while !state.withLock({ $0.isStopped }) {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            bytes = waiting.popFirst() ?? bytes
            var request = [UInt8](repeating: 0, count: 4_096)
            _ = recv(connection, &request, request.count, 0)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            shutdown(connection, Int32(SHUT_WR))
            // Drains the rest, so that the close is not a reset that takes the answer with it.
            while recv(connection, &request, request.count, 0) > 0 {}
            close(connection)
        }
    }
}

private final class Job: Sendable {
    let server: ByteServer
    let answers: [[UInt8]]

    init(server: ByteServer, answers: [[UInt8]]) {
        self.server = server
        self.answers = answers
    }
}

private func byteServerMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
    job.server.serve(job.answers)
    return nil
}
