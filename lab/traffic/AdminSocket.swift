import Glibc

/// One command to HAProxy's admin socket, its answer to standard output: `say --socket PATH --command TEXT`.
enum AdminSocket {
    static func say(_ options: Options) throws(Failure) {
        let path = try options.text("socket")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket") }
        defer { close(descriptor) }
        Loopback.limit(descriptor, milliseconds: 5000)
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: place.sun_path) else { throw Failure("\(path) is too long") }
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: bytes) }
        let connected = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw .system(path) }
        Loopback.send(try options.text("command") + "\n", to: descriptor)
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let length = recv(descriptor, &buffer, buffer.count, 0)
            guard length > 0 else { break }
            _ = write(STDOUT_FILENO, buffer, length)
        }
    }
}
