package import Cells
package import Commands
package import Domain

/// All that the console knows: the newest snapshot, and the state of its interface.
///
/// A value. ``update(_:_:)`` changes it, ``draw(_:)`` shows it; neither reads a clock or anything else.
package struct Model: Hashable, Sendable {
    package let settings: FrontSettings

    // What was read.
    package internal(set) var snapshot: Snapshot? {
        didSet { summary = snapshot.map(SnapshotSummary.init) }
    }
    package private(set) var summary: SnapshotSummary?
    /// The newest snapshot while the screen is frozen.
    package internal(set) var heldSnapshot: Snapshot?
    package internal(set) var isFrozen = false
    /// `nil`: the journal has not been read yet.
    package internal(set) var journal: [JournalRecord]?
    package internal(set) var now: WallTime?
    package internal(set) var utcOffset: Duration = .zero

    // What is shown.
    package internal(set) var columns = 80
    package internal(set) var rows = 24
    package internal(set) var pane: PaneID
    package internal(set) var overviewScroll = 0
    package internal(set) var mirrorList = ListState(sort: SortOrder("topic"))
    package internal(set) var groupList = ListState(sort: SortOrder("group"))
    package internal(set) var journalList = ListState(sort: SortOrder("time", descending: true))
    /// Events and acts together, made anew when either changes.
    package internal(set) var journalRows: [JournalRow] = []
    /// What `:mirrors list` and `:groups list` narrow their lists to, besides the filter.
    package internal(set) var mirrorSelection: MirrorSelection?
    package internal(set) var groupSelection: GroupSelection?
    package internal(set) var detail: DetailState?
    package internal(set) var overlays: [Overlay] = []
    package internal(set) var direction: DirectionChoice = .both
    package internal(set) var flash: Flash?
    package internal(set) var themeName: String
    package internal(set) var refreshInterval: Duration
    /// Lines of the `:` line, newest last.
    package internal(set) var history: [String] = []

    /// The guided failover.
    package internal(set) var failover: FailoverState

    // What is being done.
    package internal(set) var act: ActState = .idle
    /// Why the plan that is being made is made again.
    package internal(set) var remadeBecause: String?
    /// When the plan that is running was confirmed, for its rate.
    package internal(set) var runBegan: WallTime?
    /// The last progress of the newest run.
    package internal(set) var lastProgress: PlanProgress?
    /// The command line equal to the last action.
    package internal(set) var lastCommand: String?

    package init(_ settings: FrontSettings) {
        self.settings = settings
        pane = settings.initialPane
        failover = FailoverState(language: settings.language)
        themeName = settings.palettes.first?.name ?? ""
        refreshInterval = settings.refreshInterval
    }

    /// Where a key press lands now; prompts take keys before any place does.
    package var place: Place {
        switch overlays.last {
        case .help: .help
        case .chooser: .chooser
        case .preview: .preview
        case .runForm: .runForm
        case .progress: .progress
        case .question: .question
        case .notice: .notice
        case .prompt, .none: viewPlace
        }
    }

    /// The pane or detail view beneath the overlays.
    package var viewPlace: Place {
        switch detail?.subject {
        case .mirror: .mirrorDetail
        case .group: .groupDetail
        case .journal: .journalDetail
        case .step, .runbook: .stepDetail
        case .none: pane.place
        }
    }

    package var names: PerIDC<String> { snapshot?.names ?? settings.names }

    /// Whether a plan is being run.
    package var isRunning: Bool {
        switch act {
        case .running: true
        case .idle, .planning: false
        }
    }

    subscript(list pane: PaneID) -> ListState? {
        get {
            switch pane {
            case .overview, .failover: nil
            case .mirrors: mirrorList
            case .groups: groupList
            case .journal: journalList
            }
        }
        set {
            guard let newValue else { return }
            switch pane {
            case .overview, .failover: break
            case .mirrors: mirrorList = newValue
            case .groups: groupList = newValue
            case .journal: journalList = newValue
            }
        }
    }
}

/// The palette of the theme that is chosen.
package func palette(of model: Model) -> Palette {
    model.settings.palettes.first { $0.name == model.themeName } ?? model.settings.palettes.first
        ?? Palette(name: "", looks: [:])
}

/// What has become of the operator's last wish.
package enum ActState: Hashable, Sendable {
    case idle
    case planning(Intent)
    /// `nil`: confirmed, and nothing heard of it yet.
    case running(Plan, PlanProgress?)
}

/// A message in place of the newest event, for a while.
package struct Flash: Hashable, Sendable {
    package let severity: Severity
    package let text: String
    /// `nil`: before the first tick.
    package let at: WallTime?
}

/// Which directions of a topic a key of the Mirrors pane acts on.
package enum DirectionChoice: Int, Hashable, Sendable, CaseIterable {
    /// IDC2 to IDC1, drawn `<-`.
    case backward = 0
    case both = 1
    /// IDC1 to IDC2, drawn `->`.
    case forward = 2

    package var flows: [ReplicationFlow] {
        switch self {
        case .backward: [ReplicationFlow(from: .idc2)]
        case .both: ReplicationFlow.all
        case .forward: [ReplicationFlow(from: .idc1)]
        }
    }

    func contains(source: IDC) -> Bool {
        switch self {
        case .backward: source == .idc2
        case .both: true
        case .forward: source == .idc1
        }
    }

    var left: DirectionChoice { DirectionChoice(rawValue: rawValue - 1) ?? self }
    var right: DirectionChoice { DirectionChoice(rawValue: rawValue + 1) ?? self }
}

/// A detail view over its pane.
package struct DetailState: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case mirror(String)
        case group(String)
        case journal(String)
        /// A step of the run, counted from 0.
        case step(Int)
        case runbook(String)
    }

    package let subject: Subject
    package var scroll = 0
    package var search: RowFilter?
    /// Copies per second by source, one figure per snapshot since the view was opened, oldest first.
    package var rates = PerIDC<[Double?]>(idc1: [], idc2: [])
}
