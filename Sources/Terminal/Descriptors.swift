internal import CTerminalGuard
internal import Glibc

/// The text of the present `errno`.
func lastReason() -> String { String(cString: strerror(errno)) }

/// Everything that can be read from a non-blocking descriptor now.
func drainedBytes(of descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

/// Writes all bytes, waiting where the descriptor is non-blocking and full; gives up on any error.
func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) {
    let all = Array(bytes)
    var written = 0
    while written < all.count {
        let count = all.withUnsafeBytes { buffer in
            write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        }
        if count > 0 {
            written += count
        } else if count < 0 && errno == EAGAIN {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, 1_000) >= 0 || errno == EINTR else { return }
        } else if !(count < 0 && errno == EINTR) {
            return
        }
    }
}

/// A pipe, both ends non-blocking and close-on-exec.
func makePipe() throws(TerminalError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard ctg_pipe(&ends) == 0 else { throw .system(operation: "make a pipe", reason: lastReason()) }
    return (ends[0], ends[1])
}

/// Stops the process as Ctrl-Z does by default and returns when it goes on.
func stopProcess() { ctg_stop() }
