package import Domain
import FoundationEssentials
import HTTPTransport
package import Operations

/// The changing half of Kafka Connect's REST interface. A read-only session has none.
package struct ConnectController: ConnectorControlling {
    private let client: ConnectClient

    package init(_ client: ConnectClient) {
        self.client = client
    }

    package func perform(_ act: ConnectorAct, on name: String) async throws(PortError) {
        switch act {
        case .pause:
            _ = try await client.change(.put, ConnectReader.path(of: name, "pause"))
        case .resume:
            _ = try await client.change(.put, ConnectReader.path(of: name, "resume"))
        case .stop:
            _ = try await client.change(.put, ConnectReader.path(of: name, "stop"))
        case .restartFailed:
            try await restart(name, onlyFailed: true)
        case .restartAll:
            try await restart(name, onlyFailed: false)
        case .delete:
            _ = try await client.change(.delete, ConnectReader.path(of: name))
        }
    }

    package func create(_ name: String, config: [String: String]) async throws(PortError) {
        let path = try ConnectReader.path(of: name, "config")
        let body: [UInt8]
        do {
            body = Array(try JSONEncoder().encode(config))
        } catch {
            throw PortError(.failed, operation: "PUT \(path)", detail: "the configuration cannot be written as JSON")
        }
        do throws(PortError) {
            _ = try await client.change(.put, path, body: body)
        } catch {
            throw PortError(error.kind, operation: error.operation, detail: Self.hiding(config, in: error.detail))
        }
    }

    /// Connector and tasks in one request (KIP-745).
    private func restart(_ name: String, onlyFailed: Bool) async throws(PortError) {
        let path = try ConnectReader.path(of: name, "restart") + "?includeTasks=true&onlyFailed=\(onlyFailed)"
        let response = try await client.change(.post, path)
        // With the parameters Connect answers 202 and the status; 204 says that it did not know them.
        guard response.status != 204 else {
            throw PortError(
                .unsupported, operation: "POST \(path)",
                detail: "this Connect is older than 3.0 and restarted the connector without its tasks; "
                    + "restart the failed tasks one by one with POST /connectors/NAME/tasks/N/restart")
        }
    }

    /// Connect quotes refused values in its messages, and not every secret is declared as one.
    private static func hiding(_ config: [String: String], in detail: String) -> String {
        var detail = detail
        for (key, value) in config where SecretMask.hidesValue(of: key) {
            let secret = value.plainLine(limit: 10_000)
            // Shorter ones would blot out the message itself, and are no secrets.
            if secret.count > 3 { detail = detail.replacing(secret, with: SecretMask.mask) }
        }
        return detail
    }
}
