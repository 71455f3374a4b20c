import Domain
import Operations

/// Asks a zone's primary name server, and changes a name there (RFC 2136), through BIND's `dig` and `nsupdate`.
///
/// The key stands in a file that both read by themselves (`-k`); it is in no argument and on no pipe.
struct NameServerClient: Sendable {
    let record: NameServerRecord
    let commands: CommandRunner

    private var server: NameServer { record.server }
    private var keyArguments: [String] { server.keyPath.map { ["-k", $0] } ?? [] }
    private var place: String { "name server \(server.address) port \(server.port)" }

    // MARK: Reading

    /// The name's own records of the types that can point it, sorted.
    func records() async throws(PortError) -> [DomainRecord] {
        let answers = try await answers()
        return try Set(DigReply.read(answers, name: record.name, questions: 2).get(or: malformed)).sorted()
    }

    /// How long a cache may go on to answer with the records that the name has now; zero where it has none.
    func timeToLive() async throws(PortError) -> Duration {
        let answers = try await answers()
        _ = try DigReply.read(answers, name: record.name, questions: 2).get(or: malformed)
        return .seconds(DigReply.timeToLive(in: answers, name: record.name))
    }

    private func answers() async throws(PortError) -> String {
        let seconds = max(1, server.timeout.components.seconds)
        // `+norecurse`: what this server itself has. TCP, so that a spoofed answer needs more than a guess.
        let asked = ["A", "AAAA"].flatMap { ["-q", record.name, "-t", $0] }
        let outcome = try await commands.run(
            ["dig", "-r", "@\(server.address)", "-p", "\(server.port)"] + keyArguments + [
                "+tcp", "+norecurse", "+noall", "+comments", "+answer", "+nosearch", "+tries=1", "+time=\(seconds)",
            ] + asked, within: server.timeout * 4 + .seconds(5))
        guard outcome.status == 0 else { throw questionFailed(outcome) }
        return outcome.output
    }

    private func malformed(_ odd: DigReply.Odd) -> PortError {
        switch odd {
        case .status(let status):
            error(
                status == "REFUSED" || status == "NOTAUTH" ? .refused : .failed, "dig",
                "answers \(status) for \(record.name)" + advice(status))
        case .withoutAuthority:
            error(
                .failed, "dig",
                "has no authority over \(record.name): it is no name server of \(server.zone); name the zone's primary")
        case .signature(let reason):
            error(.refused, "dig", "the key does not fit: \(reason.plainText)")
        case .keyFile(let reason):
            error(.failed, "dig", "the key file cannot be used: \(reason.plainText)")
        case .unreadable(let line):
            error(.malformed, "dig", "\"\(line.plainText)\" in place of an answer for \(record.name)")
        }
    }

    private func questionFailed(_ outcome: CommandOutcome) -> PortError {
        let said = outcome.output.plainText
        // 9: no reply (dig's manual).
        return outcome.status == 9 || outcome.output.contains("timed out") || outcome.output.contains("refused")
            ? error(.unreachable, "dig", "no answer: \(said)")
            : error(.failed, "dig", "dig ended with status \(outcome.status): \(said)")
    }

    // MARK: Changing

    /// Replaces what the name points to, in one message: the name server takes all of it or nothing.
    func replace(by records: [DomainRecord]) async throws(PortError) {
        let seconds = max(1, server.timeout.components.seconds)
        var lines = ["server \(server.address) \(server.port)", "zone \(server.zone)"]
        lines += ["A", "AAAA", "CNAME"].map { "update delete \(record.name) \($0)" }
        lines += records.map { "update add \(record.name) \(record.timeToLive) IN \($0.type) \($0.data)" }
        lines += ["send", "quit", ""]
        let outcome = try await commands.run(
            ["nsupdate", "-v", "-t", "\(seconds)"] + keyArguments, input: Array(lines.joined(separator: "\n").utf8),
            within: server.timeout * 2 + .seconds(5))
        guard outcome.status == 0 else { throw updateFailed(outcome) }
    }

    private func updateFailed(_ outcome: CommandOutcome) -> PortError {
        let said = outcome.output.plainText
        func has(_ word: String) -> Bool { outcome.output.contains(word) }
        if has("could not read key") || has("file not found") {
            return error(.failed, "nsupdate", "the key file cannot be used: \(said)")
        }
        let status = ["NOTAUTH", "BADKEY", "BADSIG", "BADTIME", "REFUSED", "NOTZONE", "SERVFAIL"].first(where: has)
        if let status {
            let isRefusal = !["NOTZONE", "SERVFAIL"].contains(status)
            return error(isRefusal ? .refused : .failed, "nsupdate", "\"\(said)\"" + advice(status))
        }
        if has("timed out") || has("Communication with") || has("could not reach") {
            return error(.unreachable, "nsupdate", "no answer, so the name may or may not have changed: \(said)")
        }
        return error(.failed, "nsupdate", "nsupdate ended with status \(outcome.status): \(said)")
    }

    private func advice(_ status: String) -> String {
        switch status {
        case "NOTAUTH", "BADKEY", "BADSIG":
            "; check the key file, and that the server is the primary of \(server.zone)"
        case "BADTIME": "; the clocks of this machine and the name server differ"
        case "REFUSED": "; the zone's update-policy or allow-update must name this key"
        case "NOTZONE": "; \(record.name) is not in \(server.zone) there"
        default: ""
        }
    }

    func error(_ kind: FailureKind, _ operation: String, _ detail: String) -> PortError {
        PortError(kind, operation: operation, detail: "\(place): \(detail)")
    }
}

extension Result where Failure == DigReply.Odd {
    fileprivate func get(or lifted: (DigReply.Odd) -> PortError) throws(PortError) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let odd): throw lifted(odd)
        }
    }
}
