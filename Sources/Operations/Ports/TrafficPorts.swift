package import Domain

/// What the traffic source is set to.
package protocol TrafficReading: Sendable {
    func configured() async throws(PortError) -> ConfiguredTraffic
}

/// Changes the split. Not constructed in a read-only session.
package protocol TrafficControlling: Sendable {
    /// Sets the servers' weights and reads them back; throws `.failed` when they do not read as set.
    func set(_ split: TrafficSplit) async throws(PortError)
}
