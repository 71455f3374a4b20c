/// The panes, by the number of the key that opens them. Numbers that have no pane are left free.
package enum PaneID: Int, Hashable, Sendable, CaseIterable {
    case overview = 1
    case mirrors = 2
    case groups = 3
    case failover = 6
    case journal = 7

    package var title: String {
        switch self {
        case .overview: "Overview"
        case .mirrors: "Mirrors"
        case .groups: "Groups"
        case .failover: "Failover"
        case .journal: "Journal"
        }
    }

    /// The pane of a name as it is typed: in either case, or the beginning of one.
    package init?(named text: String) {
        let name = text.lowercased()
        guard !name.isEmpty else { return nil }
        let found = PaneID.allCases.filter { $0.title.lowercased().hasPrefix(name) || String($0.rawValue) == name }
        guard found.count == 1 else { return nil }
        self = found[0]
    }

    var place: Place {
        switch self {
        case .overview: .overview
        case .mirrors: .mirrors
        case .groups: .groups
        case .failover: .failover
        case .journal: .journal
        }
    }

    var isList: Bool {
        switch self {
        case .overview, .failover: false
        case .mirrors, .groups, .journal: true
        }
    }

    var next: PaneID { neighbour(1) }
    var previous: PaneID { neighbour(PaneID.allCases.count - 1) }

    private func neighbour(_ distance: Int) -> PaneID {
        let all = PaneID.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + distance) % all.count]
    }
}
