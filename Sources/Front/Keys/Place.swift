/// Where a key press lands: a pane, a detail view, or the overlay on top.
package enum Place: String, Hashable, Sendable, CaseIterable {
    case overview
    case mirrors
    case groups
    case failover
    case journal
    case mirrorDetail
    case groupDetail
    case journalDetail
    case stepDetail
    case help
    case chooser
    case preview
    case runForm
    case progress
    case question
    case notice

    /// The name in the help overlay and in docs/KEYS.md.
    package var title: String {
        switch self {
        case .overview: "Overview"
        case .mirrors: "Mirrors"
        case .groups: "Groups"
        case .failover: "Failover"
        case .journal: "Journal"
        case .mirrorDetail: "a mirror's details"
        case .groupDetail: "a group's details"
        case .journalDetail: "a journal entry"
        case .stepDetail: "a step of a runbook"
        case .help: "help"
        case .chooser: "a list to choose from"
        case .preview: "the preview of a plan"
        case .runForm: "what a run asks to be typed"
        case .progress: "a running plan"
        case .question: "a question"
        case .notice: "a message"
        }
    }

    static let panes: Set<Place> = [.overview, .mirrors, .groups, .failover, .journal]
    static let lists: Set<Place> = [.mirrors, .groups, .journal]
    static let details: Set<Place> = [.mirrorDetail, .groupDetail, .journalDetail, .stepDetail]
    /// Everywhere but in overlays.
    static let views: Set<Place> = panes.union(details)
    /// Where a run is looked at and answered.
    static let runs: Set<Place> = [.failover, .stepDetail]
    static let scrolling: Set<Place> = views.union([.help, .preview, .progress, .notice])
}
