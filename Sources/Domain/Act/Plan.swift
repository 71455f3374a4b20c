/// What will be done, exactly: previewed, confirmed, run. What was confirmed is what runs.
package struct Plan: Hashable, Sendable {
    package let intent: Intent
    /// One sentence: "Pause 12 mirrors on IDC2".
    package let title: String
    /// In the order in which they run; the first is the canary.
    package let lines: [PlanLine]
    /// Selected objects that are left out, each with its reason.
    package let leftOut: [LeftOut]
    /// What could go wrong, a sentence each.
    package let warnings: [String]
    /// The command line that does the same.
    package let equivalentCommand: String
    package let confirmation: Confirmation
    /// When the snapshot that this plan was made from was taken.
    package let madeFrom: WallTime

    package init(
        intent: Intent, title: String, lines: [PlanLine], leftOut: [LeftOut], warnings: [String],
        equivalentCommand: String, confirmation: Confirmation, madeFrom: WallTime
    ) {
        self.intent = intent
        self.title = title
        self.lines = lines
        self.leftOut = leftOut
        self.warnings = warnings
        self.equivalentCommand = equivalentCommand
        self.confirmation = confirmation
        self.madeFrom = madeFrom
    }

    package struct LeftOut: Hashable, Sendable {
        package let subject: String
        package let reason: String

        package init(subject: String, reason: String) {
            self.subject = subject
            self.reason = reason
        }
    }
}

/// One call of a plan.
package struct PlanLine: Hashable, Sendable {
    package let step: PlanStep
    /// What is called, for people: `PUT /connectors/mirror-idc1-idc2-orders/pause on Connect IDC2`.
    package let call: String
    /// The state that the plan was made from; the runner refuses the line when it has changed.
    package let expected: ExpectedState
    /// The mirror that the step acts on; `nil` where it is about something else.
    package let target: MirrorTarget?

    package init(step: PlanStep, call: String, expected: ExpectedState, target: MirrorTarget? = nil) {
        self.step = step
        self.call = call
        self.expected = expected
        self.target = target
    }
}

/// A single act on a single object.
package enum PlanStep: Hashable, Sendable {
    case connector(ConnectorAct, name: String, on: IDC)
    case createConnector(name: String, config: [String: String], on: IDC)
    case setTraffic(TrafficSplit)
    /// Writes the group's translated offsets on that side.
    case syncOffsets(group: String, on: IDC)
    /// Says on both sides that a group's offsets, or anything, shall not be written, or may be again.
    case hold(OperatorHold.Order, HoldSubject, reason: String)

    /// The IDC whose Connect is called; `nil` where no Connect is.
    package var idc: IDC? {
        switch self {
        case .connector(_, _, let idc), .createConnector(_, _, let idc): idc
        case .setTraffic, .syncOffsets, .hold: nil
        }
    }

    /// What the step acts on, for people: the connector's name, the group, `traffic` or `writes`.
    package var subject: String {
        switch self {
        case .connector(_, let name, _), .createConnector(let name, _, _): name
        case .setTraffic: "traffic"
        case .syncOffsets(let group, _), .hold(_, .group(let group), _): group
        case .hold(_, .everything, _), .hold(_, .writesUnderWay, _): "writes"
        }
    }
}

package enum ConnectorAct: String, Hashable, Sendable {
    case pause
    case resume
    case stop
    case restartFailed = "restart-failed"
    case restartAll = "restart"
    case delete
}

/// What must still hold when a line of a plan runs.
package enum ExpectedState: Hashable, Sendable {
    case connector(ConnectorState)
    case noConnector
    case weights(TrafficSplit?)
    /// The synchronisation decides by evidence of its own, read at that moment: it writes what is safe then, or nothing.
    case provenThen
    /// Nothing: what is said counts whatever is the case.
    case whatever
}

/// How a person says yes. console.md, section 6.
package enum Confirmation: Hashable, Sendable {
    /// A single key.
    case yes
    /// The typed text must equal this: the count of objects, or the name of the IDC.
    case typed(String, prompt: String)

    /// Whether `answer` confirms. Spaces around a typed answer do not count; case does.
    package func isMet(by answer: ConfirmationAnswer) -> Bool {
        switch (self, answer) {
        case (_, .no): false
        case (.yes, .yes): true
        case (.yes, .typed), (.typed, .yes): false
        case (.typed(let wanted, _), .typed(let text)):
            !wanted.isEmpty && text.trimmingSpaces == wanted.trimmingSpaces
        }
    }
}

/// What a person answered to a ``Confirmation``.
package enum ConfirmationAnswer: Hashable, Sendable {
    case no
    case yes
    case typed(String)
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}

/// Why a plan was not made or not run; the text is for people and ends in what to do.
package struct Refusal: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case readOnly
        case stalePlan
        case nothingSelected
        case unknownObject
        case unconfirmed
        case journalUnavailable
        case notPossible
    }

    package let kind: Kind
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// How a running plan stands; values of one run follow each other.
package struct PlanProgress: Hashable, Sendable {
    package let plan: Plan
    /// One outcome per line of the plan, `nil` while it has not been reached.
    package let outcomes: [LineOutcome?]
    package let phase: Phase

    package init(plan: Plan, outcomes: [LineOutcome?], phase: Phase) {
        self.plan = plan
        self.outcomes = outcomes
        self.phase = phase
    }

    package enum Phase: Hashable, Sendable {
        case canary
        case running
        /// All calls are made; waiting to see the effect.
        case verifying
        case finished
        /// Stopped before the end; the reason says why.
        case stopped(reason: String)
    }
}

package enum LineOutcome: Hashable, Sendable {
    /// Called; its effect has not been seen yet.
    case done
    /// The effect was seen by reading it back.
    case verified
    case failed(reason: String)
    /// Not called: its state had changed since the plan was made.
    case skipped(reason: String)
}
