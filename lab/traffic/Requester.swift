import Glibc

/// The users: requests at a steady rate, through the load balancer or, without one, split by a file.
///
/// `request --to PORT | --to PORT1,PORT2 --split FILE   --rate FILE --ledger FILE`
///
/// Both files may change while it runs: records per second; `70:30`.
struct Requester {
    private let ports: [Int]
    private let splitFile: String?
    private let rateFile: String
    private var ledger: Ledger

    init(_ options: Options) throws(Failure) {
        var ports: [Int] = []
        for text in try options.list("to") {
            guard let port = Int(text) else { throw Failure("--to \(text) is no port") }
            ports.append(port)
        }
        self.ports = ports
        splitFile = ports.count > 1 ? try options.text("split") : nil
        rateFile = try options.text("rate")
        ledger = try Ledger(path: try options.text("ledger"))
    }

    mutating func run() throws(Failure) {
        var due = monotonicSeconds()
        var read = -1.0
        var rate = 0
        var firstShare = 50
        var standing = 0
        while !StopRequest.isPending {
            let now = monotonicSeconds()
            if now - read > 0.5 {
                // A file caught in the middle of a change keeps the old value.
                if let text = try? readText(rateFile), let wanted = Int(text.filter(\.isNumber)) { rate = wanted }
                if let splitFile, let text = try? readText(splitFile), let share = text.split(separator: ":").first,
                    let wanted = Int(share)
                {
                    firstShare = wanted
                }
                read = now
            }
            guard rate > 0 else {
                rest(seconds: 0.2)
                due = monotonicSeconds()
                continue
            }
            guard now >= due else {
                rest(seconds: due - now)
                continue
            }
            // Twenty requests a second or more, so that the shares are fine enough to be measured.
            let batch = max(1, min(100, rate / 40))
            // What could not be sent for a while is not made up for: users do not queue.
            due = max(due, now - 1) + Double(batch) / Double(rate)
            var port = ports[0]
            if ports.count > 1 {
                standing += firstShare
                if standing >= 100 { standing -= 100 } else { port = ports[1] }
            }
            if Self.ask(port, for: batch) { ledger.succeeded(batch) } else { ledger.missed(batch) }
        }
    }

    private static func ask(_ port: Int, for count: Int) -> Bool {
        guard let connection = Loopback.connect(to: port, seconds: 2) else { return false }
        defer { close(connection) }
        Loopback.send("\(count)\n", to: connection)
        return Loopback.line(from: connection).hasPrefix("ok")
    }
}
