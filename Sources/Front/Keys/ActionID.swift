/// Everything that a key can do. The raw value is the name in the configuration.
package enum ActionID: String, Hashable, Sendable, CaseIterable {
    case down
    case up
    case pageDown = "page-down"
    case pageUp = "page-up"
    case first
    case last
    case open
    case back
    case nextPane = "next-pane"
    case previousPane = "previous-pane"
    case overview
    case mirrors
    case groups
    case failover
    case journal

    case filter
    case nextMatch = "next-match"
    case previousMatch = "previous-match"
    case mark
    case markByFilter = "mark-by-filter"
    case sort
    case invertSort = "invert-sort"

    case directionLeft = "direction-left"
    case directionRight = "direction-right"
    case pause
    case resume
    case stop
    case restartFailed = "restart-failed"
    case restartAll = "restart-all"
    case create
    case syncOffsets = "sync-offsets"
    case holdOffsets = "hold-offsets"
    case releaseOffsets = "release-offsets"
    case explain

    case goOn = "go-on"
    case retry
    case waive
    case accept
    case putBack = "put-back"
    case stateStopped = "state-stopped"
    case leaveOut = "leave-out"
    case abortRun = "abort-run"
    case takeOver = "take-over"
    case turnRound = "turn-round"

    case confirm
    case cancelRun = "cancel-run"
    case showProgress = "show-progress"
    case quitAnyway = "quit-anyway"

    case commandLine = "command-line"
    case lastCommand = "last-command"
    case refresh
    case slower
    case faster
    case freezeScreen = "freeze-screen"
    case copyRow = "copy-row"
    case copyPane = "copy-pane"
    case theme
    case help
    case redraw
    case suspend
    case quit
}

/// What an action does, once for keys, hints, help, docs/KEYS.md and the configuration.
package struct Action: Sendable {
    package enum Section: String, Hashable, Sendable, CaseIterable {
        case moving = "Moving"
        case finding = "Finding and sorting"
        case acting = "Acting"
        case driving = "Driving a failover"
        case running = "Plans"
        case console = "The console"
    }

    package let id: ActionID
    package let section: Section
    /// For help, in the imperative.
    package let title: String
    /// For the hint line; `nil`: never hinted.
    package let hint: String?
    package let keys: [String]
    package let places: Set<Place>
    /// Whether it leads to a change of a cluster, a connector or the traffic.
    package let writes: Bool

    init(
        _ id: ActionID, _ section: Section, _ title: String, hint: String? = nil, keys: [String],
        in places: Set<Place>, writes: Bool = false
    ) {
        self.id = id
        self.section = section
        self.title = title
        self.hint = hint
        self.keys = keys
        self.places = places
        self.writes = writes
    }
}
