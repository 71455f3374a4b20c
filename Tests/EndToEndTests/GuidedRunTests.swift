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

    @Test func `a group whose IDC is killed is moved by the runbook disaster, and nothing is lost`() throws {
        _ = try Self.trial("disaster")
    }

    /// Users and a group leave a healthy IDC, and nothing is read twice.
    @Test
    func `a driver of planned that is killed between two records is resumed, and all copies of its journal agree`()
        throws
    {
        #expect(try Self.trial("planned", "write-offsets").contains("lost 0 again 0"))
    }
}
