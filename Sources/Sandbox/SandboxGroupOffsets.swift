package import Domain
package import Operations

extension SandboxPorts: GroupStateReading, GroupOffsetReading {
    func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        let read = try await groups { _ in true }
        return Partial(
            Dictionary(
                read.value.map { ($0.id, ListedGroup($0.state, isSimple: $0.protocolType.isEmpty)) },
                uniquingKeysWith: { first, _ in first }), failures: read.failures)
    }

    func offsets(
        of group: String, for partitions: [TopicPartition]?
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        let metadata = try await metadata()
        let wanted: [TopicPartition]
        if let partitions {
            wanted = partitions
        } else if group == MirrorNames.positionGroup(from: idc) {
            wanted = metadata.partitions(of: topics.mirrored)
        } else {
            wanted = metadata.partitions(of: await applications.named[group]?.topics ?? [])
        }
        let found = try await committed(group, in: wanted).get()
        return standIn.seen(found, of: group, on: idc)
    }
}

/// Commits from outside, on one side of the sandbox.
struct SandboxOffsetWriter: GroupOffsetWriting {
    let ports: SandboxPorts
    let idc: IDC

    /// UNKNOWN_MEMBER_ID: what a broker answers to a commit from outside while the group has members.
    private static let groupHasMembers: Int32 = 25

    func commit(
        _ offsets: [TopicPartition: CommittedOffset], for group: String
    ) async throws(PortError) -> [TopicPartition: Int32] {
        let members = await ports.applications.descriptions(on: idc).first { $0.group.id == group }
        if let members, members.state.isLive || !members.members.isEmpty {
            return offsets.mapValues { _ in Self.groupHasMembers }
        }
        let told = try await ports.committed(group, in: offsets.keys.sorted()).get()
        ports.standIn.write(offsets.mapValues { $0 }, of: group, on: idc, told: told)
        return offsets.mapValues { _ in 0 }
    }
}

extension World {
    /// One side as the synchronisation of offsets reads it.
    package func syncSide(of idc: IDC, connectors: (any ConnectorReading)?) -> SyncSide {
        let ports = sandboxPorts(of: idc)
        return SyncSide(
            topics: ports, offsets: ports, groups: ports, commits: ports, records: ports, mirrorPositions: nil,
            connectors: connectors, syncs: nil, holds: holds[idc])
    }

    /// What writes groups' offsets on one side.
    package func offsetWriter(on idc: IDC) -> any GroupOffsetWriting {
        SandboxOffsetWriter(ports: sandboxPorts(of: idc), idc: idc)
    }
}
