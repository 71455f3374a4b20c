/// What a run wants done next. Each is done by reading first and doing only what is not so yet, so that one whose
/// outcome is unknown can be taken up again.
package enum FailoverAction: Hashable, Sendable {
    case takeLease
    case readApprovals
    case recordReadings
    case examine([GateCheck])
    case setTraffic(TrafficSplit)
    /// Waits for the traffic to follow: at least so many percent of both sides' rate on the side that gains.
    case measureTraffic(TrafficSplit, atLeast: Int)
    case actOnMirrors(MirrorsAct, [ReplicationFlow])
    case examineFence([String])
    /// `isFinal`: from the commits of stopped groups; only exact positions count where nothing may be read twice.
    case decideOffsets([String], isFinal: Bool)
    case stopConsumers([String])
    /// Starts them again on the source: they were stopped and may not move.
    case restoreConsumers([String])
    case writeOffsets([String])
    case pointEndpoints([String])
    case startConsumers([String])
    /// Waits until the groups are seen to consume on the target.
    case watchGroups([String])
    case run(CommandCall)
    case call(HTTPCall)
    case wait(Duration)
    case writeReport
    case releaseLease

    package var word: String {
        switch self {
        case .takeLease: "take-lease"
        case .readApprovals: "read-approvals"
        case .recordReadings: "record-readings"
        case .examine: "examine"
        case .setTraffic: "set-traffic"
        case .measureTraffic: "measure-traffic"
        case .actOnMirrors: "act-on-mirrors"
        case .examineFence: "examine-fence"
        case .decideOffsets: "decide-offsets"
        case .stopConsumers: "stop-consumers"
        case .restoreConsumers: "restore-consumers"
        case .writeOffsets: "write-offsets"
        case .pointEndpoints: "point-endpoints"
        case .startConsumers: "start-consumers"
        case .watchGroups: "watch-groups"
        case .run: "run"
        case .call: "call"
        case .wait: "wait"
        case .writeReport: "write-report"
        case .releaseLease: "release-lease"
        }
    }

    /// Whether it changes something on a cluster, the traffic or an endpoint, so that a driver is needed.
    package var writes: Bool {
        switch self {
        case .setTraffic, .stopConsumers, .restoreConsumers, .writeOffsets, .pointEndpoints, .startConsumers, .run,
            .call:
            true
        case .actOnMirrors(let act, _):
            switch act {
            case .pause, .resume: true
            case .awaitClear, .catchUp, .lateTail: false
            }
        case .takeLease, .readApprovals, .recordReadings, .examine, .measureTraffic, .examineFence, .decideOffsets,
            .watchGroups, .wait, .writeReport, .releaseLease:
            false
        }
    }

    /// Whether doing it a second time could do harm, and reading cannot always tell whether it was done.
    package var isOutsideOfReading: Bool {
        switch self {
        case .run, .call: true
        case .takeLease, .readApprovals, .recordReadings, .examine, .setTraffic, .measureTraffic, .actOnMirrors,
            .examineFence, .decideOffsets, .stopConsumers, .restoreConsumers, .writeOffsets, .pointEndpoints,
            .startConsumers, .watchGroups, .wait, .writeReport, .releaseLease:
            false
        }
    }
}
