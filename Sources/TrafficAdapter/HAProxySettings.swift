package import Domain

/// Where HAProxy's runtime API is, and which of its servers belong to which IDC.
package struct HAProxySettings: Hashable, Sendable {
    /// One per HAProxy that routes user traffic; each must know the backend and all the servers.
    let addresses: [RuntimeAddress]
    package let backend: String
    /// Names as in the backend's `server` lines; at least one per IDC.
    package let servers: PerIDC<[String]>
    /// For one question and its whole answer.
    package let timeout: Duration

    /// Why the settings are refused; a sentence for people.
    package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter sockets: each the absolute path of a UNIX socket, or `127.x.y.z:PORT`.
    package init(
        sockets: [String], backend: String, servers: PerIDC<[String]>, timeout: Duration = .seconds(3)
    ) throws(Invalid) {
        guard !sockets.isEmpty else { throw Invalid(description: "no HAProxy socket is named") }
        var addresses: [RuntimeAddress] = []
        for socket in sockets {
            let address = try RuntimeAddress(socket)
            guard !addresses.contains(address) else {
                throw Invalid(description: "the HAProxy socket \(address) is named twice")
            }
            addresses.append(address)
        }
        try Self.check(backend, "backend")
        for idc in IDC.allCases {
            guard !servers[idc].isEmpty else {
                throw Invalid(description: "no server of backend \(backend) is named for \(idc.rawValue)")
            }
            for server in servers[idc] { try Self.check(server, "server") }
        }
        let all = servers.idc1 + servers.idc2
        if let double = all.first(where: { name in all.count { $0 == name } > 1 }) {
            throw Invalid(description: "the server \(double) is named twice; each belongs to one IDC")
        }
        self.addresses = addresses
        self.backend = backend
        self.servers = servers
        self.timeout = timeout
    }

    /// Names go into command lines: only what HAProxy allows in one (configuration manual, "Proxy and server
    /// names") gets through, so that none can carry a second command.
    private static func check(_ name: String, _ what: String) throws(Invalid) {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
        guard isPlain else {
            throw Invalid(description: "\(name.plainText) is no \(what) name: letters, digits and - _ . : only")
        }
    }
}

/// Where one HAProxy listens for runtime commands.
enum RuntimeAddress: Hashable, Sendable, CustomStringConvertible {
    case path(String)
    /// An IPv4 address in 127.0.0.0/8, in host byte order: the runtime API has no authentication of its own.
    case loopback(UInt32, port: UInt16)

    /// What `sun_path` holds, without the terminator.
    private static let longestPath = 107

    init(_ text: String) throws(HAProxySettings.Invalid) {
        func invalid(_ reason: String) -> HAProxySettings.Invalid {
            HAProxySettings.Invalid(description: "the HAProxy socket \(text.plainText) \(reason)")
        }
        if text.hasPrefix("/") {
            guard text.utf8.count <= Self.longestPath else { throw invalid("has a path over 107 bytes") }
            guard !text.utf8.contains(0) else { throw invalid("has a NUL in its path") }
            self = .path(text)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard parts.count == 2, octets.count == 4, let port = UInt16(parts[1]), port > 0 else {
            throw invalid("is neither an absolute path nor 127.x.y.z:PORT")
        }
        guard octets[0] == 127 else {
            throw invalid("is not on this machine: the runtime API has no authentication, use 127.x.y.z:PORT")
        }
        self = .loopback(octets.reduce(0) { $0 << 8 | UInt32($1) }, port: port)
    }

    var description: String {
        switch self {
        case .path(let path): path.plainText
        case .loopback(let address, let port):
            [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".") + ":\(port)"
        }
    }
}

extension String {
    /// One line without control characters, cut at 300, for details that people read.
    var plainText: String {
        let plain = String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(301).map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                        " "
                    default: scalar
                    }
                }))
        let words = plain.split(separator: " ").joined(separator: " ")
        return unicodeScalars.count > 300 ? words + "…" : words
    }
}
