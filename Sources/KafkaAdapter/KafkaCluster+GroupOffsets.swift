package import Domain
package import Operations

extension KafkaCluster: GroupStateReading {
    /// ListGroups on every broker, side by side. Groups whose coordinator is nowhere are listed by nobody, and a
    /// failure says so.
    package func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        let (listed, failures) = try await listedGroups()
        return Partial(
            listed.mapValues { ListedGroup($0.state, isSimple: $0.isSimple) }, failures: failures)
    }
}

extension KafkaCluster: GroupOffsetReading {
    /// One OffsetFetch of the whole group to its coordinator. Unstable offsets of open transactions are not in it.
    package func offsets(
        of group: String, for partitions: [TopicPartition]?
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        switch await committedOffsets(of: group) {
        case .failure(let error):
            throw report.portError(error, subject: "offsets of group \(group)", access: .describeGroup(group))
        case .success(let all):
            guard let partitions else { return all }
            let wanted = Set(partitions)
            return all.filter { wanted.contains($0.key) }
        }
    }
}
