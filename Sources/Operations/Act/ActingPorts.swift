package import Domain

/// Everything that can change something outside. A read-only session constructs none, so it cannot construct a
/// ``PlanRunner`` either: that is how read-only is enforced.
package struct ActingPorts: Sendable {
    /// `nil`: no Connect is configured for that IDC.
    package let connectors: PerIDC<(any ConnectorControlling)?>
    /// `nil`: no traffic source is configured.
    package let traffic: (any TrafficControlling)?
    /// `nil`: offsets are not synchronised from here.
    package let sync: (any GroupSyncControlling)?
    /// `nil`: offsets are not synchronised from here.
    package let holds: (any GroupHoldControlling)?
    package let journal: any JournalWriting

    package init(
        connectors: PerIDC<(any ConnectorControlling)?>, traffic: (any TrafficControlling)?,
        sync: (any GroupSyncControlling)? = nil, holds: (any GroupHoldControlling)? = nil,
        journal: any JournalWriting
    ) {
        self.connectors = connectors
        self.traffic = traffic
        self.sync = sync
        self.holds = holds
        self.journal = journal
    }
}

/// What a ``PlanRunner`` reads the present state through, before and after every call.
package struct RereadingPorts: Sendable {
    package let connectors: PerIDC<(any ConnectorReading)?>
    package let traffic: (any TrafficReading)?
    /// The newest snapshot that the collector has published; used to see whether a mirror *flows*. `nil` where no
    /// collector runs: then the states are all there is to see.
    package let newestSnapshot: @Sendable () async -> Snapshot?
    /// When the traffic was changed from this host last, by an act or by a run; `nil`: never, as far as it is known.
    package let trafficChangedAt: @Sendable () async -> WallTime?

    package init(
        connectors: PerIDC<(any ConnectorReading)?>, traffic: (any TrafficReading)?,
        newestSnapshot: @escaping @Sendable () async -> Snapshot?,
        trafficChangedAt: @escaping @Sendable () async -> WallTime?
    ) {
        self.connectors = connectors
        self.traffic = traffic
        self.newestSnapshot = newestSnapshot
        self.trafficChangedAt = trafficChangedAt
    }
}
