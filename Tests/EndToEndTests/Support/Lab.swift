import Foundation
import Testing

/// The lab that the environment names (`LAB_DIR`, `BASCULE_LAB`): two real clusters with Connect, and on them a world
/// of topics, mirrors, traffic behind HAProxy and three consumer groups, for as long as a suite runs.
struct Lab: SuiteTrait, TestScoping {
    /// Whether there are real clusters; says so in one line, once, when there are none.
    static let isThere: Bool = {
        let there = variable("LAB_DIR") != nil && variable("BASCULE_LAB") != nil && variable("KAFKA_HOME") != nil
        if !there { print("skipped: end-to-end tests on real clusters need KAFKA_HOME (make test KAFKA_HOME=DIR)") }
        return there
    }()

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try Self.run("haproxy", "up")
        defer {
            _ = try? Self.run("world", "down")
            _ = try? Self.run("haproxy", "down")
        }
        try Self.run("world", "up")
        try Self.run("config")
        try await function()
    }

    static var configuration: String { (variable("LAB_DIR") ?? "") + "/bascule.yaml" }

    /// Runs a script of the lab; gives what it printed, and fails when it fails.
    @discardableResult
    static func run(_ script: String, _ arguments: String...) throws -> String {
        try run(script, arguments: arguments)
    }

    /// - Parameter variables: `NAME=VALUE` each.
    static func run(_ script: String, arguments: [String], variables: [String] = []) throws -> String {
        let path = (variable("BASCULE_LAB") ?? "") + "/" + script
        let result = try Program.run("/usr/bin/env", variables + [path] + arguments)
        guard result.status == 0 else {
            throw Program.Failure(description: "lab/\(script) \(arguments): \(result.output)\(result.error)")
        }
        return result.output
    }

    /// One of Kafka's own command-line tools, over the cluster of `idc`.
    static func tool(_ mainClass: String, on idc: String, _ arguments: String...) throws -> String {
        let result = try Program.run(
            (variable("BASCULE_LAB") ?? "") + "/clusters",
            ["tool", mainClass] + arguments + ["--bootstrap-server", try bootstrap(of: idc)])
        guard result.status == 0 else {
            throw Program.Failure(description: "\(mainClass) \(arguments): \(result.output)\(result.error)")
        }
        return result.output
    }

    static func bootstrap(of idc: String) throws -> String {
        try #require(variable(idc == "idc1" ? "BASCULE_TEST_IDC1" : "BASCULE_TEST_IDC2"))
    }

    /// The first Connect worker of `idc`.
    static func connect(of idc: String) throws -> String {
        let workers = try #require(variable(idc == "idc1" ? "BASCULE_TEST_CONNECT1" : "BASCULE_TEST_CONNECT2"))
        return String(workers.split(separator: ",")[0])
    }

    /// What `bascule ... -o json` prints on the lab, whatever its exit code.
    static func bascule(_ arguments: String...) throws -> JSON {
        let result = try Program.run(Program.bascule, ["--config", configuration] + arguments + ["-o", "json"])
        do {
            return JSON(try JSONSerialization.jsonObject(with: Data(result.output.utf8), options: .fragmentsAllowed))
        } catch {
            throw Program.Failure(description: "bascule \(arguments): \(result.status) \(result.output)\(result.error)")
        }
    }

    /// The mirror of `topic` from `source`, as `mirrors show` has it.
    static func mirror(of topic: String, from source: String) throws -> JSON {
        let flows = try bascule("mirrors", "show", topic)["flows"].array
        return try #require(flows.first { $0["from"].string == source })
    }

    /// Acknowledged records of each side's own producers so far.
    static func produced() throws -> (idc1: Double, idc2: Double) {
        let words = try run("world", "counts").split(whereSeparator: \.isWhitespace)
        return (try #require(Double(words[1])), try #require(Double(words[3])))
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A JSON value as tests ask for it: what is not there is `nil`, never a default.
struct JSON {
    private let value: Any?

    init(_ value: Any?) { self.value = value }

    subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }

    var string: String? { value as? String }
    var int: Int? { (value as? NSNumber)?.intValue }
    var double: Double? { (value as? NSNumber)?.doubleValue }
    var array: [JSON] { (value as? [Any] ?? []).map { JSON($0) } }
    var keys: [String] { (value as? [String: Any] ?? [:]).keys.sorted() }
}

/// Looks again and again until `condition` holds; fails with what `state` says at the deadline.
func eventually(
    _ what: String, within deadline: Duration = .seconds(120), sourceLocation: SourceLocation = #_sourceLocation,
    state: () throws -> String = { "" }, _ condition: () throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    while ContinuousClock.now < end {
        if try condition() { return }
        await Task.pause()
    }
    Issue.record("not within \(deadline): \(what) \((try? state()) ?? "")", sourceLocation: sourceLocation)
    throw Program.Failure(description: "not seen: \(what)")
}
