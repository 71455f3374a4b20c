/// Where a group is, told from what each side says of it.
package struct GroupWhereabouts: Hashable, Sendable {
    package let side: GroupSide
    package let home: IDC?

    /// - Parameters:
    ///   - presence: `.known(nil)`: the side lists no such group.
    ///   - lastHome: where members were seen last, as far as this program has watched.
    package init(_ presence: PerIDC<Reading<ConsumerGroup?>>, lastHome: IDC?) {
        let sightings = presence.map(Sighting.init)
        side = GroupWhereabouts.side(sightings)
        switch side {
        case .on(let idc): home = idc
        case .both:
            let counts = presence.map { $0.lastKnown??.members.count ?? 0 }
            home = counts.idc2 > counts.idc1 ? .idc2 : .idc1
        case .none, .unknown:
            let live = IDC.allCases.filter { sightings[$0] == .live }
            let committed = IDC.allCases.filter { !(presence[$0].lastKnown??.offsets ?? [:]).isEmpty }
            // Commits on both sides do not say which is older: only having watched does.
            home = live.count == 1 ? live.first : lastHome ?? (committed.count == 1 ? committed.first : nil)
        }
    }

    /// What one side says.
    private enum Sighting: Hashable {
        case live
        case idle
        /// As it was when the side could last be read.
        case wasLive(WallTime)
        case wasIdle
        case neverRead

        init(_ reading: Reading<ConsumerGroup?>) {
            func isLive(_ group: ConsumerGroup?) -> Bool { group.map { $0.isLive || !$0.members.isEmpty } ?? false }
            switch reading {
            case .known(let group, _): self = isLive(group) ? .live : .idle
            case .stale(let group, let at, _): self = isLive(group) ? .wasLive(at) : .wasIdle
            case .pending, .unavailable: self = .neverRead
            }
        }
    }

    /// Readings of both sides that are no further apart tell one moment: groups are read every few seconds.
    private static let sameTime: Duration = .seconds(10)

    private static func side(_ sightings: PerIDC<Sighting>) -> GroupSide {
        switch (sightings.idc1, sightings.idc2) {
        case (.live, .live): .both
        case (.live, .idle), (.live, .wasIdle): .on(.idc1)
        case (.idle, .live), (.wasIdle, .live): .on(.idc2)
        case (.idle, .idle): .none
        // What was last known of the side that cannot be read, while nobody is seen on the other one.
        case (.wasLive, .idle), (.wasLive, .wasIdle): .on(.idc1)
        case (.idle, .wasLive), (.wasIdle, .wasLive): .on(.idc2)
        // Members there at one time and here at another: moved, or split.
        case (.wasLive(let one), .wasLive(let two)):
            one.since(two) <= sameTime && two.since(one) <= sameTime ? .both : .unknown
        // Members here now, and there a while ago: moved, or split. A side never read might have members too.
        case (.live, .wasLive), (.wasLive, .live), (.wasIdle, .idle), (.idle, .wasIdle), (.wasIdle, .wasIdle),
            (.neverRead, _), (_, .neverRead):
            .unknown
        }
    }
}
