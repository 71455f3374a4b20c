/// What a run follows: typed steps with gates between them, read from a file of the public format.
package struct Runbook: Hashable, Sendable {
    package let name: String
    /// One line for people.
    package let summary: String
    package let promise: Promise
    package let steps: [RunbookStep]
    /// The file as it was read: a run keeps it, so that it is replayed by the very steps that it began with.
    package let text: String

    package init(name: String, summary: String, promise: Promise, steps: [RunbookStep], text: String) {
        self.name = name
        self.summary = summary
        self.promise = promise
        self.steps = steps
        self.text = text
    }

    /// Whether a step decides about groups' positions or moves them.
    package var movesGroups: Bool { steps.contains(where: \.kind.movesGroups) }

    /// What a run promises about records.
    package enum Promise: String, CaseIterable, Hashable, Sendable {
        /// Nothing is lost; as little as possible is read twice.
        case nothingLost = "nothing-lost"
        /// Nothing is lost and nothing is read twice: a group moves from an exact position or not at all.
        case nothingReadTwice = "nothing-read-twice"
        /// No consumer is touched.
        case consumersUntouched = "consumers-untouched"
    }
}

package struct RunbookStep: Hashable, Sendable {
    /// Names the step within its runbook.
    package let id: String
    package let title: String
    package let kind: StepKind

    package init(id: String, title: String, kind: StepKind) {
        self.id = id
        self.title = title
        self.kind = kind
    }
}

/// What a step does. The words are the keys of the file format.
package enum StepKind: Hashable, Sendable {
    /// Takes the lease; `approvals`: how many people beside the driver have to sign.
    case declare(approvals: Int)
    case record(RecordedThing)
    case gate(checks: [GateCheck], mayBeWaived: Bool)
    /// - `atLeast`: the percentage of both sides' rate of before that has to be seen on the side that gains.
    case traffic(SplitGoal, atLeast: Int)
    case mirrors(MirrorsAct, MirrorsScope)
    case groups(GroupsAct)
    /// Points one name, and the clients behind it, to the target.
    case endpoint(name: String)
    case command(CommandCall)
    case http(HTTPCall)
    /// The driver does or knows something, and says so.
    case confirm(question: String)
    case wait(Duration)

    /// Whether it decides about groups' positions or moves them.
    package var movesGroups: Bool {
        switch self {
        case .groups(.decide), .groups(.move): true
        default: false
        }
    }

    /// The key of the file format.
    package var word: String {
        switch self {
        case .declare: "declare"
        case .record: "record"
        case .gate: "gate"
        case .traffic: "traffic"
        case .mirrors: "mirrors"
        case .groups: "groups"
        case .endpoint: "endpoint"
        case .command: "command"
        case .http: "http"
        case .confirm: "confirm"
        case .wait: "wait"
        }
    }
}

/// What a `record` step keeps.
package enum RecordedThing: String, CaseIterable, Hashable, Sendable {
    /// Every reading of both sides as last known, with its age.
    case readings
    /// The report; the run ends with it.
    case report
}

/// Where a `traffic` step sends the users.
package enum SplitGoal: Hashable, Sendable {
    /// All of it to the target.
    case target
    /// Between the source and the target, in percent.
    case shares(source: Int, target: Int)
    /// What the driver gave when the run was started.
    case given
}

/// What a `mirrors` step does with the mirrors of its scope.
package enum MirrorsAct: String, CaseIterable, Hashable, Sendable {
    case pause
    case resume
    /// Waits until the mirrors have passed the last record that the source made itself.
    case awaitClear = "await-clear"
    /// Waits until the mirrors have reached the ends of their logs.
    case catchUp = "catch-up"
    /// Counts what the side that was lost still has and the other never saw, and asks whether to let it through.
    case lateTail = "late-tail"
}

package enum MirrorsScope: String, CaseIterable, Hashable, Sendable {
    case sourceToTarget = "source-to-target"
    case targetToSource = "target-to-source"
    case both

    package func flows(from source: IDC) -> [ReplicationFlow] {
        switch self {
        case .sourceToTarget: [ReplicationFlow(from: source)]
        case .targetToSource: [ReplicationFlow(from: source.other)]
        case .both: [ReplicationFlow(from: source), ReplicationFlow(from: source.other)]
        }
    }
}

/// What a `groups` step does with every group of the run.
package enum GroupsAct: Hashable, Sendable {
    /// Nothing starts before the groups have no members on the source.
    case fence
    /// Every group gets a position on the target, or the reason why not.
    case decide
    case move(waves: [WaveSize])

    package var word: String {
        switch self {
        case .fence: "fence"
        case .decide: "decide"
        case .move: "move"
        }
    }
}

/// A program, its arguments given one by one: there is no shell.
package struct CommandCall: Hashable, Sendable {
    package let arguments: [String]
    package let limit: Duration
    /// Succeeds where what `arguments` do has been done.
    package let verification: [String]

    package init(arguments: [String], limit: Duration, verification: [String]) {
        self.arguments = arguments
        self.limit = limit
        self.verification = verification
    }
}

package struct HTTPCall: Hashable, Sendable {
    package let method: String
    package let url: String
    package let limit: Duration
    /// Answers 200 to GET where what the call does has been done.
    package let verification: String

    package init(method: String, url: String, limit: Duration, verification: String) {
        self.method = method
        self.url = url
        self.limit = limit
        self.verification = verification
    }
}
