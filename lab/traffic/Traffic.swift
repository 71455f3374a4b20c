import Glibc

/// The lab's applications: what sends requests, what serves them by producing, what consumes.
///
/// It shares no code with the program under test, so that its counts can be compared with what that program shows.
@main
enum Traffic {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            say("traffic: \(error)")
            exit(1)
        }
    }

    private static func run(_ words: [String]) throws(Failure) {
        // Broken connections answer with an error, not with a signal; SIGTERM is looked for between two steps.
        signal(SIGPIPE, SIG_IGN)
        StopRequest.block()
        let options = try Options(Array(words.dropFirst()))
        switch words.first {
        case "topics": try Topics.create(options)
        case "serve": try Server(options).serve()
        case "request":
            var requester = try Requester(options)
            try requester.run()
        case "consume": try Consumer(options).run()
        case "say": try AdminSocket.say(options)
        case "commit": try GroupCommits(options).run()
        case "fill": try MirrorRecords.fill(options)
        case "check": try MirrorRecords.check(options)
        case "processed": try Processed.check(options)
        case "origins": try Processed.origins(options)
        case "safe": try Processed.safe(options)
        case "standing": try Processed.stand(options)
        case "wait": try MirrorRecords.wait(options)
        case "latency": try MirrorFigures.latency(options)
        case "commits": try MirrorFigures.commits(options)
        case "move": try GroupMoves.run(options)
        case "translated": try Translated.run(options)
        case "listed": try Translated.listed(options)
        case "history": try Translated.history(options)
        default:
            throw Failure(
                "usage: traffic topics|serve|request|consume|commit|say|fill|check|processed|safe|wait|latency|commits|standing|move|translated|listed|history --OPTION VALUE ..."
            )
        }
    }

    static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// What went wrong, in a sentence.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// With what the system says about the last call.
    static func system(_ what: String) -> Failure { Failure("\(what): \(String(cString: strerror(errno)))") }
}

/// `--name value` pairs.
struct Options {
    private var values: [String: String] = [:]

    init(_ words: [String]) throws(Failure) {
        var rest = words[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), let value = rest.popFirst() else { throw Failure("\(name) needs a value") }
            values[String(name.dropFirst(2))] = value
        }
    }

    func text(_ name: String) throws(Failure) -> String {
        guard let value = values[name], !value.isEmpty else { throw Failure("--\(name) is missing") }
        return value
    }

    func number(_ name: String, default fallback: Int? = nil) throws(Failure) -> Int {
        guard let value = values[name] else {
            if let fallback { return fallback }
            throw Failure("--\(name) is missing")
        }
        guard let number = Int(value), number >= 0 else { throw Failure("--\(name) \(value) is no number") }
        return number
    }

    func list(_ name: String) throws(Failure) -> [String] {
        try text(name).split(separator: ",").map(String.init)
    }

    func optional(_ name: String) -> String? { values[name] }
}

/// SIGTERM, asked for instead of caught: no handler, no shared state.
enum StopRequest {
    /// Before any thread starts, so that all inherit it.
    static func block() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    static var isPending: Bool {
        var signals = sigset_t()
        sigpending(&signals)
        return sigismember(&signals, SIGTERM) == 1
    }
}

/// Seconds since an arbitrary moment; never goes back.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func rest(seconds: Double) {
    guard seconds > 0 else { return }
    usleep(UInt32(min(seconds, 0.5) * 1e6))
}
