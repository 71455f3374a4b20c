package import Domain

/// What was asked for, checked and typed.
package enum Invocation: Hashable, Sendable {
    /// The console: `bascule` without a command.
    case console
    /// The console, read-only.
    case watch
    case sandbox(SandboxRequest)
    /// The mirror worker, until it is told to stop.
    case mirror(MirrorRequest)
    case status(StatusRequest)
    case listMirrors(MirrorSelection, ReportOptions)
    /// One topic or connector.
    case showMirror(String, ReportOptions)
    case actOnMirrors(MirrorAction, MirrorSelection, ActOptions)
    case listGroups(GroupSelection, ReportOptions)
    /// One group.
    case showGroup(String, ReportOptions)
    case showTraffic(ReportOptions)
    case setTraffic(TrafficSplit, ActOptions)
    /// What would be written for groups, and why.
    case planOffsets(GroupSelection, ReportOptions)
    case syncOffsets(GroupSelection, OffsetSyncOptions)
    /// Nothing is written for groups until they are released; with the reason.
    case holdOffsets(GroupSelection, reason: String, ActOptions)
    case releaseOffsets(GroupSelection, ActOptions)
    /// Nothing is written by anybody until it is taken off; with the reason.
    case freeze(reason: String, ActOptions)
    case thaw(ActOptions)
    /// Takes over what MirrorMaker 2 wrote.
    case adoptOffsets(GroupSelection, OffsetSyncOptions)
    /// The daemon, until it is told to stop.
    case sync(SyncRequest)
    case failover(FailoverRequest)
    case keys
    case completions(Shell)
    case manualPage
    /// The help of a command, or of all: ``Usage/text(for:in:)``.
    case help([String])
    case version
    /// The configuration that results, without secrets.
    case showConfiguration
    /// Something that only the console can do.
    case inConsole(ConsoleRequest)
    /// Something goes wrong in the sandbox, on purpose.
    case inject(Fault)

    /// Whether it changes something on the clusters; a read-only session refuses it.
    package var writes: Bool {
        switch self {
        case .actOnMirrors(_, _, let options), .setTraffic(_, let options), .holdOffsets(_, _, let options),
            .releaseOffsets(_, let options), .freeze(_, let options), .thaw(let options):
            !options.isDryRun
        case .syncOffsets(_, let options), .adoptOffsets(_, let options): !options.act.isDryRun
        case .failover(let request): request.writes
        case .inject, .mirror, .sync, .inConsole(.failover): true
        case .console, .watch, .sandbox, .status, .listMirrors, .showMirror, .listGroups, .showGroup, .showTraffic,
            .planOffsets, .keys, .completions, .manualPage, .help, .version, .showConfiguration, .inConsole:
            false
        }
    }
}

/// What only the console's `:` line can ask for.
package enum ConsoleRequest: Hashable, Sendable {
    case saveScreen(path: String)
    case theme(String)
    /// The language of the guided failover.
    case language(Language)
    case quit
    case refresh
    /// An empty text takes the filter away.
    case filter(String)
    case pane(String)
    case setInterval(Duration)
    case failover(RunLine)
}

/// How the data that a command prints is written.
package enum OutputFormat: String, Hashable, Sendable, CaseIterable {
    case text
    case json
    case yaml
}

/// Options of the commands that print data.
package struct ReportOptions: Hashable, Sendable {
    package let output: OutputFormat
    /// How long the clusters have to answer before what is missing is printed as not known.
    package let timeout: Duration

    package init(output: OutputFormat = .text, timeout: Duration = .seconds(10)) {
        self.output = output
        self.timeout = timeout
    }
}

package struct StatusRequest: Hashable, Sendable {
    /// Print once and exit. Without it the status is printed again and again on a terminal; where standard
    /// output is no terminal, once is all there is.
    package let isOnce: Bool
    package let report: ReportOptions

    package init(isOnce: Bool, report: ReportOptions) {
        self.isOnce = isOnce
        self.report = report
    }
}

/// Options of the commands that change something.
package struct ActOptions: Hashable, Sendable {
    /// Print the plan and do nothing.
    package let isDryRun: Bool
    /// The text that a person would type at the prompt: the plan runs only where it equals what the plan
    /// asks for. `nil`: ask on the terminal.
    package let confirmation: String?
    /// How long reading the clusters and seeing the effect may take.
    package let timeout: Duration

    package init(isDryRun: Bool = false, confirmation: String? = nil, timeout: Duration = .seconds(60)) {
        self.isDryRun = isDryRun
        self.confirmation = confirmation
        self.timeout = timeout
    }
}

/// The embedded world that `bascule sandbox` runs. What is not given is the scenario's, or the command's default.
package struct SandboxRequest: Hashable, Sendable {
    /// A file, or the name of a built-in scenario.
    package let scenario: String?
    package let topics: Int?
    package let groups: Int?
    /// Records per second over both IDCs and all topics.
    package let recordsPerSecond: Int?
    package let seed: Int?
    package let isHeadless: Bool
    /// The runs of the failover that the scenario asks for are driven at the terminal.
    package let isGuided: Bool
    package let output: OutputFormat
    /// A built-in scenario to print, and nothing else.
    package let printedScenario: String?

    package init(
        scenario: String? = nil, topics: Int? = nil, groups: Int? = nil, recordsPerSecond: Int? = nil,
        seed: Int? = nil, isHeadless: Bool = false, isGuided: Bool = false, output: OutputFormat = .text,
        printedScenario: String? = nil
    ) {
        self.scenario = scenario
        self.topics = topics
        self.groups = groups
        self.recordsPerSecond = recordsPerSecond
        self.seed = seed
        self.isHeadless = isHeadless
        self.isGuided = isGuided
        self.output = output
        self.printedScenario = printedScenario
    }
}

/// What a mirror worker is started with.
package struct MirrorRequest: Hashable, Sendable {
    package let flows: [ReplicationFlow]
    /// Not empty.
    package let topics: [Glob]
    package let listenHost: String
    package let listenPort: UInt16
    /// A file that holds `USER:PASSWORD`, for the REST interface.
    package let credentialsPath: String?
    /// Bytes per second and mirror.
    package let throttle: Int?

    package init(
        flows: [ReplicationFlow], topics: [Glob], listenHost: String, listenPort: UInt16, credentialsPath: String?,
        throttle: Int?
    ) {
        self.flows = flows
        self.topics = topics
        self.listenHost = listenHost
        self.listenPort = listenPort
        self.credentialsPath = credentialsPath
        self.throttle = throttle
    }
}

/// Options of the commands that write groups' offsets.
package struct OffsetSyncOptions: Hashable, Sendable {
    package let act: ActOptions
    package let output: OutputFormat
    /// Somebody else's commits are overwritten too.
    package let replacesForeignCommits: Bool

    package init(act: ActOptions, output: OutputFormat = .text, replacesForeignCommits: Bool = false) {
        self.act = act
        self.output = output
        self.replacesForeignCommits = replacesForeignCommits
    }
}

/// What the synchronisation's daemon is started with.
package struct SyncRequest: Hashable, Sendable {
    package let listenHost: String
    package let listenPort: UInt16
    /// A file that holds `USER:PASSWORD`, for `/metrics` anywhere but on loopback.
    package let credentialsPath: String?

    package init(listenHost: String, listenPort: UInt16, credentialsPath: String?) {
        self.listenHost = listenHost
        self.listenPort = listenPort
        self.credentialsPath = credentialsPath
    }
}

/// The shells that completions are written for.
package enum Shell: String, Hashable, Sendable, CaseIterable {
    case bash
    case zsh
    case fish
}
