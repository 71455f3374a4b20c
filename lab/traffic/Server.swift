import CRdkafka
import Glibc

/// The service of one IDC: a request is a line with a number, and makes it produce that many records.
///
/// `serve --origin IDC --listen PORT,PORT --bootstrap B --topics FILE --ledger FILE [--record FILE]`
///
/// The ledger counts records that the cluster acknowledged, and those it did not.
final class Server {
    private let origin: String
    private let ports: [Int]
    private let bootstrap: String
    private var topics: Topics
    private let book: DeliveryBook
    private let started: Int
    private var sequence = 0

    init(_ options: Options) throws(Failure) {
        origin = try options.text("origin")
        bootstrap = try options.text("bootstrap")
        topics = try Topics(path: try options.text("topics"))
        var ports: [Int] = []
        for text in try options.list("listen") {
            guard let port = Int(text) else { throw Failure("--listen \(text) is no port") }
            ports.append(port)
        }
        self.ports = ports
        book = DeliveryBook(
            ledger: try Ledger(path: try options.text("ledger")),
            list: try options.optional("record").map { (path) throws(Failure) in try RecordList(path: path) })
        started = time(nil)
    }

    func serve() throws(Failure) {
        let settings = [
            "bootstrap.servers": bootstrap, "client.id": "service-\(origin)", "linger.ms": "10",
            "message.timeout.ms": "120000", "queue.buffering.max.messages": "50000",
        ]
        let book = self.book
        let producer = try PacedProducer(
            settings, told: { book.take($0) }, refused: { _ in book.ledger.missed() })
        var listeners: [pollfd] = []
        for port in ports {
            listeners.append(pollfd(fd: try Loopback.listen(on: port), events: Int16(POLLIN), revents: 0))
        }
        while !StopRequest.isPending {
            let ready = poll(&listeners, nfds_t(listeners.count), producer.count > 0 ? 5 : 50)
            if ready > 0 {
                for listener in listeners where listener.revents != 0 { answer(listener.fd, with: producer) }
            }
            producer.serve(milliseconds: 0)
        }
        for _ in 0..<producer.finish(seconds: 10) { book.ledger.missed() }
    }

    private func answer(_ listener: Int32, with producer: PacedProducer) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        Loopback.limit(connection, milliseconds: 300)
        let request = Loopback.line(from: connection)
        // A health check connects and says nothing.
        guard request.hasSuffix("\n"), let count = Int(request.dropLast()), (1...10000).contains(count) else { return }
        for _ in 0..<count { produce(with: producer) }
        Loopback.send("ok \(count)\n", to: connection)
    }

    private func produce(with producer: PacedProducer) {
        sequence += 1
        let identity = "\(origin)-\(started)-\(sequence)"
        let topic = topics.names[topics.next()]
        let key = sequence % 97 == 0 ? nil : "계좌-\(sequence * 7919 % 5000)"
        let value = #"{"id":"\#(identity)","종목":"삼성전자","수량":\#(sequence % 1000),"구분":"\#(topic)"}"#
        producer.produce(
            PacedProducer.Record(
                topic: topic, partition: -1, key: key.map { Array($0.utf8) }, value: Array(value.utf8),
                headers: [("trace-id", Array(identity.utf8))]))
    }
}

/// What became of the records; only touched by the thread that polls.
final class DeliveryBook {
    var ledger: Ledger
    let list: RecordList?

    init(ledger: Ledger, list: RecordList?) {
        self.ledger = ledger
        self.list = list
    }

    func take(_ message: rd_kafka_message_t) {
        guard message.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            ledger.missed()
            return
        }
        ledger.succeeded()
        if let list {
            let topic = String(cString: rd_kafka_topic_name(message.rkt))
            list.append("\(topic) \(message.partition) \(message.offset) \(identity(of: message))")
        }
    }
}

/// The identity that every value begins with, as `serve` or as `fill` writes it, or "-".
func identity(of message: rd_kafka_message_t) -> String {
    guard let payload = message.payload else { return "-" }
    let bytes = UnsafeRawBufferPointer(start: payload, count: min(message.len, 64))
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\"", maxSplits: 4, omittingEmptySubsequences: false)
    if parts.count > 3, parts[1] == "id" { return String(parts[3]) }
    let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    return words.count == 4 && Int(words[1]) != nil && Int(words[2]) != nil
        ? words.prefix(3).joined(separator: "-") : "-"
}
