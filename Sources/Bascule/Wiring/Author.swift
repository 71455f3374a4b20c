import Glibc
import Operations

extension RunAuthor {
    init(_ author: JournalAuthor) { self.init(name: author.actor, host: author.host) }
}

extension JournalAuthor {
    /// Who runs this program, and where: the user as the operating system names them; `SUDO_USER` beside root.
    static func ofThisProcess() -> JournalAuthor {
        var name = "uid \(getuid())"
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4_096)
        if getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil, let text = entry.pw_name {
            name = String(cString: text)
        }
        if let behind = getenv("SUDO_USER").map({ String(cString: $0) }), !behind.isEmpty, behind != name {
            name += " (\(behind))"
        }
        var host = [CChar](repeating: 0, count: 256)
        let hostName =
            gethostname(&host, host.count - 1) == 0
            ? String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "unknown host"
        return JournalAuthor(actor: name, host: hostName)
    }
}
