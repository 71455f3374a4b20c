import Configuration
import ConnectAdapter
import Digests
import Domain
import Operations
import TestSupport
import Testing

@testable import Sandbox

/// Plays a built-in scenario in a world of its own, watched by the console's own collector.
func played(_ name: String) async throws -> SandboxReport {
    let text = try #require(BuiltInScenarios.text(named: name))
    let scenario = try ScenarioFile.parse(text, path: name)
    let clock = WorldClock(ContinuousClock())
    let now = civilTime()
    var urls = PerIDC(idc1: "", idc2: "")
    let world = try World(
        WorldSettings(scenario.world), clock: clock, log: { _ in },
        mirrors: { (bootstrap, topics) throws(PortError) in
            let workers = try MirrorWorkers(
                bootstrap, topics: topics, clock: clock, wallTime: now,
                controls: { (url) throws(PortError) in ConnectController(try client(url, now)) }, log: { _ in })
            urls = PerIDC { workers.address(beside: $0) }
            return workers
        })
    let connect = PerIDC(idc1: try client(urls.idc1, now), idc2: try client(urls.idc2, now))
    let runs = SandboxRuns(
        world,
        SandboxRuns.Makings(
            ports: PerIDC { world.ports(of: $0, connectors: ConnectReader(connect[$0])) },
            connectors: connect.map { ConnectController($0) as any ConnectorControlling },
            digest: { SHA256.digest(of: $0) ?? [] }, runbook: { RunbookFile.journalled($0) },
            clock: ContinuousClock(), now: now))
    let player = ScenarioPlayer(
        scenario, in: world, connectors: connect.map { ConnectController($0) as any ConnectorControlling }, runs: runs)
    let collector = Collector(
        settings: CollectorSettings(
            context: "sandbox", names: PerIDC(idc1: "IDC1", idc2: "IDC2"),
            shownGroups: try NameFilter(included: [".*"], excluded: ["__.*", "bascule-.*"]),
            recognition: try MirrorRecognition(kind: .bascule), trafficSource: "router"),
        ports: PerIDC { world.ports(of: $0, connectors: ConnectReader(connect[$0])) }, traffic: world.router,
        clock: ContinuousClock(), wallTime: now)
    let result: Result<SandboxReport, any Error>? = await withTaskGroup(
        of: Result<SandboxReport, any Error>?.self
    ) { group in
        group.addTask {
            await world.live()
            return nil
        }
        group.addTask {
            await collector.run { player.watch($0) }
            return nil
        }
        group.addTask {
            do {
                return .success(try await player.play())
            } catch {
                return .failure(error)
            }
        }
        defer { group.cancelAll() }
        while let ended = await group.next() {
            if let ended { return ended }
        }
        return nil
    }
    await world.close()
    return try #require(result).get()
}

private func client(
    _ url: String, _ now: @escaping @Sendable () -> WallTime
) throws(PortError) -> ConnectClient {
    do throws(ConnectAdapter.ConnectSettings.Invalid) {
        return ConnectClient(try ConnectAdapter.ConnectSettings(urls: [url]), clock: ContinuousClock(), wallTime: now)
    } catch {
        throw PortError(.failed, operation: "connect", detail: error.description)
    }
}
