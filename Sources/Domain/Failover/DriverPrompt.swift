/// What a run waits for a person to say.
package struct DriverPrompt: Hashable, Sendable {
    /// What is asked. Screens have its text in their language under this word.
    package let question: DriverQuestion
    /// What may be answered; the first is the one that goes on.
    package let choices: [DriverChoice]

    package init(_ question: DriverQuestion, _ choices: [DriverChoice]) {
        self.question = question
        self.choices = choices
    }
}

package enum DriverQuestion: Hashable, Sendable {
    /// The step would change something now.
    case beginStep
    /// The wave with this number, from 0, would move now.
    case beginWave(Int)
    case leaseTaken(holder: String)
    case approvalMissing(have: Int, need: Int)
    /// Checks that are not green and not waived.
    case gateNotGreen([GateCheck])
    case trafficNotSeen
    /// The source's groups could not be asked, or show members.
    case notFenced(groups: Int, areSeen: Bool)
    case groupsHeld([String])
    case lateTail(records: Int64?)
    case groupsNotMoved([String])
    /// The question of a `confirm` step.
    case written(String)
    /// What was tried failed, or nobody knows what became of it.
    case actionFailed(reason: String, isOutcomeKnown: Bool)
    /// An interlock forbids what comes next.
    case forbidden(Interlock, detail: String)
}

/// Something that a driver may answer.
package enum DriverChoice: String, CaseIterable, Hashable, Sendable {
    case goOn = "go-on"
    /// Look again, or try again.
    case retry
    /// Go on although a check is not green: the reason and the target's name are typed.
    case waive
    /// Take what is seen as enough: the reason is typed.
    case accept
    /// Set the traffic as it was before.
    case putBack = "put-back"
    /// How the source's consumers are known to be stopped is typed.
    case state
    /// What is not ready stays where it is, and with it everything behind the same endpoint.
    case leaveOut = "leave-out"
    /// The run ends here; what was done stays done.
    case abort

    /// Whether a text has to be typed with it.
    package var needsText: Bool {
        switch self {
        case .waive, .accept, .state, .abort: true
        case .goOn, .retry, .putBack, .leaveOut: false
        }
    }

    /// Whether the name of the target has to be typed with it.
    package var needsName: Bool {
        switch self {
        case .waive: true
        case .goOn, .retry, .accept, .putBack, .state, .leaveOut, .abort: false
        }
    }
}

package struct DriverAnswer: Hashable, Sendable {
    package let choice: DriverChoice
    /// The reason or the statement.
    package let text: String
    /// What was typed as the name of the target; the key of the IDC, `idc2`.
    package let name: String
    package let by: String

    package init(_ choice: DriverChoice, text: String = "", name: String = "", by: String) {
        self.choice = choice
        self.text = text
        self.name = name
        self.by = by
    }
}

extension DriverQuestion {
    /// Its word, without what it is about.
    package var word: String {
        switch self {
        case .beginStep: "begin-step"
        case .beginWave: "begin-wave"
        case .leaseTaken: "lease-taken"
        case .approvalMissing: "approval-missing"
        case .gateNotGreen: "gate-not-green"
        case .trafficNotSeen: "traffic-not-seen"
        case .notFenced: "not-fenced"
        case .groupsHeld: "groups-held"
        case .lateTail: "late-tail"
        case .groupsNotMoved: "groups-not-moved"
        case .written: "written"
        case .actionFailed: "action-failed"
        case .forbidden: "forbidden"
        }
    }
}
