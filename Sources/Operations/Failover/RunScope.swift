package import Domain

/// Which groups a run moves, and behind which endpoint each is.
package enum RunScope {
    /// Somebody has to say which endpoint moves a group.
    package struct Ambiguity: Error, Hashable, Sendable {
        package let group: String
        package let endpoints: [String]

        package init(group: String, endpoints: [String]) {
            self.group = group
            self.endpoints = endpoints
        }
    }

    /// Why it cannot be told which groups a run has to move.
    package enum Unread: Error, Hashable, Sendable {
        /// The first answer is still waited for.
        case pending(IDC)
        case unavailable(IDC, String)
    }

    /// Groups that consume on the source as far as that is known, sorted: those that it lists as live or that were seen
    /// there with members, and where it does not say now which it has also those that only the synchronisation writes for
    /// on the target.
    ///
    /// - Parameters:
    ///   - onSource: the groups of the source as it lists them now; `nil`: it does not answer, or in part only.
    ///   - onTarget: the groups of the target as it lists them now. What a broker of it does not say is taken from what it
    ///     said last.
    /// - Throws: the source's groups have never been read and none is known from the target, or the target's are not
    ///   known. That there are none may then not be said.
    package static func groups(
        leaving source: IDC, _ snapshot: Snapshot, onSource: [String: ListedGroup]?,
        onTarget: Partial<[ConsumerGroup], PortError>
    ) throws(Unread) -> [String] {
        let there = snapshot.clusters[source].groups
        if onSource == nil, case .pending = there { throw .pending(source) }
        var targets = onTarget.value
        if let failure = onTarget.failures.first {
            guard let last = snapshot.clusters[source.other].groups.lastKnown else {
                throw .unavailable(source.other, failure.detail)
            }
            let listed = Set(targets.map(\.id))
            targets += last.filter { !listed.contains($0.id) }
        }
        let rows = Dictionary(snapshot.groups.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let here = snapshot.clusters[source.other].metadata.lastKnown?.clusterID
        var groups = Set(rows.values.filter { $0.isSeen(on: source) }.map(\.id))
        groups.formUnion((onSource ?? [:]).filter { $0.value.state.isLive }.keys)
        for group in targets where !group.isLive && group.members.isEmpty {
            let isAnswered =
                onSource != nil || rows[group.id].map { $0.presence[source].current != nil } ?? (there.current != nil)
            if !isAnswered, isSynchronised(group, here: here) { groups.insert(group.id) }
        }
        if groups.isEmpty, onSource == nil, there.lastKnown == nil {
            throw .unavailable(source, there.unavailability?.detail ?? "")
        }
        return groups.sorted()
    }

    /// Whether what stands there was written for a group that consumes on the other side.
    private static func isSynchronised(_ group: ConsumerGroup, here: String?) -> Bool {
        (group.offsets ?? [:]).values.contains { commit in
            guard case .ours(let tag) = CommitOwner(of: commit) else { return false }
            return here.map { !tag.names(cluster: $0) } ?? true
        }
    }

    /// The groups by endpoint, in the order of their first groups.
    ///
    /// - Parameter endpoints: the names that a group's clients connect by; one that a person points is given as `nil`
    ///   with the key that keeps its groups together.
    package static func byEndpoint(
        _ groups: [String], _ endpoints: (String) -> [(key: String, name: String?)]
    ) throws(Ambiguity) -> [EndpointGroups] {
        var order: [String] = []
        var members: [String: (name: String?, groups: [String])] = [:]
        for group in groups {
            let found = endpoints(group)
            guard found.count <= 1 else { throw Ambiguity(group: group, endpoints: found.map(\.key)) }
            // A group behind no endpoint stands alone. Names of endpoints hold no control characters.
            let key = found.first?.key ?? "\u{0}\(group)"
            if members[key] == nil { order.append(key) }
            members[key, default: (found.first?.name, [])].groups.append(group)
        }
        return order.compactMap { key in
            members[key].map { EndpointGroups(endpoint: $0.name, groups: $0.groups) }
        }
    }
}
