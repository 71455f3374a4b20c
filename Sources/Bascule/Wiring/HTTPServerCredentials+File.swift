import Domain
import FoundationEssentials
import HTTPTransport
import Operations

extension HTTPServerCredentials {
    /// Reads one line `USER:PASSWORD`.
    init(readFrom path: String) throws(PortError) {
        let text = (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = text.prefix { $0 != "\n" && $0 != "\r" }
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
            throw PortError(.failed, operation: "read", detail: "\(path) does not hold USER:PASSWORD")
        }
        self.init(user: String(line[..<colon]), password: String(line[line.index(after: colon)...]))
    }
}
