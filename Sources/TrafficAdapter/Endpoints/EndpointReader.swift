package import Domain
package import Operations

/// Reads where endpoints point, each at its source.
package struct EndpointReader: EndpointReading {
    private let endpoints: [String: EndpointSettings]

    /// - Parameter endpoints: names are unique.
    package init(_ endpoints: [EndpointSettings]) {
        self.endpoints = Dictionary(endpoints.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func side(of endpoint: String) async throws(PortError) -> IDC? {
        switch try source(of: endpoint) {
        case .nameServer(let record):
            let records = try await NameServerClient(record: record, commands: CommandRunner()).records()
            return record.side(of: records)
        case .haproxy(let settings): return try await BackendEndpoint(settings).side()
        case .command(let command): return try await side(command, endpoint)
        case .byHand: return nil
        }
    }

    package func timeToLive(of endpoint: String) async throws(PortError) -> Duration {
        switch try source(of: endpoint) {
        case .nameServer(let record):
            try await NameServerClient(record: record, commands: CommandRunner()).timeToLive()
        case .haproxy, .command, .byHand: .zero
        }
    }

    func source(of endpoint: String) throws(PortError) -> EndpointSettings.Source {
        guard let found = endpoints[endpoint] else {
            throw PortError(
                .notFound, operation: "endpoint \(endpoint.plainText)",
                detail: "there is no endpoint \(endpoint.plainText) in the configuration")
        }
        return found.source
    }

    private func side(_ command: CommandEndpoint, _ endpoint: String) async throws(PortError) -> IDC? {
        let outcome = try await CommandRunner().run(command.read, within: command.limit)
        guard outcome.status == 0 else {
            throw PortError(
                .failed, operation: command.read.first?.plainText ?? "command",
                detail: "reading endpoint \(endpoint) ended with status \(outcome.status): "
                    + "\"\(outcome.output.plainText)\"")
        }
        return IDC(rawValue: outcome.output.plainText)
    }
}

extension NameServerRecord {
    /// The side that all the records belong to.
    func side(of records: [DomainRecord]) -> IDC? {
        guard !records.isEmpty else { return nil }
        return IDC.allCases.first { Set(records).isSubset(of: values[$0].records) }
    }
}
