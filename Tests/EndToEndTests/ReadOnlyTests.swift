import Foundation
import KafkaAdapter
import Operations
import TestSupport
import Testing

/// Over the wire: what a session sends to Connect, counted by a Connect that records every request.
@Suite(.serialized) struct ReadOnlyTests {
    private static let keys = (33...126).compactMap { Unicode.Scalar($0) }.filter { $0 != "q" && $0 != "z" }
    private static let named = [
        "Enter", "Space", "Tab", "BTab", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "F1", "F5",
        "C-r", "C-l", "C-d", "C-w",
    ]
    private static let lines = [
        "mirrors pause *", "mirrors resume *", "mirrors stop *", "mirrors restart *", "mirrors create quotes",
        "mirrors delete orders", "traffic set 0:100", "mirrors pause orders --direction idc1:idc2",
    ]

    /// Two mock clusters, a recording Connect on each side, and a configuration that names them.
    private static func world(
        _ body: (_ configuration: String, _ folder: Scratch, _ stubs: [ConnectStub]) async throws -> Void
    ) async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let clusters = [try MockCluster.start(brokers: 1), try MockCluster.start(brokers: 1)]
        for cluster in clusters {
            for topic in ["orders", "trades"] { try cluster.createTopic(topic, partitions: 2) }
        }
        try await ConnectStub.serving([
            .mirror(of: "orders", from: "idc2", to: "idc1", lastMirrored: []),
            .mirror(of: "trades", from: "idc2", to: "idc1", state: "PAUSED", lastMirrored: []),
        ]) { one in
            try await ConnectStub.serving([.mirror(of: "orders", from: "idc1", to: "idc2", lastMirrored: [])]) { two in
                let configuration = try folder.write(
                    """
                    context: recorded
                    idcs:
                      idc1: {bootstrap: "\(clusters[0].bootstrap)", connect: ["\(one.url)"]}
                      idc2: {bootstrap: "\(clusters[1].bootstrap)", connect: ["\(two.url)"]}
                    journal: \(folder.path("journal.sqlite"))
                    """, to: "recorded.yaml")
                try await body(configuration, folder, [one, two])
            }
        }
        for cluster in clusters { await cluster.destroy() }
    }

    /// Leaves what is open. Escape and a key in one breath would be Alt and that key.
    private static func goTo(_ pane: String, _ session: TmuxSession) async throws {
        for _ in 0..<2 {
            try session.press("Escape")
            await Task.pause()
        }
        try session.press(pane)
    }

    @Test(arguments: ["watch", "--read-only"])
    func `every key and every command of a read-only session sends nothing that changes anything`(
        how: String
    ) async throws {
        try await Self.world { configuration, folder, stubs in
            let arguments =
                how == "watch" ? "--config '\(configuration)' watch" : "--config '\(configuration)' --read-only"
            let session = try TmuxSession(columns: 120, rows: 40, command: "'\(Program.bascule)' \(arguments)")
            defer { session.end() }
            for pane in ["1", "2", "3", "6", "7"] {
                try await Self.goTo(pane, session)
                for key in Self.keys {
                    try session.type(String(key))
                    // What may have been opened is answered with yes, and closed.
                    try session.press("y", "Enter")
                    try await Self.goTo(pane, session)
                }
                for key in Self.named {
                    try session.press(key, "y", "Enter")
                    try await Self.goTo(pane, session)
                }
            }
            try await Self.goTo("2", session)
            try await session.wait(for: "trades")
            for line in Self.lines + ["failover run disaster", "failover resume", "failover abort"] {
                try session.type(":" + line)
                try session.press("Enter")
                try session.press("y", "Enter")
                try await Self.goTo("2", session)
            }
            try session.press("p")
            try await session.wait(for: "this session cannot change anything")
            #expect(stubs.map(\.mutatingRequestCount) == [0, 0])
            #expect(stubs.allSatisfy { !$0.requests.isEmpty }, "the session has read, so the count means something")
            #expect(!FileManager.default.fileExists(atPath: folder.path("journal.sqlite")))
        }
    }

    @Test func `commands of a read-only session send nothing that changes anything`() async throws {
        try await Self.world { configuration, _, stubs in
            for line in Self.lines {
                let words = ["--config", configuration, "--read-only"] + line.split(separator: " ").map(String.init)
                let result = try Program.run(Program.bascule, words + ["--confirm", "yes"])
                #expect(result.status != 0, "\(line)")
                #expect(result.error.contains("cannot change anything"), "\(line): \(result.error)")
            }
            #expect(stubs.map(\.mutatingRequestCount) == [0, 0])
        }
    }

    @Test func `the same key in a session that may act sends one call, journalled before it`() async throws {
        try await Self.world { configuration, folder, stubs in
            let session = try TmuxSession(
                columns: 120, rows: 40, command: "'\(Program.bascule)' --config '\(configuration)'")
            defer { session.end() }
            try await session.wait(for: "1 Overview")
            try session.press("2")
            try await session.wait("the mirror's state") { $0.contains("orders") && $0.contains("RUNNING") }
            try session.press("l")  // from both directions to the one from idc1 to idc2
            try session.press("p")
            try await session.wait(for: "Preview")
            #expect(stubs.map(\.mutatingRequestCount) == [0, 0])
            try session.press("y")
            try await session.wait("the effect read back") { $0.contains("verified") && $0.contains("1/1") }
            #expect(stubs.map(\.mutatingRequestCount) == [0, 1])
            try await Self.goTo("7", session)
            try await session.wait(for: "mirror-idc1-idc2-orders")
            #expect(FileManager.default.fileExists(atPath: folder.path("journal.sqlite")))
            try session.press("q")
        }
    }
}
