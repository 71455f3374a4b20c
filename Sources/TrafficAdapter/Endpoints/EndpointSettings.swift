package import Domain

/// An endpoint: a name that consumers connect by, and what points it to one side or the other.
package struct EndpointSettings: Hashable, Sendable {
    package let name: String
    package let source: Source

    /// What points a name.
    package enum Source: Hashable, Sendable {
        /// Records of a zone, changed at its primary name server.
        case nameServer(NameServerRecord)
        /// The servers of a backend that listens in place of the brokers.
        case haproxy(HAProxySettings)
        case command(CommandEndpoint)
        /// A person does it; nothing can be read.
        case byHand
    }

    package init(name: String, source: Source) {
        self.name = name
        self.source = source
    }
}

/// A name in the DNS, and what it is for each side.
package struct NameServerRecord: Hashable, Sendable {
    let server: NameServer
    /// Absolute, in lower case, with the dot at its end.
    let name: String
    let timeToLive: Int
    let values: PerIDC<Value>

    /// What a name is set to.
    package enum Value: Hashable, Sendable {
        /// IPv4 and IPv6 addresses; at least one.
        case addresses([String])
        /// Another name: a CNAME record.
        case alias(String)
    }

    /// Why a record is refused; a sentence for people.
    package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - name: absolute, with or without the dot at its end; in the server's zone.
    ///   - timeToLive: seconds.
    package init(
        server: NameServer, name: String, timeToLive: Int, values: PerIDC<Value>
    ) throws(Invalid) {
        self.server = server
        guard let absolute = DomainName.absolute(name) else {
            throw Invalid(description: "\(name.plainText) is no name of the DNS")
        }
        guard absolute == server.zone || absolute.hasSuffix("." + server.zone) else {
            throw Invalid(description: "the name \(absolute) is not in the zone \(server.zone)")
        }
        self.name = absolute
        guard (0...604_800).contains(timeToLive) else {
            throw Invalid(description: "a time to live is 0 to 604800 seconds, not \(timeToLive)")
        }
        self.timeToLive = timeToLive
        let checked = PerIDC(
            idc1: try Self.checked(values.idc1, for: absolute), idc2: try Self.checked(values.idc2, for: absolute))
        guard Set(checked.idc1.records).isDisjoint(with: checked.idc2.records) else {
            throw Invalid(description: "the name \(absolute) has a value that both sides share")
        }
        self.values = checked
    }

    private static func checked(_ value: Value, for name: String) throws(Invalid) -> Value {
        switch value {
        case .addresses(let addresses):
            guard !addresses.isEmpty else { throw Invalid(description: "the name \(name) has a side without a value") }
            var canonical: [String] = []
            for address in addresses {
                guard let text = NetworkAddressText.canonical(address) else {
                    throw Invalid(description: "\(address.plainText) is no IPv4 or IPv6 address")
                }
                guard !canonical.contains(text) else {
                    throw Invalid(description: "the name \(name) has the address \(text) twice")
                }
                canonical.append(text)
            }
            return .addresses(canonical)
        case .alias(let other):
            guard let target = DomainName.absolute(other), target != name else {
                throw Invalid(description: "\(other.plainText) is no name that \(name) could be an alias of")
            }
            return .alias(target)
        }
    }
}

extension NameServerRecord.Value {
    /// The records as the name server has them: type and data.
    var records: [DomainRecord] {
        switch self {
        case .addresses(let addresses):
            addresses.map { DomainRecord(type: $0.contains(":") ? "AAAA" : "A", data: $0) }
        case .alias(let target): [DomainRecord(type: "CNAME", data: target)]
        }
    }
}

/// The primary name server of a zone.
package struct NameServer: Hashable, Sendable {
    /// An address, without brackets.
    let address: String
    let port: UInt16
    /// Absolute, in lower case, with the dot at its end.
    let zone: String
    /// A file with the key that signs requests (TSIG, RFC 8945) as `tsig-keygen` writes it; `nil`: unsigned.
    let keyPath: String?
    /// For one question, and for one update.
    let timeout: Duration

    package init(
        address: String, port: UInt16 = 53, zone: String, keyPath: String?, timeout: Duration = .seconds(5)
    ) throws(NameServerRecord.Invalid) {
        guard let canonical = NetworkAddressText.canonical(address) else {
            throw NameServerRecord.Invalid(
                description: "the name server \(address.plainText) is no IPv4 or IPv6 address")
        }
        guard let zone = DomainName.absolute(zone) else {
            throw NameServerRecord.Invalid(description: "\(zone.plainText) is no zone of the DNS")
        }
        self.address = canonical
        self.port = port
        self.zone = zone
        self.keyPath = keyPath
        self.timeout = timeout
    }
}

/// Programs that point a name and read where it points.
package struct CommandEndpoint: Hashable, Sendable {
    /// Points the name to a side: ends with status 0 when that is done.
    let point: PerIDC<[String]>
    /// Writes `idc1` or `idc2`, or anything else while the name points to neither or both.
    let read: [String]
    /// For each run.
    let limit: Duration

    package init(point: PerIDC<[String]>, read: [String], limit: Duration = .seconds(30)) {
        self.point = point
        self.read = read
        self.limit = limit
    }
}
