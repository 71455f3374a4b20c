package import Domain

/// What moves consumers and who may, of one context.
package struct FailoverSettings: Hashable, Sendable {
    /// Where endpoints with ``EndpointSettings/Source/dns(_:)`` are changed.
    package let nameServer: NameServerSettings?
    /// In the order of the file; names are unique.
    package let endpoints: [EndpointSettings]
    /// People who may approve, in the order of the file.
    package let approvers: [ApproverSettings]
    package let secondPerson: SecondPersonPolicy
    /// The PEM file with the private key of whoever runs the program.
    package let keyPath: String?
    /// The least time between two changes of the traffic.
    package let waitPeriod: Duration

    /// The endpoints whose globs match a group: one, as it should be, none, or several.
    package func endpoints(of group: String) -> [EndpointSettings] {
        endpoints.filter { endpoint in endpoint.groups.contains { $0.matches(group) } }
    }
}

/// When a failover needs a second person.
package enum SecondPersonPolicy: String, CaseIterable, Hashable, Sendable {
    case never
    case production
    case always
}

/// Somebody who may approve.
package struct ApproverSettings: Hashable, Sendable {
    package let name: String
    /// PEM or base64, as it was given.
    package let publicKey: String
}

/// The primary name server of a zone.
package struct NameServerSettings: Hashable, Sendable {
    package let address: String
    package let port: UInt16
    package let zone: String
    package let keyPath: String?
    /// Whole seconds.
    package let timeToLive: Int
}

/// A name that consumers connect by.
package struct EndpointSettings: Hashable, Sendable {
    package let name: String
    package let groups: [Glob]
    package let source: Source

    /// What points it.
    package enum Source: Hashable, Sendable {
        case dns(DNSEndpointSettings)
        case haproxy(HAProxySettings)
        case command(CommandEndpointSettings)
        case byHand
    }
}

/// An endpoint that is a name of the DNS.
package struct DNSEndpointSettings: Hashable, Sendable {
    package let name: String
    /// Per side: addresses, or one other name.
    package let values: PerIDC<[String]>

    /// Whether a side's value is another name.
    package func isAlias(_ idc: IDC) -> Bool { !values[idc].allSatisfy(TextRule.isAddress) }
}

/// An endpoint that programs point.
package struct CommandEndpointSettings: Hashable, Sendable {
    package let point: PerIDC<[String]>
    package let read: [String]
    package let limit: Duration
}
