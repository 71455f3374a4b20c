/// A story that the sandbox plays: what goes wrong when, what the operator does, and what has to be seen.
package struct Scenario: Hashable, Sendable {
    package let name: String
    package let summary: String
    /// From the first step's zero to the last look.
    package let length: Duration
    package let world: World
    /// In order of their moments.
    package let steps: [Step]
    package let score: Score

    package init(name: String, summary: String, length: Duration, world: World, steps: [Step], score: Score) {
        self.name = name
        self.summary = summary
        self.length = length
        self.world = world
        self.steps = steps
        self.score = score
    }

    /// How large the world is.
    package struct World: Hashable, Sendable {
        package let topics: Int
        package let groups: Int
        /// Records per second over both IDCs.
        package let recordsPerSecond: Int
        /// Whether a stuck group and one with a poison record are among the groups.
        package let hasTroubledGroups: Bool
        /// The same seed gives the same records in the same order.
        package let seed: UInt64

        package init(topics: Int, groups: Int, recordsPerSecond: Int, hasTroubledGroups: Bool, seed: UInt64) {
            self.topics = topics
            self.groups = groups
            self.recordsPerSecond = recordsPerSecond
            self.hasTroubledGroups = hasTroubledGroups
            self.seed = seed
        }
    }

    /// One moment of the story.
    package struct Step: Hashable, Sendable {
        /// Since the world was ready.
        package let at: Duration
        package let fault: Fault?
        /// What a person would do; a drill leaves it to the person.
        package let act: OperatorAct?
        package let expectation: Expectation?

        package init(at: Duration, fault: Fault?, act: OperatorAct?, expectation: Expectation?) {
            self.at = at
            self.fault = fault
            self.act = act
            self.expectation = expectation
        }

        /// Whether it is a whole run of the failover.
        package var isRun: Bool { if case .failover? = act { true } else { false } }
    }

    /// An alarm that has to be seen.
    package struct Expectation: Hashable, Sendable {
        package let alarm: AlertKind
        /// Counted from the step's moment.
        package let within: Duration

        package init(alarm: AlertKind, within: Duration) {
            self.alarm = alarm
            self.within = within
        }

        package var text: String { "alarm \(alarm.rawValue) within \(within.spelled)" }
    }

    /// What the end has to look like. A run with `lost` over 0 fails in any case.
    package struct Score: Hashable, Sendable {
        /// At most so many records in the surviving log that no group would process.
        package let lost: Int64
        /// At most so many records left behind on a dead side; `nil`: any number.
        package let stranded: Int64?
        package let duplicates: Duplicates
        /// At most so many kinds of alarm; `nil`: any number.
        package let alarms: Int?

        package init(lost: Int64 = 0, stranded: Int64? = nil, duplicates: Duplicates = .any, alarms: Int? = nil) {
            self.lost = lost
            self.stranded = stranded
            self.duplicates = duplicates
            self.alarms = alarms
        }
    }

    package enum Duplicates: Hashable, Sendable {
        case any
        /// No more than were announced when the groups were moved.
        case announced
        case atMost(Int64)
    }
}

/// What the operator does in a scenario that is played without a person.
package enum OperatorAct: Hashable, Sendable {
    case setTraffic(TrafficSplit)
    /// Moves the consumers of the groups that match to an IDC, from where their offsets there allow.
    case move(groups: String, to: IDC)
    /// A whole run of a built-in runbook, away from an IDC, by a driver who goes on wherever that is allowed. Runs come
    /// one after the other, however long the one before takes.
    ///
    case failover(runbook: String, from: IDC, PlayedDrivers)
    case pause(MirrorTarget)
    case resume(MirrorTarget)
    case restartFailed(MirrorTarget)

    /// What becomes of those who drive a played run.
    package enum PlayedDrivers: String, CaseIterable, Sendable {
        case lasting = "failover"
        /// An IDC is lost meanwhile, and the driver gives the run up at the next question.
        case givingUp = "abandoned-failover"
        /// Each is killed within a few records of the run's journal, and another resumes.
        case dying = "killed-failover"
    }

    /// Every word, the arguments that follow it, and what it does.
    package static let words: [(word: String, arguments: String, meaning: String)] = [
        ("traffic", "IDC1:IDC2", "set the split of user traffic"),
        ("move", "GROUPS IDC", "stop the groups' consumers and start them on an IDC"),
        ("failover", "RUNBOOK IDC", "run a built-in runbook that moves away from an IDC"),
        ("abandoned-failover", "RUNBOOK IDC", "the same, given up at the first question after an IDC is lost"),
        ("killed-failover", "RUNBOOK IDC", "the same, by drivers who are killed at every record and resumed by others"),
        ("pause", "TOPIC FROM:TO", "pause a mirror"),
        ("resume", "TOPIC FROM:TO", "resume a mirror"),
        ("restart-failed", "TOPIC FROM:TO", "restart a mirror's failed tasks"),
    ]

    /// Reads an act as it is written: `traffic 0:100`, `move * idc2`.
    package init(word: String, arguments: [String]) throws(WordProblem) {
        guard let known = Self.words.first(where: { $0.word == word }) else {
            let names = Self.words.map(\.word)
            throw WordProblem(
                "there is no act \(Spelling.quoted(word)); there are \(names.joined(separator: ", "))",
                suggestion: Spelling.nearest(to: word, among: names))
        }
        let reader = try WordReader(word, known.arguments, arguments)
        switch word {
        case "traffic": self = .setTraffic(try reader.split(0))
        case "move": self = .move(groups: reader.text(0), to: try reader.idc(1))
        case "failover", "abandoned-failover", "killed-failover":
            guard BuiltInRunbooks.text(named: reader.text(0)) != nil else {
                let names = BuiltInRunbooks.all.map(\.name)
                throw WordProblem(
                    "\(word): there is no runbook \(Spelling.quoted(reader.text(0))); there are \(names.joined(separator: ", "))",
                    suggestion: Spelling.nearest(to: reader.text(0), among: names))
            }
            self = .failover(
                runbook: reader.text(0), from: try reader.idc(1), PlayedDrivers(rawValue: word) ?? .lasting)
        case "pause": self = .pause(try reader.mirror())
        case "resume": self = .resume(try reader.mirror())
        case "restart-failed": self = .restartFailed(try reader.mirror())
        default: preconditionFailure("\(word) stands in the table of acts and has no case")
        }
    }
}
