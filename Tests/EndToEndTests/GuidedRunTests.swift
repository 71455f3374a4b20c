import Testing

/// Runs of the failover on two real clusters, driven at a plain terminal from their beginning to their end.
@Suite(.serialized, .timeLimit(.minutes(15)), .enabled(if: Lab.isThere, "KAFKA_HOME is not set"))
struct GuidedRunTests {
    /// Drives a trial, and sees that it counted nothing lost.
    private static func trial(_ arguments: String...) throws -> String {
        try Lab.run("haproxy", "up")
        defer { _ = try? Lab.run("haproxy", "down") }
        let printed = try Lab.run("failover-trial", arguments: [Program.bascule] + arguments)
        #expect(printed.contains("lost 0"), "\(printed)")
        #expect(printed.contains("trial: passed"), "\(printed)")
        return printed
    }

    @Test func `users and a group leave a healthy IDC by the runbook planned, and nothing is read twice`() throws {
        #expect(try Self.trial("planned").contains("lost 0 again 0"))
    }

    @Test func `a group whose IDC is killed is moved by the runbook disaster, and nothing is lost`() throws {
        _ = try Self.trial("disaster")
    }

    @Test func `a driver that is killed between two records is resumed, and the run ends as it would have`() throws {
        #expect(try Self.trial("planned", "write-offsets").contains("lost 0 again 0"))
    }
}
