import Domain

/// Groups beyond those that are real consumers: they are started, stopped and killed as applications are, follow the
/// log ends at distances of their own, and cost no connection. The same number always makes the same group.
struct ScriptedGroups: Sendable {
    private struct State {
        /// How far behind the log ends it stays.
        let distance: Int64
        var isRunning = PerIDC(idc1: false, idc2: false)
        /// Sides where it ever ran.
        var ran = PerIDC(idc1: false, idc2: false)
        var committed = PerIDC<[TopicPartition: CommittedOffset]>(idc1: [:], idc2: [:])
    }

    let groups: [WorldGroup]
    private let partitions: [String: Int]
    private var states: [String: State]
    /// The log ends that were followed last.
    private var ends = PerIDC<[TopicPartition: Offset]>(idc1: [:], idc2: [:])

    init(count: Int, topics: [WorldTopic]) {
        let topics = topics.filter { $0.character != .sleepy }
        var groups: [WorldGroup] = []
        var states: [String: State] = [:]
        for number in 0..<(topics.isEmpty ? 0 : max(0, count)) {
            let id = Self.name(number)
            // One group in forty has no members at present.
            let members = number % 40 == 39 ? 0 : 1 + number % 3
            groups.append(WorldGroup(id, [topics[number % topics.count].name], .fast, members: members))
            // Most are close behind; one in a hundred is far behind.
            states[id] = State(distance: Int64(number % 100 == 7 ? 5_000 + number % 977 : number % 13))
        }
        self.groups = groups
        self.states = states
        partitions = Dictionary(topics.map { ($0.name, $0.partitions) }) { first, _ in first }
    }

    private static let trades = ["billing", "report", "export", "search", "alert", "ledger", "risk", "crm"]

    static func name(_ number: Int) -> String {
        let digits = "\(number)"
        return "\(trades[number % trades.count])-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
    }

    func contains(_ id: String) -> Bool { states[id] != nil }

    // MARK: Starting and stopping

    mutating func start(_ id: String, on idc: IDC, from starts: [TopicPartition: Offset]) {
        states[id]?.isRunning[idc] = true
        states[id]?.ran[idc] = true
        for (partition, offset) in starts { states[id]?.committed[idc][partition] = CommittedOffset(offset: offset) }
    }

    /// What it had committed stands.
    mutating func stop(_ id: String, on idc: IDC) { states[id]?.isRunning[idc] = false }

    mutating func kill(on idc: IDC) {
        for id in states.keys { states[id]?.isRunning[idc] = false }
    }

    func isRunning(_ id: String, on idc: IDC) -> Bool { states[id]?.isRunning[idc] ?? false }

    func isAnyRunning(on idc: IDC) -> Bool { states.values.contains { $0.isRunning[idc] } }

    // MARK: Working

    /// The log ends of a side: whoever runs there processes what has come, and commits. One that is closer to the end
    /// than it usually stays, as after a move, keeps its lag.
    mutating func follow(_ ranges: [TopicPartition: OffsetRange], on idc: IDC) {
        for group in groups {
            guard group.members > 0 || states[group.id]?.committed[idc].isEmpty == true,
                var state = states[group.id], state.isRunning[idc]
            else { continue }
            for partition in partitions(of: group) {
                guard let range = ranges[partition] else { continue }
                var reached = max(range.logStart, range.logEnd.advanced(by: -state.distance))
                if let before = state.committed[idc][partition]?.offset {
                    let grown = ends[idc][partition].map { max(0, range.logEnd.distance(from: $0)) } ?? 0
                    reached = min(range.logEnd, max(reached, before.advanced(by: grown)))
                    guard before < reached else { continue }
                }
                state.committed[idc][partition] = CommittedOffset(offset: reached)
            }
            states[group.id] = state
        }
        ends[idc] = ranges.mapValues(\.logEnd)
    }

    private func partitions(of group: WorldGroup) -> [TopicPartition] {
        group.topics.flatMap { topic in
            (0..<Int32(partitions[topic] ?? 0)).map { TopicPartition(topic, $0) }
        }
    }

    // MARK: What is seen

    func committed(of id: String, on idc: IDC) -> [TopicPartition: CommittedOffset] {
        states[id]?.committed[idc] ?? [:]
    }

    /// Every group that a side has ever had, as its coordinators would describe it.
    func descriptions(on idc: IDC) -> [Applications.Description] {
        groups.compactMap { group in
            guard let state = states[group.id], state.ran[idc] else { return nil }
            let members = state.isRunning[idc] ? members(of: group) : []
            return Applications.Description(
                group: group, state: members.isEmpty ? .empty : .stable, members: members,
                commits: state.committed[idc])
        }
    }

    private func members(of group: WorldGroup) -> [GroupMember] {
        let partitions = partitions(of: group)
        return (0..<group.members).map { index in
            GroupMember(
                memberID: "\(group.id)-\(index)-7f3a", clientID: "\(group.id)-\(index)",
                host: "/10.0.\(index).\(group.id.utf8.count)",
                assignment: partitions.filter { Int($0.partition) % group.members == index })
        }
    }
}
