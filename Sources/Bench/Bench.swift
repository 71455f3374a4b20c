import Glibc

/// `make bench`: figures of the built program, each beside the peer or the limit it is compared with.
///
/// Usage: `bascule-bench BASCULE [--dead CONFIG] [--idle CONFIG] [--loaded CONFIG]`. `CONFIG` of `--dead` names two
/// clusters that do not answer, that of `--idle` two that hold nothing, and that of `--loaded` two with 1,000 groups
/// and 5,000 partitions each. `--peer-milliseconds N...`: how long Kafka's own tool took over one of the latter, from
/// lab/bench, to stand beside our own figure.
@main
enum Bench {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let message = Array("bascule-bench: \(error)\n".utf8)
            _ = write(STDERR_FILENO, message, message.count)
            exit(2)
        }
    }

    private static func run(_ arguments: [String]) throws {
        guard let program = arguments.first else {
            throw PseudoTerminal.Failure(
                description: "usage: bascule-bench BASCULE [--dead CONFIG] [--idle CONFIG] [--loaded CONFIG]")
        }
        func value(of option: String) -> String? {
            arguments.firstIndex(of: option).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
        }
        if let dead = value(of: "--dead") { try firstPaint(of: program, configuration: dead) }
        if let idle = value(of: "--idle") {
            let terminal = try console(program, idle)
            defer { terminal.end() }
            _ = try terminal.wait(for: "brokers", within: .seconds(20))
            atRest(terminal, "idle: no topics, no groups")
        }
        if let loaded = value(of: "--loaded") {
            try underLoad(program, configuration: loaded)
            try slowestRead(of: program, configuration: loaded)
            try oneRefresh(of: program, configuration: loaded)
            if let peer = value(of: "--peer-milliseconds").flatMap(Int64.init) {
                row(
                    "ConsumerGroupCommand --all-groups --describe, one cluster, p50",
                    milliseconds(.milliseconds(peer)), limit: "the peer")
            }
        }
    }

    private static func console(_ program: String, _ configuration: String) throws -> PseudoTerminal {
        try started([program, "--config", configuration])
    }

    /// A program on a terminal of 120x40, at home beside its configuration.
    private static func started(_ arguments: [String]) throws -> PseudoTerminal {
        let home = arguments[2].split(separator: "/").dropLast().joined(separator: "/")
        return try PseudoTerminal(
            columns: 120, rows: 40, arguments: arguments,
            environment: [
                "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": "/\(home)",
                "PATH": "/usr/local/bin:/usr/bin:/bin",
            ])
    }

    /// From the start of the process to the frame on the terminal, while no cluster answers.
    private static func firstPaint(of program: String, configuration: String) throws {
        var times: [Duration] = []
        for _ in 0..<20 {
            let terminal = try console(program, configuration)
            defer { terminal.end() }
            times.append(try terminal.wait(for: "Overview", within: .seconds(5)))
        }
        row("time to first paint, clusters down, p50", milliseconds(percentile(0.5, of: times)), limit: "200 ms")
        row("time to first paint, clusters down, worst of 20", milliseconds(times.max()), limit: "200 ms")
    }

    /// A console that refreshes 1,000 groups each second, seen from its terminal.
    private static func underLoad(_ program: String, configuration: String) throws {
        let terminal = try console(program, configuration)
        defer { terminal.end() }
        _ = try terminal.wait(for: "Overview", within: .seconds(5))
        terminal.type("3")
        _ = try terminal.wait(for: "bench-idc", within: .seconds(60))
        _ = terminal.drain(quiet: .milliseconds(300), limit: .seconds(5))

        atRest(terminal, "1,000 groups and 5,000 partitions a side")

        // A key moves the cursor; the first bytes that follow a silence show it.
        var times: [Duration] = []
        for press in 0..<300 {
            _ = terminal.drain(quiet: .milliseconds(8), limit: .milliseconds(400))
            let pressed = ContinuousClock.now
            terminal.type(press % 20 < 10 ? "j" : "k")
            while ContinuousClock.now - pressed < .seconds(2) {
                guard let answer = terminal.read(within: .milliseconds(500)) else { return }
                if !answer.isEmpty {
                    times.append(ContinuousClock.now - pressed)
                    break
                }
            }
        }
        row("key to paint over a pty under refresh, p50", milliseconds(percentile(0.5, of: times)), limit: "50 ms")
        row("key to paint over a pty under refresh, p99", milliseconds(percentile(0.99, of: times)), limit: "50 ms")
    }

    /// Memory, processor and bytes of a console that nobody touches, over 20 s.
    private static func atRest(_ terminal: PseudoTerminal, _ what: String) {
        _ = terminal.drain(quiet: .milliseconds(300), limit: .seconds(5))
        guard let before = ProcessFigures(of: terminal.process) else { return }
        let begin = ContinuousClock.now
        var bytes = 0
        while ContinuousClock.now - begin < .seconds(20) {
            bytes += terminal.read(within: .milliseconds(200))?.count ?? 0
        }
        let elapsed = ContinuousClock.now - begin
        if let after = ProcessFigures(of: terminal.process) {
            let share = Int(((after.processorTime - before.processorTime) / elapsed * 1_000).rounded())
            row("processor, \(what)", "\(share / 10).\(share % 10) % of one core", limit: "-")
            row("resident memory, the same", "\(after.residentBytes / 1_048_576) MiB", limit: "-")
            row("threads, the same", "\(after.threads)", limit: "-")
        }
        row("bytes per refresh at 120x40, the same", "\(bytes / 20) bytes", limit: "10,240 bytes")
    }

    /// `groups list` over both clusters, as a whole process: brokers, topics, partitions, groups and offsets.
    private static func oneRefresh(of program: String, configuration: String) throws {
        var times: [Duration] = []
        for _ in 0..<5 {
            let begin = ContinuousClock.now
            let terminal = try started([program, "--config", configuration, "groups", "list", "-o", "json"])
            while terminal.read(within: .milliseconds(500)) != nil {}
            times.append(ContinuousClock.now - begin)
            terminal.end()
        }
        row(
            "bascule groups list, both clusters, whole process, p50", milliseconds(percentile(0.5, of: times)),
            limit: "-")
    }

    /// How long the slowest kind of reading of either side took in `status`, which reads everything once.
    private static func slowestRead(of program: String, configuration: String) throws {
        var slowest: [Duration] = []
        for _ in 0..<5 {
            let terminal = try started([program, "--config", configuration, "status", "--once", "-o", "json"])
            var text = ""
            while let bytes = terminal.read(within: .milliseconds(500)) {
                text += String(decoding: bytes, as: UTF8.self)
            }
            terminal.end()
            // "readMillis": {"brokerStates": 12, "groups": 840, ...}, once a side.
            let figures = text.components(after: "\"readMillis\": {", before: "}").flatMap { part in
                part.split { !$0.isNumber }.compactMap { Int64($0) }
            }
            if let most = figures.max() { slowest.append(.milliseconds(most)) }
        }
        row(
            "slowest reading of a refresh (of metadata, log ends, groups), p50",
            milliseconds(percentile(0.5, of: slowest)),
            limit: "3,000 ms")
    }

    private static func row(_ what: String, _ value: String, limit: String) {
        let padding = String(repeating: " ", count: max(1, 62 - what.count))
        let middle = String(repeating: " ", count: max(1, 22 - value.count))
        print("\(what)\(padding)\(value)\(middle)limit \(limit)")
    }
}

extension String {
    /// What stands between each `before` and the next `after`.
    fileprivate func components(after before: String, before after: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let begin = rest.firstRange(of: before), let end = rest[begin.upperBound...].firstRange(of: after) {
            parts.append(rest[begin.upperBound..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        return parts
    }
}
