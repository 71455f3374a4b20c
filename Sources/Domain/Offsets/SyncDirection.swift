/// Which way one group is synchronised: from the side where it consumes to the other one.
package enum SyncDirection: Hashable, Sendable {
    case towards(ReplicationFlow)
    /// Members on both sides: an alarm, and nothing is written.
    case liveOnBothSides
    /// Members on neither side, and nothing says where the group consumed last; or a side that could not be read
    /// might have members.
    case undetermined
    /// No side has members, commits, or a record of either.
    case absent

    /// What one side says of the group.
    package struct Sighting: Hashable, Sendable {
        /// `nil`: the side could not be read in full, and the group was not seen live.
        package let isLive: Bool?
        /// `nil`: the commits could not be read.
        package let commits: [TopicPartition: CommittedOffset]?

        package init(isLive: Bool?, commits: [TopicPartition: CommittedOffset]?) {
            self.isLive = isLive
            self.commits = commits
        }

        /// Some commit that Bascule has not written: a consumer's own, as a rule.
        var hasForeignCommits: Bool? {
            commits.map { $0.values.contains { CommitOwner(of: $0) == .foreign } }
        }
    }

    /// - Parameter lastLive: where members were seen last, as far as this program has watched.
    package init(_ sides: PerIDC<Sighting>, lastLive: IDC?) {
        let live = IDC.allCases.filter { sides[$0].isLive == true }
        switch live.count {
        case 2:
            self = .liveOnBothSides
            return
        case 1:
            self = .towards(ReplicationFlow(from: live[0]))
            return
        default: break
        }
        guard IDC.allCases.allSatisfy({ sides[$0].isLive == false }) else {
            self = .undetermined
            return
        }
        // Bascule writes to one side only: where a consumer's own commits stand alone, it has consumed.
        let foreign = IDC.allCases.filter { sides[$0].hasForeignCommits == true }
        let areRead = IDC.allCases.allSatisfy { sides[$0].commits != nil }
        if areRead, IDC.allCases.allSatisfy({ sides[$0].commits?.isEmpty ?? false }) {
            self = .absent
        } else if areRead, foreign.count == 1 {
            self = .towards(ReplicationFlow(from: foreign[0]))
        } else if let lastLive {
            self = .towards(ReplicationFlow(from: lastLive))
        } else {
            self = .undetermined
        }
    }
}
