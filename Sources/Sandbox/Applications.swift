import Domain
import KafkaAdapter
import Operations

/// The applications of all groups: real consumers that are started, stopped and killed, and given their turns, and
/// scripted ones.
actor Applications {
    /// What a side's coordinators would say of a group.
    struct Description: Sendable {
        let group: WorldGroup
        let state: GroupState
        let members: [GroupMember]
        /// What is committed, of a group that no cluster knows; `nil`: the cluster has to be asked.
        var commits: [TopicPartition: CommittedOffset]?
    }

    private let sites: PerIDC<Site>
    private let truth: Truth
    private let clock: WorldClock
    private let log: @Sendable (String) -> Void
    /// Those that are real consumers.
    private(set) var groups: [WorldGroup]
    private var scripted: ScriptedGroups
    /// Where each group is meant to run.
    private(set) var homes: [String: IDC]
    private var running: [Application] = []
    /// Applications that are on the wrong side on purpose.
    private var strays: Set<String> = []
    /// Sides where a group ever ran.
    private var ever: PerIDC<Set<String>> = PerIDC { _ in [] }
    /// What each group had committed when that was read last, for groups without consumers: nobody else commits.
    private var committed: PerIDC<[String: [TopicPartition: CommittedOffset]]> = PerIDC { _ in [:] }
    /// How far applications came that are gone, for the audit.
    private var last: PerIDC<[String: [TopicPartition: Offset]]> = PerIDC { _ in [:] }

    private static let turn: Duration = .milliseconds(20)

    init(
        _ groups: [WorldGroup], scripted: ScriptedGroups, home: IDC, sites: PerIDC<Site>, truth: Truth,
        clock: WorldClock,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.groups = groups
        self.scripted = scripted
        self.sites = sites
        self.truth = truth
        self.clock = clock
        self.log = log
        homes = Dictionary((groups + scripted.groups).map { ($0.id, home) }) { first, _ in first }
    }

    /// Real consumers and scripted groups.
    var all: [WorldGroup] { groups + scripted.groups }

    /// All of them by name.
    var named: [String: WorldGroup] { Dictionary(all.map { ($0.id, $0) }) { first, _ in first } }

    // MARK: Starting and stopping

    /// Starts a group's consumers on a side.
    ///
    /// - Parameter starts: where they begin whatever is committed.
    func start(_ group: WorldGroup, on idc: IDC, from starts: [TopicPartition: Offset] = [:]) throws(PortError) {
        homes[group.id] = idc
        guard !scripted.contains(group.id) else {
            scripted.start(group.id, on: idc, from: starts)
            return
        }
        sites[idc].expect(group: group.id)
        ever[idc].insert(group.id)
        let progress = GroupProgress(from: starts)
        for number in 1...group.members {
            running.append(
                try Application(
                    group, number, on: sites[idc], of: progress, truth: truth, at: clock.uptime(), log: log))
        }
    }

    func startAll(on idc: IDC) throws(PortError) {
        for group in all where homes[group.id] == idc && !isRunning(group.id, on: idc) { try start(group, on: idc) }
    }

    /// Stops a group's consumers on a side in good order: what they have processed is committed.
    func stop(_ group: String, on idc: IDC) async {
        guard !scripted.contains(group) else { return scripted.stop(group, on: idc) }
        await end(where: { $0.group.id == group && $0.idc == idc }, isKilled: false)
    }

    /// All consumers of a side die at once.
    func kill(on idc: IDC) async {
        scripted.kill(on: idc)
        await end(where: { $0.idc == idc }, isKilled: true)
    }

    func close() async {
        await end(where: { _ in true }, isKilled: true)
    }

    /// Starts a single consumer of a group where the group does not run.
    func startStray(_ id: String) throws(PortError) {
        guard let group = groups.first(where: { $0.id == id }), let home = homes[id] else {
            throw PortError(.notFound, operation: "start consumer", detail: "no group with consumers is called \(id)")
        }
        guard !sites[home.other].isGone else {
            throw PortError(.unreachable, operation: "start consumer", detail: "\(home.other.rawValue) is gone")
        }
        guard strays.insert(id).inserted else { return }
        sites[home.other].expect(group: id)
        ever[home.other].insert(id)
        running.append(
            try Application(
                WorldGroup(id, group.topics, .fast), 9, on: sites[home.other], of: GroupProgress(), truth: truth,
                at: clock.uptime(), log: log))
    }

    func stopStray(_ id: String) async {
        guard strays.remove(id) != nil, let home = homes[id] else { return }
        await end(where: { $0.group.id == id && $0.idc == home.other }, isKilled: false)
    }

    private func end(where isMeant: (Application) -> Bool, isKilled: Bool) async {
        let ending = running.filter(isMeant)
        running.removeAll(where: isMeant)
        for application in ending {
            remember(application)
            if isKilled {
                await application.kill()
            } else {
                await application.stop()
                for (partition, position) in application.positions {
                    committed[application.idc][application.group.id, default: [:]][partition] = CommittedOffset(
                        offset: position)
                }
            }
        }
    }

    private func remember(_ application: Application) {
        last[application.idc][application.group.id, default: [:]].merge(application.reached) { max($0, $1) }
    }

    func isRunning(_ id: String, on idc: IDC) -> Bool {
        scripted.isRunning(id, on: idc) || running.contains { $0.group.id == id && $0.idc == idc }
    }

    // MARK: Working

    /// Gives every application its turn until the task is cancelled.
    func live() async {
        while !Task.isCancelled {
            let now = clock.uptime()
            for application in running {
                do throws(PortError) {
                    try application.work(at: now)
                } catch {
                    log("\(application.group.id) on \(application.idc.rawValue): \(error.operation): \(error.detail)")
                }
            }
            do { try await clock.sleep(Self.turn) } catch { return }
        }
    }

    /// Lets the scripted groups follow the logs until the task is cancelled.
    func follow() async {
        let topics = Set(scripted.groups.flatMap(\.topics))
        guard !topics.isEmpty else { return }
        while !Task.isCancelled {
            for idc in IDC.allCases where scripted.isAnyRunning(on: idc) && !sites[idc].isGone {
                do throws(PortError) {
                    let metadata = try await sites[idc].kafka.metadata()
                    let ranges = try await sites[idc].kafka.ranges(
                        of: metadata.topics.filter { topics.contains($0.name) }
                    ).value
                    scripted.follow(ranges, on: idc)
                } catch {
                    log("scripted groups on \(idc.rawValue): \(error.operation): \(error.detail)")
                }
            }
            do { try await clock.sleep(.milliseconds(500)) } catch { return }
        }
    }

    // MARK: What is seen

    /// Every group that a side has ever had, as its coordinators would describe it.
    func descriptions(on idc: IDC) -> [Description] {
        groups.compactMap { group in
            let here = running.filter { $0.group.id == group.id && $0.idc == idc }
            guard !here.isEmpty || ever[idc].contains(group.id) else { return nil }
            let members = here.compactMap(\.member)
            let state: GroupState =
                members.isEmpty
                ? (here.isEmpty ? .empty : .preparingRebalance)
                : here.allSatisfy({ $0.assigned.isEmpty }) ? .preparingRebalance : .stable
            return Description(group: group, state: state, members: members)
        } + scripted.descriptions(on: idc)
    }

    /// What a group has committed on a side: asked of the cluster through one of its consumers, and without one what
    /// was read last.
    func committed(
        of id: String, on idc: IDC, in partitions: [TopicPartition]
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        guard !scripted.contains(id) else {
            return scripted.committed(of: id, on: idc).filter { partitions.contains($0.key) }
        }
        guard let application = running.first(where: { $0.group.id == id && $0.idc == idc }) else {
            return (committed[idc][id] ?? [:]).filter { partitions.contains($0.key) }
        }
        let told = try await application.committed(in: partitions)
        committed[idc][id, default: [:]].merge(told) { _, new in new }
        return told
    }

    /// How far a group came on a side, in the partitions that it ever read there: the highest offset below which it
    /// will not look again.
    func reached(by id: String, on idc: IDC) -> [TopicPartition: Offset] {
        var reached = last[idc][id] ?? [:]
        for application in running where application.group.id == id && application.idc == idc {
            reached.merge(application.reached) { max($0, $1) }
        }
        return reached
    }

    /// The groups whose consumers run on a side and will process whatever comes.
    func diligent(on idc: IDC) -> [WorldGroup] {
        groups.filter { group in
            switch group.behaviour {
            case .fast, .batch: isRunning(group.id, on: idc)
            case .slow, .stuck, .poison: false
            }
        }
    }
}
