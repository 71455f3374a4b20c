/// A run as a screen shows it: whole and immutable, made by ``FailoverMachine/view``.
///
/// It holds no sentences in a language but what people typed and what ports said: screens and reports say the rest in
/// their own words, by the cases.
package struct RunView: Hashable, Sendable {
    package let run: String
    package let runbook: String
    package let promise: Runbook.Promise
    package let from: IDC
    package let to: IDC
    package let driver: String
    package let host: String
    package let reason: String
    package let declaredAt: WallTime
    package let endedAt: WallTime?
    package let steps: [StepView]
    /// The step that is under way; `nil` after the last.
    package let current: Int?
    package let waves: [WaveView]
    /// Groups that are not ready, each with its reason.
    package let blocked: [BlockedGroup]
    package let numbers: RunNumbers
    /// What is being done now; `nil` while a person is asked, and at the end.
    package let action: FailoverAction?
    /// What a person is asked. The first choice is the one key that goes on.
    package let prompt: DriverPrompt?
    package let outcome: RunOutcome?

    package struct StepView: Hashable, Sendable {
        package let id: String
        package let title: String
        /// `declare`, `gate`, ...: under it stands the explanation for somebody who does this once a year.
        package let explanation: StepExplanation
        package let status: StepStatus
        /// In the order in which it came.
        package let evidence: [Evidence]
        package let beganAt: WallTime?
        package let endedAt: WallTime?
    }

    package struct WaveView: Hashable, Sendable {
        package let number: Int
        /// Names of endpoints; a group without one stands for itself.
        package let endpoints: [String]
        package let groups: Int
        package let moved: Int
        /// Placed, and without members, as before.
        package let empty: Int
        package let ready: Int
        package let blocked: Int
        package let leftOut: Int
    }

    package struct BlockedGroup: Hashable, Sendable {
        package let group: String
        package let reason: String
    }
}

/// Explanations that screens have in plain words, one for each thing that a step can do.
package enum StepExplanation: String, CaseIterable, Hashable, Sendable {
    case declare, recordReadings, recordReport, gate, traffic, pauseMirrors, resumeMirrors, awaitClear, catchUp
    case lateTail, fence, decide, move, endpoint, command, http, confirm, wait
}

package enum StepStatus: Hashable, Sendable {
    case pending
    case running
    /// The driver is asked.
    case waiting
    case passed
    case failed(reason: String)
    /// Passed although not everything was green.
    case waived(by: String, reason: String)
}

package enum RunOutcome: Hashable, Sendable {
    case finished
    /// Finished, and some groups stayed where they were.
    case finishedWithout(groups: Int)
    case aborted(by: String, reason: String)
}

/// The numbers that matter in a run. `nil`: not known.
package struct RunNumbers: Hashable, Sendable {
    package var groups = 0
    package var moved = 0
    /// Placed, and without members, as before.
    package var empty = 0
    package var ready = 0
    package var blocked = 0
    package var leftOut = 0
    /// At most so many records are read twice, of the groups that are decided.
    package var readTwice: Int64?
    /// Records that the source has and the target has never seen.
    package var stranded: StrandedRecords?
    /// The target's measured share of the traffic, in per mille.
    package var targetPerMille: Int?

    package init() {}
}

/// Something that was seen in a step and is kept.
package enum Evidence: Hashable, Sendable {
    case leaseHeld([IDC])
    case leaseNotTaken(IDC, reason: String)
    case approved(by: String)
    case readings(kept: Int, missing: [String])
    case finding(GateFinding)
    case split(TrafficSplit)
    /// In per mille of both sides' rate of before; `nil`: not measurable.
    case measured(targetPerMille: Int?, sourceGrows: Bool?)
    case mirrors(done: Int, notReached: [String])
    /// `nil`: not known.
    case left(records: Int64?)
    case fenced(groups: Int)
    case notFenced(group: String, members: Int?)
    case decided(exact: Int, bounded: Int, held: Int, readTwice: Int64)
    case written(groups: Int)
    case pointed(endpoint: String, to: IDC)
    case moved(groups: Int)
    case empty(groups: Int)
    case stillThere(group: String, clients: [String])
    case ended(status: Int32, output: String)
    case typed(String, by: String)
    case failed(String)
    case report(path: String, hash: String)
    case resumed(by: String, host: String)
}
