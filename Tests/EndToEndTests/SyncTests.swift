import Foundation
import Testing

/// `bascule sync` and `bascule offsets` on two real clusters.
@Suite(.serialized, .timeLimit(.minutes(30)), .enabled(if: Lab.isThere, "KAFKA_HOME is not set"))
struct SyncTests {
    @Test func `a group whose IDC is killed goes on in the other one and skips nothing, with Bascule's mirror`() throws
    {
        let printed = try Lab.run("sync-trial", Program.bascule, "bascule", "15")
        #expect(printed.contains("lost 0"))
        #expect(printed.contains("trial: passed"))
    }

    @Test func `with MirrorMaker 2's mirrors too, and where the other IDC has produced nothing for its mirror to copy`()
        throws
    {
        let printed = try Lab.run(
            "sync-trial", arguments: [Program.bascule, "mirrormaker2", "15"], variables: ["QUIET=1"])
        #expect(printed.contains("trial: Bascule's") && printed.contains("trial: passed"))
        #expect(printed.contains("MirrorMaker 2's own group sync"))
    }

    @Test func `with sink connectors, whose groups commit how far they have copied`() throws {
        let printed = try Lab.run("sync-trial", Program.bascule, "sink", "15")
        #expect(printed.contains("lost 0"))
        #expect(printed.contains("trial: passed"))
    }

    @Test func `by timestamps, where one IDC alone produces and nothing is known of the mirror's position`() throws {
        let printed = try Lab.run("sync-trial", Program.bascule, "timestamps", "15")
        #expect(printed.contains("lost 0"))
        #expect(printed.contains("trial: passed"))
    }

    @Test func `a hold outlasts a daemon that is killed and one that is stopped, until it is released`() throws {
        #expect(try Lab.run("sync-hold", Program.bascule).contains("sync-hold: passed"))
    }

    @Test func `daemons killed under load write nothing unsafe, and others take over`() throws {
        let printed = try Lab.run("sync-soak", Program.bascule, "10")
        #expect(printed.contains("sync-soak: passed, 10 kills"))
        #expect(printed.contains("none unsafe"))
    }

    @Test func `what MirrorMaker 2's group sync wrote is taken over by adopting, and nothing else is`() throws {
        let printed = try Lab.run("adopt-trial", Program.bascule)
        #expect(printed.contains("offsets sync leaves what MirrorMaker 2 wrote"))
        #expect(printed.contains("adopt: passed"))
    }
}
