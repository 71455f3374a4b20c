package import Domain

/// Makes a plan of a wish and a snapshot: the one way in which anything comes to be changed, from the screen
/// and from the command line alike. Pure: it reads nothing but its arguments.
package struct Planner: Sendable {
    let settings: PlannerSettings

    package init(settings: PlannerSettings) {
        self.settings = settings
    }

    /// The plan that `intent` comes to, or why there is none.
    ///
    /// Objects that cannot or need not be touched are left out with the reason; when none is left, the plan is
    /// refused and the refusal says why. A plan never holds a call for an object whose state is not known.
    package func plan(_ intent: Intent, from snapshot: Snapshot) -> Result<Plan, Refusal> {
        if !intent.isPossibleWhileFrozen, let word = snapshot.frozenBy {
            return .failure(Refusal(.notPossible, "Nothing is done: \(word.frozenSentence)"))
        }
        return switch intent {
        case .mirrors(let action, let targets):
            plan(action, on: targets, intent: intent, from: snapshot)
        case .traffic(let split):
            plan(split, intent: intent, from: snapshot)
        case .syncOffsets(let groups):
            planSync(of: groups, intent: intent, from: snapshot)
        case .holdOffsets(let groups, let reason):
            planHold(of: groups, because: reason, intent: intent, from: snapshot)
        case .releaseOffsets(let groups):
            planRelease(of: groups, intent: intent, from: snapshot)
        case .freeze(let reason): planFreeze(because: reason, from: snapshot)
        case .thaw: planThaw(from: snapshot)
        }
    }

    // MARK: What every plan has

    func isProduction(_ snapshot: Snapshot) -> Bool { settings.isProduction || snapshot.isProduction }

    /// More than ten objects, or production: the count or the name of the IDC is typed.
    func confirmation(of lines: [PlanLine], in snapshot: Snapshot) -> Confirmation {
        let production = isProduction(snapshot)
        guard lines.count > 10 || production else { return .yes }
        let idcs = Set(lines.compactMap(\.step.idc))
        if lines.count <= 10, idcs.count == 1, let idc = idcs.first, !snapshot.names[idc].isBlank {
            let name = snapshot.names[idc]
            return .typed(name, prompt: "\(snapshot.context) is production: type the name of the IDC, \(name)")
        }
        let count = String(lines.count)
        return .typed(
            count,
            prompt: production
                ? "\(snapshot.context) is production: type the number of objects, \(count)"
                : "\(count) objects: type \(count) to go on")
    }

    /// `IDC1 to IDC2`, by the names that people use.
    func words(for flow: ReplicationFlow, in snapshot: Snapshot) -> String {
        "\(snapshot.names[flow.source]) to \(snapshot.names[flow.target])"
    }

    /// Why `what` has no current value: `Connect IDC2 has been unreachable for 14 s: connection refused`.
    func words<Value>(whyUnknown reading: Reading<Value>, of what: String, in snapshot: Snapshot) -> String {
        switch reading {
        case .known: "\(what) is known"
        case .pending: "\(what) has not been read yet"
        case .stale(_, _, let because), .unavailable(let because):
            "\(what) \(because.kind.perfectWords) for \(snapshot.at.since(because.since).approximateWords)"
                + (because.detail.isEmpty ? "" : ": \(because.detail)")
        }
    }
}

extension FailureKind {
    /// To follow the name of what could not be read.
    var perfectWords: String {
        switch self {
        case .unreachable: "has been unreachable"
        case .timedOut: "has not answered"
        case .refused: "has refused access"
        case .notFound: "has not been found"
        case .malformed: "has given answers that make no sense"
        case .unsupported: "has not supported the request"
        case .conflict: "has been busy"
        case .cancelled: "has not been read"
        case .failed: "has answered with errors"
        }
    }
}

extension Duration {
    /// Two units at most, rounded down: `14 s`, `3 min`, `2 h 5 min`, `5 d 3 h`.
    package var approximateWords: String {
        let seconds = wholeMilliseconds / 1_000
        if seconds < 1 { return "less than 1 s" }
        if seconds < 60 { return "\(seconds) s" }
        let minutes = seconds / 60
        if minutes < 60 { return "\(minutes) min" }
        let hours = minutes / 60
        if hours < 24 { return minutes % 60 == 0 ? "\(hours) h" : "\(hours) h \(minutes % 60) min" }
        return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy { $0 == " " } }
}
