package import Domain

/// The connectors of one IDC's Connect cluster.
package protocol ConnectorReading: Sendable {
    /// Every connector with status, tasks and masked configuration, by one request where Connect has it.
    func connectors() async throws(PortError) -> Partial<[Connector], PortError>

    /// A source connector's offsets as `GET /connectors/{name}/offsets` gives them (KIP-875): the next
    /// source offset to read per partition. `.unsupported` before Connect 3.6.
    func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset]

    /// The workers, and whether each answered last time.
    func workers() async -> [ConnectWorkerView]
}

/// Acts on connectors. Not constructed in a read-only session.
package protocol ConnectorControlling: Sendable {
    /// Waits out 409 with back-off until the deadline, then throws `.conflict`.
    func perform(_ act: ConnectorAct, on name: String) async throws(PortError)

    /// Creates the connector, or changes its configuration (`PUT /connectors/{name}/config`).
    func create(_ name: String, config: [String: String]) async throws(PortError)
}
