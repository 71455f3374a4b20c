import Dispatch
import Domain
import Glibc
import Operations

/// One HAProxy's runtime API: a question per connection, which HAProxy closes after its answer (management
/// guide, 9.3 "Unix Socket commands", non-interactive mode).
///
/// The waiting is done on a serial queue of the socket's own, so a HAProxy that hangs blocks neither the
/// cooperative pool nor another HAProxy.
final class RuntimeSocket: Sendable {
    let address: RuntimeAddress
    private let timeout: Duration
    private let lane: DispatchQueue

    /// A `show stat` of thousands of servers is some megabytes.
    private static let replyLimit = 32 * 1024 * 1024

    init(_ address: RuntimeAddress, timeout: Duration) {
        self.address = address
        self.timeout = timeout
        lane = DispatchQueue(label: "haproxy \(address)")
    }

    /// Sends one command and returns the whole reply, ending in a line end.
    func reply(to command: String) async throws(PortError) -> String {
        if Task.isCancelled { throw error(.cancelled, command, "cancelled before it was sent") }
        let result = await withCheckedContinuation { continuation in
            lane.async { continuation.resume(returning: self.exchange(command)) }
        }
        return try result.get()
    }

    func error(_ kind: FailureKind, _ command: String, _ detail: String) -> PortError {
        PortError(kind, operation: command.plainText, detail: "HAProxy \(address): \(detail)")
    }

    // MARK: On the lane

    private func exchange(_ command: String) -> Result<String, PortError> {
        let deadline = Self.monotonicMilliseconds() + max(1, timeout.wholeMilliseconds)
        let isUnix = if case .path = address { true } else { false }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isUnix ? AF_UNIX : AF_INET, type, 0)
        guard descriptor >= 0 else { return .failure(systemError(errno, command)) }
        defer { close(descriptor) }
        do throws(PortError) {
            try connect(descriptor, command, deadline)
            try send(Array((command + "\n").utf8), on: descriptor, command, deadline)
            return .success(try receive(on: descriptor, command, deadline))
        } catch {
            return .failure(error)
        }
    }

    private func connect(_ descriptor: Int32, _ command: String, _ deadline: Int64) throws(PortError) {
        guard startConnecting(descriptor) != 0 else { return }
        guard errno == EINPROGRESS else { throw systemError(errno, command) }
        try wait(for: POLLOUT, on: descriptor, command, deadline)
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        if code != 0 { throw systemError(code, command) }
    }

    private func startConnecting(_ descriptor: Int32) -> Int32 {
        switch address {
        case .path(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return withUnsafeBytes(of: &address) { Self.connect(descriptor, $0) }
        case .loopback(let host, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = host.bigEndian
            address.sin_port = port.bigEndian
            return withUnsafeBytes(of: &address) { Self.connect(descriptor, $0) }
        }
    }

    private static func connect(_ descriptor: Int32, _ address: UnsafeRawBufferPointer) -> Int32 {
        Glibc.connect(
            descriptor, address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
    }

    private func send(
        _ bytes: [UInt8], on descriptor: Int32, _ command: String, _ deadline: Int64
    ) throws(PortError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EAGAIN || errno == EINTR {
                try wait(for: POLLOUT, on: descriptor, command, deadline)
            } else {
                throw systemError(errno, command)
            }
        }
    }

    private func receive(on descriptor: Int32, _ command: String, _ deadline: Int64) throws(PortError) -> String {
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                reply += buffer[..<count]
                guard reply.count <= Self.replyLimit else {
                    throw error(
                        .malformed, command, "its reply is larger than \(Self.replyLimit) bytes; is this HAProxy?")
                }
            } else if count == 0 {
                break
            } else if errno == EAGAIN || errno == EINTR {
                try wait(for: POLLIN, on: descriptor, command, deadline)
            } else {
                throw systemError(errno, command)
            }
        }
        // Every reply, also an empty one, ends in a line end.
        guard reply.last == UInt8(ascii: "\n") else {
            throw error(.malformed, command, "its reply was cut off after \(reply.count) bytes")
        }
        return String(decoding: reply, as: UTF8.self)
    }

    private func wait(
        for events: Int32, on descriptor: Int32, _ command: String, _ deadline: Int64
    ) throws(PortError) {
        while true {
            let left = deadline - Self.monotonicMilliseconds()
            guard left > 0 else {
                throw error(.timedOut, command, "no whole reply within \(timeout); HAProxy hangs or is overloaded")
            }
            var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let ready = poll(&waiting, 1, Int32(clamping: left))
            if ready > 0 { return }
            if ready < 0 && errno != EINTR { throw systemError(errno, command) }
        }
    }

    private func systemError(_ code: Int32, _ command: String) -> PortError {
        switch code {
        case ENOENT, ENOTDIR:
            error(.unreachable, command, "there is no such socket; check that HAProxy runs and the path is right")
        case EACCES, EPERM:
            error(.refused, command, "permission denied; this user needs the right to write to the socket")
        case ECONNREFUSED:
            error(.unreachable, command, "nobody listens; check that HAProxy runs")
        case EAGAIN:
            error(.timedOut, command, "its queue of connections is full; HAProxy hangs or is overloaded")
        case ECONNRESET, EPIPE:
            error(.malformed, command, "the connection broke before the whole reply")
        default:
            error(.unreachable, command, String(cString: strerror(code)))
        }
    }

    private static func monotonicMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}
