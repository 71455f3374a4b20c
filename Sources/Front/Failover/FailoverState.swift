package import Domain

/// What the console knows of runs, and what its Failover pane shows of them.
package struct FailoverState: Hashable, Sendable {
    /// The newest run that is known; `nil`: none is known.
    package internal(set) var run: RunView?
    package internal(set) var role: RunRole = .watching
    /// The run whose end has been read and put away, so that the runbooks are seen again.
    package internal(set) var dismissed: String?
    /// The runbook under the cursor, while no run is shown.
    package internal(set) var runbook = 0
    /// The side that a run would leave, where a person has chosen it.
    package internal(set) var chosenSource: IDC?
    /// The step under the cursor; `nil`: the one under way.
    package internal(set) var chosenStep: Int?
    package internal(set) var language: Language

    init(language: Language) { self.language = language }

    /// The run that the pane shows.
    package var shownRun: RunView? { run.flatMap { $0.run == dismissed ? nil : $0 } }

    /// The run that has not ended.
    package var openRun: RunView? { run.flatMap { $0.outcome == nil ? $0 : nil } }

    /// The step that the pane describes.
    func shownStep(of run: RunView) -> Int {
        min(max(0, chosenStep ?? run.current ?? run.steps.count - 1), max(0, run.steps.count - 1))
    }
}

/// What a session has to do with a run.
package enum RunRole: Hashable, Sendable {
    /// The run's questions are answered here.
    case driving
    /// Somebody else drives, or nobody does any more.
    case watching
    /// This session has asked to begin or to take over, and has no answer yet.
    case beginning
}

/// What a person asks for to begin a run.
package struct RunRequest: Hashable, Sendable {
    package let runbook: String
    package let from: IDC
    package let reason: String
    /// For a runbook whose traffic step takes the split from the driver.
    package let split: TrafficSplit?

    package init(runbook: String, from: IDC, reason: String, split: TrafficSplit?) {
        self.runbook = runbook
        self.from = from
        self.reason = reason
        self.split = split
    }
}

/// A person's answer, bound to the question that was on the screen: one that has changed since is not answered.
package struct RunAnswer: Hashable, Sendable {
    package let run: String
    package let prompt: DriverPrompt
    package let choice: DriverChoice
    package let text: String
    /// What was typed as the target's name, as ``DriverAnswer/name`` has it.
    package let name: String

    package init(run: String, prompt: DriverPrompt, choice: DriverChoice, text: String = "", name: String = "") {
        self.run = run
        self.prompt = prompt
        self.choice = choice
        self.text = text
        self.name = name
    }
}
