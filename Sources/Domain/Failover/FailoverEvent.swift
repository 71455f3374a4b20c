/// What happened in a run. Every event is a record of the journal, and the run's state is what they amount to.
package enum FailoverEvent: Hashable, Sendable {
    case begun(RunHeader)
    /// Recorded before an action is begun: what became of it is not known until another event says so.
    case acting(FailoverAction)
    case leaseAnswered([LeaseAnswer])
    case approvalsRead([String])
    case readingsRecorded(ReadingsKept)
    case gateExamined([GateFinding])
    case trafficSet(TrafficSplit, before: TrafficSplit?)
    case trafficMeasured(TrafficSeen)
    case mirrorsActed(MirrorsSeen)
    case fenceExamined([FenceSight])
    case offsetsDecided([GroupDecision])
    case consumersStopped([GroupOutcome])
    case consumersRestored([GroupOutcome])
    case offsetsWritten([GroupOutcome])
    case endpointsPointed([GroupOutcome])
    case consumersStarted([GroupOutcome])
    case groupsSeen([GroupSight])
    case commandEnded(status: Int32, output: String, isVerified: Bool)
    case called(status: Int, isVerified: Bool)
    case waited
    case reportWritten(path: String, hash: String)
    case leaseReleased
    /// The action failed: `isOutcomeKnown` says whether it is certain that nothing was done.
    case actionFailed(reason: String, isOutcomeKnown: Bool)
    /// An interlock kept the action from being done.
    case forbidden(Interlock, detail: String)
    case answered(DriverAnswer)
    /// The run is driven on, perhaps by somebody else from another host.
    case resumed(by: String, host: String)
}

/// How a run began.
package struct RunHeader: Hashable, Sendable {
    package let run: String
    package let runbook: String
    /// The runbook's file.
    package let runbookText: String
    package let from: IDC
    package let to: IDC
    package let driver: String
    package let host: String
    package let reason: String
    /// For a `traffic` step whose split the driver gives.
    package let split: TrafficSplit?
    /// The groups of the run, by endpoint.
    package let endpoints: [EndpointGroups]
    /// Those of the groups that had no members on the source as far as was seen: they are not waited for.
    package let emptyGroups: [String]

    package init(
        run: String, runbook: String, runbookText: String, from: IDC, driver: String, host: String, reason: String,
        split: TrafficSplit?, endpoints: [EndpointGroups], emptyGroups: [String] = []
    ) {
        self.run = run
        self.runbook = runbook
        self.runbookText = runbookText
        self.from = from
        self.to = from.other
        self.driver = driver
        self.host = host
        self.reason = reason
        self.split = split
        self.endpoints = endpoints
        self.emptyGroups = emptyGroups
    }
}

package struct LeaseAnswer: Hashable, Sendable {
    package let idc: IDC
    /// `nil`: held.
    package let failure: String?
    /// Whether somebody else has it.
    package let isTaken: Bool

    package init(_ idc: IDC, failure: String? = nil, isTaken: Bool = false) {
        self.idc = idc
        self.failure = failure
        self.isTaken = isTaken
    }
}

package struct ReadingsKept: Hashable, Sendable {
    package let kept: Int
    /// What could not be read, and why.
    package let missing: [String]
    /// What of the source's records had not crossed; `nil`: not known.
    package let stranded: StrandedRecords?
    /// Records that both sides together produced in a second before anything was changed.
    package let recordsPerSecond: Int64?

    package init(kept: Int, missing: [String], stranded: StrandedRecords?, recordsPerSecond: Int64?) {
        self.kept = kept
        self.missing = missing
        self.stranded = stranded
        self.recordsPerSecond = recordsPerSecond
    }
}

package struct TrafficSeen: Hashable, Sendable {
    package let configured: TrafficSplit?
    /// The target's rate in per mille of both sides' rate before; `nil`: not measurable.
    package let targetPerMille: Int?
    /// `nil`: the source cannot be read.
    package let sourceGrows: Bool?
    /// Whether what was asked for is seen.
    package let isAsWanted: Bool

    package init(configured: TrafficSplit?, targetPerMille: Int?, sourceGrows: Bool?, isAsWanted: Bool) {
        self.configured = configured
        self.targetPerMille = targetPerMille
        self.sourceGrows = sourceGrows
        self.isAsWanted = isAsWanted
    }
}

package struct MirrorsSeen: Hashable, Sendable {
    package let done: Int
    /// Those that could not be reached, which is what a dead side looks like.
    package let notReached: [String]
    package let failed: [String]
    /// Records left to copy, or of the late tail; `nil`: not known.
    package let left: Int64?

    package init(done: Int, notReached: [String] = [], failed: [String] = [], left: Int64?) {
        self.done = done
        self.notReached = notReached
        self.failed = failed
        self.left = left
    }
}

/// A group on the side that it is to leave.
package struct FenceSight: Hashable, Sendable {
    package let group: String
    /// `nil`: the side could not be asked.
    package let members: Int?
    package let clients: [String]

    package init(group: String, members: Int?, clients: [String]) {
        self.group = group
        self.members = members
        self.clients = clients
    }
}
