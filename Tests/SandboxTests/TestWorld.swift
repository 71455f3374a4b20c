import Domain
import Foundation
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// Mirrors that are not there: for tests of everything else.
struct NoMirrors: SandboxMirrors {
    func live() async {}
    func address(beside idc: IDC) -> String { "http://127.0.0.1:1" }
    func open(beside idc: IDC) async throws(PortError) {}
    func kill(beside idc: IDC) async {}
    func define(_ target: MirrorTarget, _ settings: MirrorJobSettings) async throws(PortError) {}
    func close() async {}
}

/// Lets a small world live while `body` looks at it, and closes it.
func withWorld(
    topics: Int = 6, groups: Int = 6, rate: Int = 200, troubled: Bool = false,
    _ body: (World) async throws -> Void
) async throws {
    let said = Mutex<[String]>([])
    let world = try World(
        WorldSettings(
            topics: topics, groups: groups, recordsPerSecond: rate, hasTroubledGroups: troubled, seed: 1),
        clock: WorldClock(ContinuousClock()), log: { line in said.withLock { $0.append(line) } },
        mirrors: { _, _, _ in NoMirrors() })
    let failure: (any Error)? = await withTaskGroup(of: Void.self) { group in
        group.addTask { await world.live() }
        defer { group.cancelAll() }
        do {
            let begun = await eventually(
                "the world has begun: \(said.withLock { $0.suffix(8) })", { await world.traffic.produced > 0 })
            guard begun else { return nil }
            try await body(world)
            return nil
        } catch {
            return error
        }
    }
    await world.close()
    if let failure { throw failure }
}

extension World {
    func groups(on idc: IDC) async throws -> [ConsumerGroup] {
        // A coordinator that is still being looked for leaves a group's offsets unknown for a moment.
        try await ports(of: idc, connectors: nil).groups.groups { _ in true }.value
    }

    func group(_ id: String, on idc: IDC) async throws -> ConsumerGroup? {
        try await groups(on: idc).first { $0.id == id }
    }
}

/// Civil time, as the records have it that librdkafka stamps.
func civilTime() -> @Sendable () -> WallTime {
    { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
