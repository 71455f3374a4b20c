package import Domain
package import Operations

/// HAProxy as a run of the failover needs it: the split is read and set at the same addresses.
package struct HAProxyRouter: TrafficReading, TrafficControlling {
    private let reader: HAProxyReader
    private let controller: HAProxyController

    package init(_ settings: HAProxySettings) {
        reader = HAProxyReader(settings)
        controller = HAProxyController(settings)
    }

    package func configured() async throws(PortError) -> ConfiguredTraffic { try await reader.configured() }

    package func set(_ split: TrafficSplit) async throws(PortError) { try await controller.set(split) }
}
