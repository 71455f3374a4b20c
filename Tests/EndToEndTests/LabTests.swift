import Foundation
import Testing

/// The program on two real clusters that live: what the engineer on call sees, and what a key does.
@Suite(.serialized, .timeLimit(.minutes(15)), Lab(), .enabled(if: Lab.isThere, "KAFKA_HOME is not set"))
struct LabTests {
    private static func console(_ columns: Int, _ rows: Int) throws -> TmuxSession {
        try TmuxSession(
            columns: columns, rows: rows, command: "'\(Program.bascule)' --config '\(Lab.configuration)'")
    }

    /// The row of the Mirrors or Groups pane that begins with `name`.
    private static func row(_ name: String, in screen: String) -> Substring? {
        screen.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix(name + " ") }
    }

    /// Puts the cursor on the only row shown, that of one topic, and the keys on one direction.
    private static func choose(_ topic: String, _ session: TmuxSession) async throws {
        try session.press("2")
        try await session.wait(for: "keys act on")
        try session.type("/^\(topic)$")
        try session.press("Enter")
        // What is not read yet cannot be acted on.
        try await session.wait("the row of \(topic), both directions read") {
            row(topic, in: $0)?.components(separatedBy: "RUNNING").count == 3
        }
        try session.press("l")
        try await session.wait("one direction chosen") { $0.contains("keys act on ─→") && !$0.contains("and ←─") }
    }

    // MARK: What is shown agrees with Kafka's own tools

    @Test func `groups, offsets, brokers and mirrors are those that Kafka's own tools tell`() async throws {
        // Users gone, the fast group soon stands still and so do the logs; the others have not moved or still do.
        try Lab.run("world", "kill", "users")
        defer { _ = try? Lab.run("world", "start", "users") }
        let groups = ["order-desk", "settlement-batch"]
        try await eventually("order-desk has read everything") {
            try Lab.bascule("groups", "show", "order-desk")["lag"].int == 0
        }
        for group in groups {
            let ours = try Lab.bascule("groups", "show", group)
            let told = try Lab.tool(
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", on: "idc1", "--describe", "--group", group
            )
            // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID
            let lines = told.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                .filter { $0.count >= 6 && $0[0] == group }
            var expected: [String: String] = [:]
            for line in lines where line[3] != "-" {
                expected["\(line[1])-\(line[2])"] = line[3...5].joined(separator: " ")
            }
            var shown: [String: String] = [:]
            for partition in ours["partitions"].array {
                guard let committed = partition["committed"].int else { continue }
                let place = "\(partition["topic"].string ?? "?")-\(partition["partition"].int ?? -1)"
                shown[place] = "\(committed) \(partition["logEnd"].int ?? -1) \(partition["lag"].int ?? -1)"
            }
            #expect(!expected.isEmpty, "\(told)")
            #expect(shown == expected, "\(group)")
            let members = Set(lines.compactMap { $0.count > 6 && $0[6] != "-" ? $0[6] : nil }).count
            #expect(ours["members"].int == members)
        }

        let status = try Lab.bascule("status", "--once")
        for idc in ["idc1", "idc2"] {
            let side = status["idcs"][idc]
            let told = try Lab.tool("org.apache.kafka.tools.ClusterTool", on: idc, "cluster-id")
            #expect(told.contains("Cluster ID: \(side["clusterID"].string ?? "not read")"))
            #expect(side["brokers"]["up"].int == side["brokers"]["total"].int)
            let troubled = try Lab.tool(
                "org.apache.kafka.tools.TopicCommand", on: idc, "--describe", "--under-replicated-partitions")
            #expect(
                side["underReplicated"].int
                    == troubled.split(separator: "\n").filter { $0.contains("Partition:") }.count)
        }

        let mirrors = status["mirrors"].array
        for (source, target) in [("idc1", "idc2"), ("idc2", "idc1")] {
            let answer = try Program.run("curl", ["-fsS", "\(Lab.connect(of: target))/connectors?expand=status"])
            let connectors = JSON(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)))
            #expect(!connectors.keys.isEmpty)
            for name in connectors.keys {
                let shown = mirrors.first { $0["connector"].string == name && $0["from"].string == source }
                #expect(shown?["state"].string == connectors[name]["status"]["connector"]["state"].string, "\(name)")
            }
        }
        let ends = try Lab.tool("org.apache.kafka.tools.GetOffsetShell", on: "idc1", "--topic", "orders")
        for position in try Lab.mirror(of: "orders", from: "idc1")["positions"].array {
            let line = "orders:\(position["partition"].int ?? -1):\(position["logEnd"].int ?? -1)"
            #expect(ends.split(separator: "\n").contains(Substring(line)), "\(line) in \(ends)")
        }
    }

    @Test func `the measured split is what the producers send, to two points`() async throws {
        try Lab.run("world", "split", "70:30")
        defer { _ = try? Lab.run("world", "split", "50:50") }
        var before = try Lab.produced()
        var seen = ""
        try await eventually("measured as produced", state: { seen }) {
            let measured = try Lab.bascule("status", "--once")["traffic"]["measured"]["idc1"]["share"].double
            let now = try Lab.produced()
            let (one, two) = (now.idc1 - before.idc1, now.idc2 - before.idc2)
            before = now
            guard let measured, one + two > 0 else { return false }
            let sent = one / (one + two)
            seen = "measured \(measured), sent \(sent)"
            return abs(sent - 0.7) < 0.1 && abs(measured - sent) < 0.02
        }
        #expect(try Lab.bascule("status", "--once")["traffic"]["configured"]["idc1"].int == 70)
    }

    // MARK: Acting

    @Test func `a mirror paused by its key shows PAUSED and a growing lag, and resumed it drains`() async throws {
        let session = try Self.console(80, 24)
        defer { session.end() }
        try await session.wait(for: "1 Overview")
        try await Self.choose("orders", session)
        try session.press("p")
        try await session.wait(for: "Preview")
        try session.press("y")
        try await session.wait("the pause read back") { $0.contains("verified") && $0.contains("1/1") }
        try session.press("Escape")
        try await session.wait("PAUSED in its row") { Self.row("orders", in: $0)?.contains("PAUSED") ?? false }
        let first = try #require(try Lab.mirror(of: "orders", from: "idc1")["toCopy"].int)
        try await eventually("what is to copy grows") {
            (try Lab.mirror(of: "orders", from: "idc1")["toCopy"].int ?? 0) > first + 20
        }
        try session.press("P")
        try await session.wait(for: "Preview")
        try session.press("y")
        try await session.wait("the resumption read back", within: .seconds(90)) {
            $0.contains("verified") && $0.contains("1/1")
        }
        try session.press("Escape")
        try await session.wait("RUNNING in its row") { Self.row("orders", in: $0)?.contains("RUNNING") ?? false }
        try await eventually("it has drained") {
            (try Lab.mirror(of: "orders", from: "idc1")["toCopy"].int ?? .max) <= first
        }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `a mirror whose target rejects records is FAILED with its trace, and a restart brings it back`()
        async throws
    {
        let session = try Self.console(120, 40)
        defer { session.end() }
        try await session.wait(for: "1 Overview")
        try await Self.choose("payments", session)
        func limit(_ change: String...) throws {
            _ = try Program.run(
                "\(ProcessInfo.processInfo.environment["BASCULE_LAB"] ?? "")/clusters",
                [
                    "tool", "kafka.admin.ConfigCommand", "--bootstrap-server", try Lab.bootstrap(of: "idc2"), "--alter",
                    "--entity-type", "topics", "--entity-name", "payments",
                ] + change)
        }
        try limit("--add-config", "max.message.bytes=64")
        var isLimited = true
        defer { if isLimited { _ = try? limit("--delete-config", "max.message.bytes") } }
        try await session.wait("FAILED in its row", within: .seconds(180)) {
            Self.row("payments", in: $0)?.contains("FAILED") ?? false
        }
        try session.press("Enter")
        try await session.wait("the trace") {
            $0.contains("RecordTooLargeException") && $0.contains("task 0     FAILED")
        }
        #expect(try Lab.mirror(of: "payments", from: "idc1")["state"].string == "FAILED")
        try limit("--delete-config", "max.message.bytes")
        isLimited = false
        try session.press("r")
        try await session.wait(for: "Preview")
        try session.press("y")
        try await session.wait("the restart read back", within: .seconds(120)) {
            $0.contains("verified") && $0.contains("1/1")
        }
        #expect(try Lab.mirror(of: "payments", from: "idc1")["state"].string == "RUNNING")
        try await eventually("it copies what was left") {
            (try Lab.mirror(of: "payments", from: "idc1")["toCopy"].int ?? .max) < 100
        }
    }

    @Test func `a live topic without a mirror is a gap, and its key creates the job`() async throws {
        try Lab.run("clusters", "unmirror", "idc1", "idc2", "quotes.us")
        let session = try Self.console(120, 40)
        defer { session.end() }
        try await session.wait(for: "1 Overview")
        try session.press("2")
        try session.type("/^quotes.us$")
        try session.press("Enter")
        try await session.wait("none in its row", within: .seconds(60)) {
            Self.row("quotes.us", in: $0)?.contains(" none ") ?? false
        }
        #expect(try Lab.mirror(of: "quotes.us", from: "idc1")["state"].string == "none")
        #expect(try Lab.bascule("status", "--once")["overall"].string == "critical")
        try session.press("l", "c")
        try await session.wait(for: "Preview")
        try session.press("y")
        try await session.wait("the job read back", within: .seconds(120)) {
            $0.contains("verified") && $0.contains("1/1")
        }
        try session.press("Escape")
        try await session.wait("RUNNING in its row") {
            (Self.row("quotes.us", in: $0)?.components(separatedBy: "RUNNING").count ?? 0) == 3
        }
    }

    // MARK: Faults

    @Test func `a lost broker, a lost IDC and its return are seen without a restart and without a frozen key`()
        async throws
    {
        let session = try Self.console(120, 40)
        defer { session.end() }
        func heal() {
            _ = try? Lab.run("clusters", "heal", "idc1")
            _ = try? Lab.run("world", "up")
        }
        defer { heal() }
        try await session.wait("both sides whole", within: .seconds(90)) {
            $0.contains("IDC1  brokers 3/3") && $0.contains("IDC2  brokers 3/3")
        }
        try Lab.run("clusters", "kill", "idc1-2")
        try await session.wait("the broker, and what it leaves under-replicated", within: .seconds(90)) { screen in
            screen.contains("brokers 2/3 !") && screen.contains("broker 2 down since")
                && screen.range(of: "under-replicated [1-9]", options: .regularExpression) != nil
        }
        try Lab.run("clusters", "start", "idc1-2")
        try await session.wait("the broker back", within: .seconds(120)) { screen in
            !screen.contains("brokers 2/3") && screen.components(separatedBy: "brokers 3/3").count == 3
                && screen.components(separatedBy: "under-replicated 0").count == 3
        }

        try Lab.run("clusters", "cut", "idc1")
        try await session.wait("IDC1 stale with its age, IDC2 live", within: .seconds(90)) { screen in
            screen.contains("IDC1  brokers ?/3") && screen.contains("IDC2  brokers 3/3")
                && screen.range(of: "Kafka read [0-9]+ s ago", options: .regularExpression) != nil
        }
        #expect(try !session.screen().contains("groups here 0  lag 0 │ ─→"), "unknown is not zero")
        // Every pane answers its key at once, and both sides' groups are still there.
        try session.press("3")
        let groups = try await session.wait("the groups pane") { $0.contains("order-desk") && $0.contains("memb") }
        #expect(groups.contains("IDC1"), "where the groups were last seen")
        try session.press("2")
        try await session.wait("the mirrors pane") { $0.contains("keys act on") && $0.contains("orders") }
        try session.press("7")
        try await session.wait("the event in the journal") { $0.contains("IDC1 cannot be reached") }
        try session.press("1")
        let status = try Lab.bascule("status", "--once")
        #expect(status["idcs"]["idc1"]["reachable"].int == 0)
        #expect(status["idcs"]["idc1"]["groups"].int == nil)
        #expect(status["idcs"]["idc2"]["reachable"].int == 1)

        heal()
        try await session.wait("both sides whole again", within: .seconds(180)) {
            $0.components(separatedBy: "brokers 3/3").count == 3 && !$0.contains("STALE")
        }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }
}
