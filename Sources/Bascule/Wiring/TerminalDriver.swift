import Domain
import Operations

/// The driver at a plain terminal: every question is printed with what was seen, and answered by a line.
actor TerminalDriver: DriverAsking {
    private let names: PerIDC<String>
    private let author: String
    private let read: @Sendable () -> String?
    private let say: @Sendable (String) -> Void
    private var printed = 0
    private var step: Int?

    /// - Parameter read: the next line that was typed; `nil`: nobody is there any more.
    init(
        names: PerIDC<String>, author: String, read: @escaping @Sendable () -> String? = { Standard.line() },
        say: @escaping @Sendable (String) -> Void = { Standard.error($0) }
    ) {
        self.names = names
        self.author = author
        self.read = read
        self.say = say
    }

    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        printNews(view)
        say("")
        say(DriverText.question(prompt.question, in: view, names))
        for choice in prompt.choices { say("  \(choice.rawValue): \(DriverText.meaning(choice))") }
        while true {
            say("\(view.run)> ")
            guard let line = read() else { return nil }
            let word = line.split(separator: " ").joined(separator: " ")
            // The first choice is the one that goes on; an empty line never is an answer.
            guard let choice = DriverChoice(rawValue: word), prompt.choices.contains(choice) else {
                say("Type one of \(prompt.choices.map(\.rawValue).joined(separator: ", ")).")
                continue
            }
            return typed(choice, view)
        }
    }

    private func typed(_ choice: DriverChoice, _ view: RunView) -> DriverAnswer? {
        var text = ""
        if choice.needsText {
            say("Reason:")
            guard let line = read() else { return nil }
            text = line
        }
        var name = ""
        if choice.needsName {
            say("Type the name of the target, \(names[view.to]):")
            guard let line = read() else { return nil }
            name = line == names[view.to] ? view.to.rawValue : line
        }
        return DriverAnswer(choice, text: text, name: name, by: author)
    }

    /// What came since the last question.
    func printNews(_ view: RunView) {
        let words = RunWords(.english, names: names)
        for (index, step) in view.steps.enumerated() where index >= (self.step ?? 0) {
            guard step.beganAt != nil else { continue }
            if self.step != index {
                say("\n\(index + 1). \(step.title)")
                self.step = index
                printed = 0
            }
            for evidence in step.evidence.dropFirst(printed) { say("   \(words.text(of: evidence))") }
            printed = step.evidence.count
        }
    }
}

/// What a driver is asked, in words.
enum DriverText {
    static func question(_ question: DriverQuestion, in view: RunView, _ names: PerIDC<String>) -> String {
        let step = view.current.map { view.steps[$0].title } ?? view.runbook
        switch question {
        case .beginStep: return "\(step): this changes something now. Go on?"
        case .beginWave(let number):
            let wave = view.waves.indices.contains(number) ? view.waves[number] : nil
            let endpoints = wave?.endpoints.joined(separator: ", ") ?? ""
            return
                "Wave \(number + 1): move \(Count(wave?.groups ?? 0, "group")) behind \(endpoints) to \(names[view.to]). Go on?"
        case .leaseTaken(let holder): return "Somebody else holds the lease: \(holder)."
        case .approvalMissing(let have, let need): return "\(have) of \(need) people have approved."
        case .gateNotGreen(let checks):
            return "Not green: \(checks.map(\.rawValue).joined(separator: ", ")). The first is waived by waive."
        case .trafficNotSeen: return "The traffic is not seen where it was sent."
        case .notFenced(let groups, let areSeen):
            return areSeen
                ? "\(Count(groups, "group")) \(groups == 1 ? "has" : "have") members on \(names[view.from])."
                : "\(names[view.from]) cannot be asked about \(Count(groups, "group")). How are its consumers known to be stopped?"
        case .groupsHeld(let groups):
            return "Nothing is proven for \(Count(groups.count, "group")): \(groups.shortList())."
        case .lateTail(let records):
            return "The late tail is \(records.map { "\($0)" } ?? "an unknown number of") records. Let it through?"
        case .groupsNotMoved(let groups):
            return
                "\(Count(groups.count, "group")) \(groups.count == 1 ? "is" : "are") not seen to consume on \(names[view.to]): "
                + groups.shortList() + "."
        case .written(let text): return text
        case .actionFailed(let reason, let isOutcomeKnown):
            return isOutcomeKnown
                ? "It failed: \(reason)." : "It failed, and what became of it is not known: \(reason)."
        case .forbidden(let interlock, let detail): return "Not done (\(interlock.rawValue)): \(detail)"
        }
    }

    static func meaning(_ choice: DriverChoice) -> String {
        switch choice {
        case .goOn: "go on"
        case .retry: "look again, or try again"
        case .waive: "go on all the same: type the reason and the target's name"
        case .accept: "take what is seen as enough: type the reason"
        case .putBack: "set the traffic as it was before"
        case .state: "type how it is known"
        case .leaveOut: "leave these where they are, with everything behind the same endpoint"
        case .abort: "end the run here: type the reason"
        }
    }
}
