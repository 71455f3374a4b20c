package import Domain
package import Operations

/// Points endpoints to one side or the other. A read-only session has none.
package struct EndpointController: EndpointSwitching {
    private let reader: EndpointReader

    /// - Parameter endpoints: names are unique.
    package init(_ endpoints: [EndpointSettings]) {
        reader = EndpointReader(endpoints)
    }

    package func side(of endpoint: String) async throws(PortError) -> IDC? {
        try await reader.side(of: endpoint)
    }

    package func timeToLive(of endpoint: String) async throws(PortError) -> Duration {
        try await reader.timeToLive(of: endpoint)
    }

    /// Nothing is done for one that is pointed by hand: the driver does it and says so.
    package func point(_ endpoint: String, to idc: IDC) async throws(PortError) {
        switch try reader.source(of: endpoint) {
        case .nameServer(let record): try await point(record, to: idc)
        case .haproxy(let settings): try await BackendEndpoint(settings).point(to: idc)
        case .command(let command): try await point(endpoint, command, to: idc)
        case .byHand: return
        }
    }

    private func point(_ record: NameServerRecord, to idc: IDC) async throws(PortError) {
        let client = NameServerClient(record: record, commands: CommandRunner())
        let wanted = record.values[idc].records.sorted()
        try await client.replace(by: wanted)
        let found = try await client.records()
        guard found == wanted else {
            let list = found.isEmpty ? "nothing" : found.map(\.description).joined(separator: ", ").plainText
            throw client.error(
                .failed, "nsupdate",
                "\(record.name) should read \(wanted.map(\.description).joined(separator: ", ")) and reads \(list); "
                    + "somebody else may be setting it")
        }
    }

    private func point(_ endpoint: String, _ command: CommandEndpoint, to idc: IDC) async throws(PortError) {
        let arguments = command.point[idc]
        func failed(_ detail: String) -> PortError {
            PortError(
                .failed, operation: arguments.first?.plainText ?? "command",
                detail: "pointing endpoint \(endpoint) to \(idc.rawValue) \(detail)")
        }
        let outcome = try await CommandRunner().run(arguments, within: command.limit)
        guard outcome.status == 0 else {
            throw failed("ended with status \(outcome.status): \"\(outcome.output.plainText)\"")
        }
        let side = try await reader.side(of: endpoint)
        guard side == idc else {
            throw failed("ended with status 0, and it points to \(side?.rawValue ?? "neither or both")")
        }
    }
}
