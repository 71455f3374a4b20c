import Glibc

/// TCP on 127.0.0.1.
enum Loopback {
    static func listen(on port: Int) throws(Failure) -> Int32 {
        let socket = try open()
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var place = address(port)
        let bound = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(socket, 128) == 0 else { throw .system("port \(port)") }
        return socket
    }

    /// A connection whose reads and writes give up after `seconds`; nil when nobody listens.
    static func connect(to port: Int, seconds: Int) -> Int32? {
        guard let socket = try? open() else { return nil }
        limit(socket, milliseconds: seconds * 1000)
        var place = address(port)
        let connected = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    static func limit(_ socket: Int32, milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Up to 64 bytes, up to the end of a line; empty when the other side says nothing.
    static func line(from socket: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while bytes.count < 64, bytes.last != UInt8(ascii: "\n") {
            let length = recv(socket, &buffer, buffer.count, 0)
            if length <= 0 { break }
            bytes += buffer.prefix(length)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func send(_ text: String, to socket: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func open() throws(Failure) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket") }
        return descriptor
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(clamping: port).bigEndian)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        return place
    }
}
