package import Domain

/// Everything that a run reads and changes. A read-only session constructs none.
package struct RunPorts: Sendable {
    /// The copies of the journal. Nothing is done before the first has the record; the others take what they can.
    package var journals: [any RunJournalWriting]
    package var lease: any DriverLeasing
    package var approvals: (any ApprovalReading)?
    /// The console's newest snapshot.
    package var newestSnapshot: @Sendable () async -> Snapshot?
    /// Records per second that both sides together produced when both could be measured last; `nil`: never seen.
    package var rateBefore: @Sendable () async -> Int64?
    package var clusters: PerIDC<ClusterPorts>
    package var traffic: (any TrafficReading & TrafficControlling)?
    package var connectors: PerIDC<(any ConnectorControlling)?>
    /// `nil`: a person moves the clients.
    package var endpoints: (any EndpointSwitching)?
    /// `nil`: nothing stops or starts consumers but a person.
    package var consumers: (any ConsumerControlling)?
    package var offsets: any MoveOffsets
    package var target: any TargetProbing
    package var commands: (any CommandRunning)?
    package var http: (any HTTPCalling)?
    package var reports: any ReportKeeping
    /// How copies are recognised on each side, to count what was produced there.
    package var provenance: PerIDC<ProvenanceRule>
    /// Topics that users' traffic goes to.
    package var isLiveTopic: @Sendable (String) -> Bool
    /// Whether writes are frozen; `nil`: it cannot be told.
    package var isFrozen: @Sendable () async -> Bool?
    /// When the traffic was changed from this host last, by an act or by a run; `nil`: never, as far as it is known.
    package var trafficChangedAt: @Sendable () async -> WallTime?

    package init(
        journals: [any RunJournalWriting], lease: any DriverLeasing, approvals: (any ApprovalReading)?,
        newestSnapshot: @escaping @Sendable () async -> Snapshot?,
        rateBefore: @escaping @Sendable () async -> Int64?, clusters: PerIDC<ClusterPorts>,
        traffic: (any TrafficReading & TrafficControlling)?, connectors: PerIDC<(any ConnectorControlling)?>,
        endpoints: (any EndpointSwitching)?, consumers: (any ConsumerControlling)?, offsets: any MoveOffsets,
        target: any TargetProbing, commands: (any CommandRunning)?, http: (any HTTPCalling)?,
        reports: any ReportKeeping, provenance: PerIDC<ProvenanceRule>,
        isLiveTopic: @escaping @Sendable (String) -> Bool, isFrozen: @escaping @Sendable () async -> Bool?,
        trafficChangedAt: @escaping @Sendable () async -> WallTime?
    ) {
        self.journals = journals
        self.lease = lease
        self.approvals = approvals
        self.newestSnapshot = newestSnapshot
        self.rateBefore = rateBefore
        self.clusters = clusters
        self.traffic = traffic
        self.connectors = connectors
        self.endpoints = endpoints
        self.consumers = consumers
        self.offsets = offsets
        self.target = target
        self.commands = commands
        self.http = http
        self.reports = reports
        self.provenance = provenance
        self.isLiveTopic = isLiveTopic
        self.isFrozen = isFrozen
        self.trafficChangedAt = trafficChangedAt
    }
}

/// Approvals of a run that were signed and verified.
package protocol ApprovalReading: Sendable {
    /// Who has approved the step of the run, each a person whose key stands in the configuration.
    func approvals(of run: String, step: String) async throws(PortError) -> [String]
}

/// Stops and starts the consumers of groups.
package protocol ConsumerControlling: Sendable {
    /// Returns when they were told; whether they have left is seen by the members.
    func stop(_ groups: [String], on idc: IDC) async throws(PortError)
    func start(_ groups: [String], on idc: IDC) async throws(PortError)
}

/// Where groups may begin on the other side.
package protocol MoveOffsets: Sendable {
    /// What a move would mean, from what is proven now; one decision for every group given.
    ///
    /// - Parameter isFinal: the groups are stopped, so that their commits will not change.
    func decide(_ groups: [String], from source: IDC, isFinal: Bool) async throws(PortError) -> [GroupDecision]

    /// Waits until nothing is under way that the synchronisation had begun to write on the target before the call.
    ///
    /// - Throws: that cannot be told.
    func settle(on target: IDC) async throws(PortError)

    /// Writes the positions on the target and reads them back. What stands there already is not written again.
    func write(_ decisions: [GroupDecision], on target: IDC) async throws(PortError) -> [GroupOutcome]

    /// Whether a commit was written by ``write(_:on:)`` rather than by the group itself.
    func isOurs(_ commit: CommittedOffset) -> Bool
}

/// Looks whether a cluster can take what comes.
package protocol TargetProbing: Sendable {
    /// Whether its controllers answer a change (a validate-only CreateTopics); `nil`: it cannot be told.
    func hasQuorum(_ idc: IDC) async -> Bool?

    /// Whether a record that is written now is read again; `nil`: it cannot be tried.
    func carriesCanary(_ idc: IDC) async -> Bool?
}

package protocol HTTPCalling: Sendable {
    /// - Returns: the status of the answer.
    func call(_ method: String, _ url: String, within limit: Duration) async throws(PortError) -> Int
}

/// Keeps reports of runs.
package protocol ReportKeeping: Sendable {
    /// - Returns: where it is kept, and its SHA-256 in hexadecimal.
    func keep(_ report: RunReport) async throws(PortError) -> (path: String, hash: String)
}

/// The person who drives.
package protocol DriverAsking: Sendable {
    /// Waits for an answer; `nil`: nobody is there any more, and the run stops where it is.
    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer?
}

/// How long a run waits for what it has set going.
package struct RunPacing: Hashable, Sendable {
    package var poll: Duration = .milliseconds(500)
    /// Over which the traffic is measured.
    package var measured: Duration = .seconds(3)
    /// For the traffic to follow.
    package var traffic: Duration = .seconds(45)
    /// For mirrors to pause, resume and catch up.
    package var mirrors: Duration = .seconds(120)
    /// For the positions of the mirrors of a side that is back to be known.
    package var tail: Duration = .seconds(45)
    /// For stopped groups to be Empty, and for moved ones to be seen.
    package var groups: Duration = .seconds(90)
    /// For a reading that is newer than a call.
    package var reading: Duration = .seconds(20)
    /// For what an interlock has to know to be readable, before the driver is asked.
    package var interlock: Duration = .seconds(10)
    /// For what a daemon that does not answer may have under way to land: longer than a request lives.
    package var settling: Duration = .seconds(10)
    /// The longest that stopped clients are kept waiting for caches to forget where their name pointed.
    package var cachedNames: Duration = .seconds(60)
    /// The least time between two changes of the traffic.
    package var betweenTrafficChanges: Duration = .seconds(5)
    /// For lag to be seen falling.
    package var draining: Duration = .seconds(15)

    package init() {}
}
