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

    /// Groups that consume on the source as far as that is known, sorted: those that were seen there with members, and
    /// while the source cannot be read also those that only the synchronisation writes for on the target.
    ///
    /// - Parameter onTarget: the groups of the target as it lists them now.
    package static func groups(
        leaving source: IDC, _ snapshot: Snapshot, onTarget: [ConsumerGroup]
    ) -> [String] {
        var groups = Set(snapshot.groups.filter { $0.isSeen(on: source) }.map(\.id))
        if snapshot.clusters[source].metadata.current == nil {
            let here = snapshot.clusters[source.other].metadata.lastKnown?.clusterID
            for group in onTarget where !group.isLive && group.members.isEmpty {
                let tags = (group.offsets ?? [:]).values.compactMap { commit -> OwnershipTag? in
                    if case .ours(let tag) = CommitOwner(of: commit) { tag } else { nil }
                }
                if tags.contains(where: { tag in here.map { !tag.names(cluster: $0) } ?? true }) {
                    groups.insert(group.id)
                }
            }
        }
        return groups.sorted()
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
