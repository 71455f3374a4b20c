import Foundation
import HTTPTransport
import TestSupport
import Testing

/// `bascule mirror` on two real clusters, killed and joined.
@Suite(.serialized, .timeLimit(.minutes(15)), .enabled(if: Lab.isThere, "KAFKA_HOME is not set"))
struct MirrorWorkerTests {
    private struct Worker {
        let process: ChildProcess
        let address: HTTPAddress

        init(_ number: Int, topic: String) throws {
            let port = 28_300 + number
            process = try ChildProcess(
                Program.bascule,
                ["--config", Lab.configuration, "mirror", "--topics", topic, "--listen", "127.0.0.1:\(port)"])
            address = try HTTPAddress("http://127.0.0.1:\(port)")
        }

        /// Which worker has which partition of a mirror; empty while it cannot tell.
        func owners(of connector: String) async -> [Int: String] {
            let client = HTTPClient(limits: HTTPLimits())
            guard
                let answer = try? await client.send(
                    HTTPRequest(.get, address, path: "/connectors/\(connector)/status")),
                let object = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any],
                let tasks = object["tasks"] as? [[String: Any]]
            else { return [:] }
            var owners: [Int: String] = [:]
            for task in tasks {
                guard let id = task["id"] as? Int, let worker = task["worker_id"] as? String,
                    task["state"] as? String == "RUNNING", !worker.isEmpty
                else { continue }
                owners[id] = worker
            }
            return owners
        }
    }

    @Test func `workers share the partitions, a third moves only some of them, a killed one is replaced`() async throws
    {
        let topic = "shared-\(getpid())"
        for idc in ["idc1", "idc2"] {
            _ = try Lab.tool(
                "org.apache.kafka.tools.TopicCommand", on: idc, "--create", "--topic", topic, "--partitions", "12")
        }
        let connector = "mirror-idc1-idc2-\(topic)"
        try Lab.run("config")
        let first = try Worker(1, topic: topic)
        let second = try Worker(2, topic: topic)
        defer {
            first.process.end()
            second.process.end()
        }
        func shares(_ owners: [Int: String]) -> [Int] {
            Dictionary(grouping: owners.values, by: { $0 }).values.map(\.count).sorted()
        }
        await eventually("two workers have half of the partitions each") {
            shares(await first.owners(of: connector)) == [6, 6]
        }
        let before = await first.owners(of: connector)
        let third = try Worker(3, topic: topic)
        await eventually("three workers have a third each") {
            shares(await first.owners(of: connector)) == [4, 4, 4]
        }
        let after = await first.owners(of: connector)
        let moved = before.filter { after[$0.key] != $0.value }
        #expect(moved.count == 4, "\(moved)")
        third.process.end()
        // The session time-out is 15 s; the rest is for a busy machine.
        await eventually("the others have all of it", within: .seconds(60)) {
            shares(await first.owners(of: connector)) == [6, 6]
        }
        // What is another's, a worker learns from the status topic.
        var views: [[Int: String]] = []
        await eventually("both tell the same: \(views)") {
            views = [await first.owners(of: connector), await second.owners(of: connector)]
            return shares(views[0]) == [6, 6] && views[0] == views[1]
        }
    }

    @Test func `workers killed under load lose nothing, repeat nothing, and their commits never go back`() throws {
        let printed = try Lab.run("mirror-soak", Program.bascule, "10")
        #expect(printed.contains("soak: passed, 10 kills"))
    }

    @Test func `a million records, half of them on each side, are on both sides once and in order`() throws {
        let printed = try Lab.run("mirror-soak", Program.bascule, "0", "1000000", "8")
        #expect(printed.contains("soak: passed, 0 kills, 1000000 records on each side once and in order"))
    }
}
