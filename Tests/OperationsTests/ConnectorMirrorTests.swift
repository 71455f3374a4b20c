import Domain
import Operations
import TestSupport
import Testing

/// Both sides with mirrors that are connectors, MirrorMaker 2's or sink connectors, as the engine reads them: records,
/// copies, restarts, and where each mirror says that it stands.
private final class ConnectorWorld {
    static let partition = ScriptedSyncSide.partition
    static let group = "billing"
    private static let header = PerIDC(idc1: "copied-from-idc2", idc2: "copied-from-idc1")

    let kind: MirrorKind
    let clusters: PerIDC<ScriptedCluster>
    let groups = PerIDC { ScriptedSyncSide($0) }
    let clock = ManualClock()
    let engine: SyncEngine
    /// Every record by where it was produced and as which, in the order of each log.
    private(set) var logs: PerIDC<[String]> = PerIDC { _ in [] }
    /// Where the mirror from a side reads on, and what it goes back to when it begins again.
    private var position: PerIDC<Int> = PerIDC { _ in 0 }
    private var committed: PerIDC<Int?> = PerIDC { _ in nil }
    private var produced = 0

    /// - Parameter isMarked: whether it is known what marks a copy.
    init(_ kind: MirrorKind, config: [String: String] = [:], isMarked: Bool = true) throws {
        self.kind = kind
        let topic = Self.partition.topic
        clusters = PerIDC { idc in
            ScriptedCluster(ScriptedWorld(clusterID: ScriptedSyncSide.clusterID(of: idc), topics: [topic: 1]))
        }
        let header = Self.header
        let (clusters, groups) = (clusters, groups)
        let recognition = try MirrorRecognition(
            kind: .sink, sinkPattern: "copy-(?<from>[^-]+)-(?<to>[^-]+)-(?<topic>.+)", originHeader: "copied-from")
        engine = SyncEngine(
            sides: PerIDC { idc in
                Operations.SyncSide(
                    topics: clusters[idc], offsets: clusters[idc], groups: groups[idc], commits: groups[idc],
                    records: clusters[idc], mirrorPositions: kind == .mirrormaker2 ? clusters[idc] : nil,
                    connectors: clusters[idc], syncs: nil)
            },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: kind,
                sinks: kind == .sink ? recognition : nil,
                copyRules: header.map { ProvenanceRule(copyHeaders: isMarked ? [$0] : []) }, held: [],
                isWanted: { $0 == Self.group }),
            now: { [clock] in clock.wallTime })
        for idc in IDC.allCases {
            clusters[idc].update { world in
                world.connectors = [
                    Connector(
                        name: Self.connector(from: idc), type: kind == .sink ? "sink" : "source", state: .running,
                        workerID: "", tasks: [], config: config)
                ]
            }
        }
        groups.idc1.consumes(Self.group, at: 0)
    }

    private static func connector(from idc: IDC) -> String { "copy-\(idc)-\(idc.other)-\(partition.topic)" }

    private func append(_ record: String, to idc: IDC, copied: Bool) {
        logs[idc].append(record)
        clusters[idc].update { $0.logs[Self.partition]?.append(1, headers: copied ? [Self.header[idc]] : []) }
    }

    func produce(_ count: Int, on idc: IDC) {
        for _ in 0..<count {
            append("\(idc) \(produced)", to: idc, copied: false)
            produced += 1
        }
    }

    /// Copies what was produced on a side to the other one, at most so many records of the log.
    func mirror(from idc: IDC, _ count: Int = .max) {
        for _ in 0..<min(count, logs[idc].count - position[idc]) {
            let record = logs[idc][position[idc]]
            position[idc] += 1
            guard record.hasPrefix("\(idc) ") else { continue }
            append(record, to: idc.other, copied: true)
            // MirrorMaker's position moves with what it copies, and in no other way.
            if kind == .mirrormaker2 { reached[idc] = position[idc] }
        }
        if kind == .sink { reached[idc] = position[idc] }
    }
    private var reached: PerIDC<Int?> = PerIDC { _ in nil }

    /// What the mirror has acknowledged is where it stands.
    func commitMirror(from idc: IDC, of group: String? = nil) {
        guard let next = reached[idc] else { return }
        committed[idc] = next
        let name = Self.connector(from: idc)
        switch kind {
        case .sink:
            groups[idc].change {
                $0.offsets[group ?? "connect-\(name)"] = [
                    Self.partition: CommittedOffset(offset: Offset(Int64(next)))
                ]
            }
        case .mirrormaker2, .bascule:
            clusters[idc.other].update { $0.positions[name] = [Self.partition: Offset(Int64(next))] }
        }
    }

    /// A worker that died goes on from what was committed, and copies again.
    func restartMirror(from idc: IDC) {
        position[idc] = committed[idc] ?? 0
        reached[idc] = committed[idc]
    }

    func consume(to offset: Int) { groups.idc1.consumes(Self.group, at: Int64(offset)) }

    func refresh() async -> [PortError] {
        await clock.advance(by: .seconds(1))
        return await engine.refresh()
    }

    /// Until nothing more can be known.
    func settle() async {
        for idc in IDC.allCases { mirror(from: idc) }
        for idc in IDC.allCases {
            mirror(from: idc)
            commitMirror(from: idc)
        }
        consume(to: logs.idc1.count)
        for _ in 0..<5 { #expect(await refresh() == []) }
    }

    func said() async throws -> PartitionSyncStatus? {
        try #require(await engine.plan([Self.group]).first).partitions.first
    }

    /// Records below `resume` in IDC2 that a group has not processed that has committed `offset` on IDC1.
    func lost(below resume: Offset, committed offset: Int) -> Set<String> {
        Set(logs.idc2.prefix(Int(resume.rawValue))).subtracting(logs.idc1.prefix(offset))
    }
}

@Suite struct ConnectorMirrorTests {
    private static let kinds = [MirrorKind.sink, .mirrormaker2]

    @Test(arguments: kinds)
    func `what a group has consumed is all that lies below its position`(_ kind: MirrorKind) async throws {
        var proven = 0
        for seed in 1...UInt64(150) {
            var random = SeededRandom(seed: seed)
            let world = try ConnectorWorld(kind)
            var consumed = 0
            // Of some worlds one side is quiet, or both are.
            let producers = IDC.allCases.filter { _ in random.chance(80) }
            for _ in 0..<60 {
                let idc = random.chance(50) ? IDC.idc1 : .idc2
                switch random.below(9) {
                case 0, 1: if producers.contains(idc) { world.produce(random.within(1, 5), on: idc) }
                case 2, 3: world.mirror(from: idc, random.within(1, 8))
                case 4: world.commitMirror(from: idc)
                case 5: if random.chance(30) { world.restartMirror(from: idc) }
                case 6:
                    consumed = random.within(consumed, world.logs.idc1.count)
                    world.consume(to: consumed)
                default: #expect(await world.refresh() == [])
                }
                guard let resume = try await world.said()?.resume else { continue }
                proven += 1
                let lost = world.lost(below: resume, committed: consumed)
                #expect(lost.isEmpty, "seed \(seed): at \(resume) after \(consumed) \(lost) would never be read")
            }
            await world.settle()
            let said = try await world.said()
            #expect(said?.resume == Offset(Int64(world.logs.idc2.count)), "seed \(seed)")
            if !world.logs.idc1.isEmpty { #expect(said?.stillToArrive == 0, "seed \(seed)") }
            for idc in IDC.allCases { #expect(await world.engine.stranded(on: idc)?.total.records == 0) }
        }
        #expect(proven > 2_000)
    }

    @Test(arguments: kinds)
    func `what has not crossed is known also where nothing was ever produced`(_ kind: MirrorKind) async throws {
        let world = try ConnectorWorld(kind)
        world.produce(20, on: .idc2)
        await world.settle()
        #expect(await world.engine.stranded(on: .idc1)?.total.records == 0)
        #expect(try await world.said()?.guarantee == .exact)
        world.produce(3, on: .idc1)
        for _ in 0..<2 { #expect(await world.refresh() == []) }
        #expect(await world.engine.stranded(on: .idc1)?.total.records == 3)
    }

    @Test func `without a header that marks copies the position is the mirror's own, and no record is read`()
        async throws
    {
        let world = try ConnectorWorld(.sink, isMarked: false)
        world.produce(5, on: .idc2)
        world.produce(5, on: .idc1)
        await world.settle()
        #expect(try await world.said()?.resume == Offset(10))
        world.produce(5, on: .idc1)
        world.mirror(from: .idc1)
        world.consume(to: 15)
        for _ in 0..<2 { #expect(await world.refresh() == []) }
        #expect(try await world.said()?.resume == Offset(10))
        #expect(world.clusters.idc2.requestedStretches.isEmpty)
    }

    @Test func `a sink connector's group may have a name of its own`() async throws {
        let world = try ConnectorWorld(.sink, config: ["consumer.override.group.id": "orders-to-the-other-side"])
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2, of: "orders-to-the-other-side")
        world.consume(to: 5)
        #expect(await world.refresh() == [])
        #expect(try await world.said()?.resume == Offset(5))
        #expect(world.groups.idc2.now.asked.contains("orders-to-the-other-side"))
    }

    @Test func `a Connect that does not answer any more has the connectors that it had`() async throws {
        let world = try ConnectorWorld(.sink)
        let problem = PortError(.unreachable, operation: "GET /connectors", detail: "connection refused")
        for idc in IDC.allCases { world.clusters[idc].fail(.connectors, with: problem) }
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2)
        world.consume(to: 5)
        #expect(await world.refresh() == [problem, problem])
        #expect(try await world.said()?.resume == nil)
        world.clusters.idc2.heal(.connectors)
        #expect(await world.refresh() == [problem])
        // Of the mirrors beside IDC1 it is not known what they leave out.
        #expect(try await world.said()?.guarantee == .conditional(.connectorMayDrop, atMost: 0))
        world.clusters.idc1.heal(.connectors)
        #expect(await world.refresh() == [])
        #expect(try await world.said()?.guarantee?.readTwice == 0)
        for idc in IDC.allCases { world.clusters[idc].fail(.connectors, with: problem) }
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2)
        world.consume(to: 10)
        await world.clock.advance(by: .seconds(60))
        #expect(await world.refresh() == [problem, problem])
        #expect(try await world.said()?.resume == Offset(10))
    }

    @Test(arguments: kinds, ["errors.tolerance": "all", "consumer.override.auto.offset.reset": "latest"])
    func `a connector that may leave out records makes positions conditional, others do not`(
        _ kind: MirrorKind, _ setting: (String, String)
    ) async throws {
        let world = try ConnectorWorld(kind, config: [setting.0: setting.1])
        func isConditional() async throws -> Bool {
            if case .conditional(.connectorMayDrop, _) = try await world.said()?.guarantee { true } else { false }
        }
        world.produce(5, on: .idc2)
        await world.settle()
        #expect(try await isConditional())
        // Only mirrors that leave out nothing, and a sink to something else, on either side.
        for idc in IDC.allCases {
            world.clusters[idc].update { world in
                world.connectors = world.connectors.map {
                    Connector(
                        name: $0.name, type: $0.type, state: .running, workerID: "", tasks: [],
                        config: ["consumer.auto.offset.reset": "earliest"])
                }
                world.connectors.append(
                    Connector(
                        name: "search", type: "sink", state: .running, workerID: "", tasks: [],
                        config: [setting.0: setting.1]))
            }
        }
        await world.clock.advance(by: .seconds(60))
        #expect(await world.refresh() == [])
        #expect(try await isConditional() == false)
    }

    @Test func `commits that cannot be read prove nothing new`() async throws {
        let world = try ConnectorWorld(.sink)
        world.produce(5, on: .idc2)
        await world.settle()
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2)
        world.consume(to: 10)
        world.groups.idc2.fail(.offsets)
        #expect(await world.refresh().isEmpty == false)
        world.groups.idc2.heal()
        #expect(try await world.said()?.resume == Offset(5))
    }

    @Test(arguments: kinds)
    func `a position above the log's end is of another log`(_ kind: MirrorKind) async throws {
        let world = try ConnectorWorld(kind)
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2)
        world.clusters.idc2.update { $0.logs[ConnectorWorld.partition] = ScriptedLog() }
        world.clusters.idc2.update { $0.logs[ConnectorWorld.partition]?.append(2) }
        world.consume(to: 5)
        for _ in 0..<3 { _ = await world.refresh() }
        // Below the old position lie records of the new log that nobody has copied.
        world.clusters.idc2.update { $0.logs[ConnectorWorld.partition]?.append(6) }
        #expect(await world.refresh() == [])
        #expect(try await world.said()?.resume ?? Offset(0) == Offset(0))
    }

    /// An unclean leader election, say: the mirror does not know of it yet.
    @Test(arguments: kinds)
    func `a position above an end that was lost does not count when the log has grown past it`(_ kind: MirrorKind)
        async throws
    {
        let world = try ConnectorWorld(kind)
        world.produce(8, on: .idc2)
        await world.settle()
        #expect(try await world.said()?.resume == Offset(8))
        world.clusters.idc2.update { $0.logs[ConnectorWorld.partition]?.records.removeLast(2) }
        for _ in 0..<2 { _ = await world.refresh() }
        world.clusters.idc2.update { $0.logs[ConnectorWorld.partition]?.append(5) }
        for _ in 0..<3 { _ = await world.refresh() }
        #expect(try await world.said()?.resume ?? Offset(0) <= Offset(6))
    }

    @Test func `of two connectors that copy one partition the one that is further behind counts`() async throws {
        let world = try ConnectorWorld(.sink)
        world.produce(5, on: .idc2)
        world.mirror(from: .idc2)
        world.commitMirror(from: .idc2)
        // The other one runs beside the side that it copies to, as its name allows.
        world.clusters.idc1.update {
            $0.connectors.append(
                Connector(
                    name: "copy-idc2-idc1-orders", type: "sink", state: .running, workerID: "", tasks: [],
                    config: ["consumer.override.group.id": "behind"]))
        }
        world.groups.idc2.change {
            $0.offsets["behind"] = [ConnectorWorld.partition: CommittedOffset(offset: Offset(2))]
        }
        world.consume(to: 5)
        #expect(await world.refresh() == [])
        #expect(try await world.said()?.resume == Offset(2))
    }

    @Test func `a position of another log counts again when its mirror has begun again`() async throws {
        let world = try ConnectorWorld(.mirrormaker2)
        world.clusters.idc1.update { $0.positions["copy-idc2-idc1-orders"] = [ConnectorWorld.partition: Offset(50)] }
        world.produce(5, on: .idc2)
        world.consume(to: 0)
        for _ in 0..<3 { #expect(await world.refresh() == []) }
        await world.settle()
        #expect(try await world.said()?.resume == Offset(5))
    }

    @Test func `a position of another log says nothing of what has crossed`() async throws {
        let world = try ConnectorWorld(.mirrormaker2)
        world.clusters.idc2.update { $0.positions["copy-idc1-idc2-orders"] = [ConnectorWorld.partition: Offset(50)] }
        world.produce(5, on: .idc1)
        for _ in 0..<5 { #expect(await world.refresh() == []) }
        #expect(await world.engine.stranded(on: .idc1) == nil)
        #expect(await world.engine.stranded(on: .idc2)?.total.records == 0)
    }
}
