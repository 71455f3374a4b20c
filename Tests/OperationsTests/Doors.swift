import Cells
import Domain
import Front
import Operations
import Synchronization
import TestSupport

@testable import Bascule

/// Where somebody drives a run from, and presses against what it forbids.
enum Door: CaseIterable, Sendable {
    case screen, commandLine, file

    /// Goes on wherever that is allowed. At what an interlock forbids, does all that can be done there, and aborts last.
    ///
    /// - Parameter first: called before each answer.
    func driver(first: @escaping @Sendable (DriverQuestion) -> Void) -> PressingDriver {
        switch self {
        case .screen: PressingDriver(ScreenPerson(), first: first)
        case .commandLine: PressingDriver(CommandLinePerson(), first: first)
        case .file: PressingDriver(NobodyAsked(), first: first)
        }
    }
}

/// What an interlock forbade, and what the person got out of the door then.
final class PressingDriver: DriverAsking {
    private let person: any DriverAsking
    private let first: @Sendable (DriverQuestion) -> Void
    private let asked = Mutex(0)
    private let seen = Mutex<[(interlock: Interlock, answer: DriverChoice?)]>([])

    init(_ person: any DriverAsking, first: @escaping @Sendable (DriverQuestion) -> Void) {
        self.person = person
        self.first = first
    }

    private static let patience = 200

    var forbidden: [Interlock] { seen.withLock { $0.map(\.interlock) } }
    var answers: [DriverChoice?] { seen.withLock { $0.map(\.answer) } }

    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        // A driver whose answers are of no use is asked again without end.
        guard
            asked.withLock({ count in
                count += 1
                return count <= Self.patience
            })
        else { return nil }
        first(prompt.question)
        let answer = await person.answer(to: prompt, in: view)
        if case .forbidden(let interlock, _) = prompt.question {
            seen.withLock { $0.append((interlock, answer?.choice)) }
        }
        return answer
    }
}

/// At the console's Failover pane, with all its keys.
private struct ScreenPerson: DriverAsking {
    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        var model = Model(FrontSettings())
        _ = update(&model, .resized(columns: 80, rows: 24))
        _ = update(&model, .tick(SnapshotBuilder.moment, utcOffset: SnapshotBuilder.utcOffset))
        _ = update(&model, .snapshot(SnapshotBuilder().build()))
        _ = update(&model, .key(.character("F")))
        _ = update(&model, .run(view, .driving))
        // In the order in which somebody presses who wants the run to go on, whatever it takes.
        for key: Unicode.Scalar in ["v", "a", "s", "l", "b", "y", "X"] {
            var tried = model
            let effects = Self.type(Key.character(key), "seen", into: &tried)
            for case .answerRun(let answer) in effects
            where answer.choice != .retry || !Self.isForbidden(prompt) {
                return DriverAnswer(answer.choice, text: answer.text, name: answer.name, by: "kim")
            }
        }
        return nil
    }

    private static func isForbidden(_ prompt: DriverPrompt) -> Bool {
        if case .forbidden = prompt.question { true } else { false }
    }

    private static func type(_ key: Key, _ reason: String, into model: inout Model) -> [Effect] {
        var effects = update(&model, .key(key))
        for text in [reason, "IDC2"] {
            for scalar in text.unicodeScalars { effects += update(&model, .key(.character(scalar))) }
            effects += update(&model, .key(.enter))
        }
        return effects
    }
}

/// At a plain terminal, with every word that a driver has.
private struct CommandLinePerson: DriverAsking {
    private static let words: [DriverChoice] = [.waive, .accept, .state, .leaveOut, .putBack, .goOn]

    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        var lines = ["", "yes", "force"] + Self.words.map(\.rawValue)
        // A word that is taken asks for a reason and a name; one that is not asks again.
        if let choice = Self.words.first(where: prompt.choices.contains) {
            lines = Array(lines.prefix { $0 != choice.rawValue }) + [choice.rawValue, "seen", "IDC2"]
        } else {
            lines += [DriverChoice.abort.rawValue, "seen"]
        }
        let typed = Mutex(lines)
        let terminal = TerminalDriver(
            names: PerIDC(idc1: "IDC1", idc2: "IDC2"), author: "kim",
            read: { typed.withLock { $0.isEmpty ? nil : $0.removeFirst() } }, say: { _ in })
        return await terminal.answer(to: prompt, in: view)
    }
}

/// A runbook's file cannot answer: its run goes on by itself, or with somebody who only says yes.
private struct NobodyAsked: DriverAsking {
    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        guard case .forbidden = prompt.question else { return await GuidedRun.Driver().answer(to: prompt, in: view) }
        return DriverAnswer(.abort, text: "seen", name: "", by: "kim")
    }
}
