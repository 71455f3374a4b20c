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
            "bootstrap.servers": bootstrap, "client.id": "service-\(origin)", "enable.idempotence": "true",
            "linger.ms": "10", "message.timeout.ms": "120000", "queue.buffering.max.messages": "50000",
        ]
        let book = self.book
        let client = try Client(RD_KAFKA_PRODUCER, settings) { configuration in
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(book).toOpaque())
            rd_kafka_conf_set_dr_msg_cb(configuration, deliveryReport)
        }
        var listeners: [pollfd] = []
        for port in ports {
            listeners.append(pollfd(fd: try Loopback.listen(on: port), events: Int16(POLLIN), revents: 0))
        }
        while !StopRequest.isPending {
            let ready = poll(&listeners, nfds_t(listeners.count), 50)
            if ready > 0 {
                for listener in listeners where listener.revents != 0 { answer(listener.fd, with: client) }
            }
            rd_kafka_poll(client.handle, 0)
        }
        rd_kafka_flush(client.handle, 10000)
        withExtendedLifetime(book) {}
    }

    private func answer(_ listener: Int32, with client: Client) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        Loopback.limit(connection, milliseconds: 300)
        let request = Loopback.line(from: connection)
        // A health check connects and says nothing.
        guard request.hasSuffix("\n"), let count = Int(request.dropLast()), (1...10000).contains(count) else { return }
        for _ in 0..<count { produce(with: client) }
        Loopback.send("ok \(count)\n", to: connection)
    }

    private func produce(with client: Client) {
        sequence += 1
        let identity = "\(origin)-\(started)-\(sequence)"
        let topic = topics.names[topics.next()]
        let key = sequence % 97 == 0 ? nil : "계좌-\(sequence * 7919 % 5000)"
        let value = #"{"id":"\#(identity)","종목":"삼성전자","수량":\#(sequence % 1000),"구분":"\#(topic)"}"#
        let error = topic.withCString { topic in
            Self.withBytes(key) { key in
                Self.withBytes(value) { value in
                    Self.withBytes(identity) { trace in
                        "trace-id".withCString { name in
                            var parts = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 5)
                            parts[0].vtype = RD_KAFKA_VTYPE_TOPIC
                            parts[0].u.cstr = topic
                            parts[1].vtype = RD_KAFKA_VTYPE_KEY
                            parts[1].u.mem.ptr = key.baseAddress.map(UnsafeMutableRawPointer.init(mutating:))
                            parts[1].u.mem.size = key.count
                            parts[2].vtype = RD_KAFKA_VTYPE_VALUE
                            parts[2].u.mem.ptr = value.baseAddress.map(UnsafeMutableRawPointer.init(mutating:))
                            parts[2].u.mem.size = value.count
                            parts[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                            parts[3].u.i = RD_KAFKA_MSG_F_COPY
                            parts[4].vtype = RD_KAFKA_VTYPE_HEADER
                            parts[4].u.header.name = name
                            parts[4].u.header.val = trace.baseAddress
                            parts[4].u.header.size = trace.count
                            return rd_kafka_produceva(client.handle, &parts, parts.count)
                        }
                    }
                }
            }
        }
        if let error {
            book.ledger.missed()
            rd_kafka_error_destroy(error)
        }
    }

    private static func withBytes<Result>(_ text: String?, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let text else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return Array(text.utf8).withUnsafeBytes(body)
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

private func deliveryReport(
    _: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let message = message?.pointee, let opaque else { return }
    let book = Unmanaged<DeliveryBook>.fromOpaque(opaque).takeUnretainedValue()
    guard message.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
        book.ledger.missed()
        return
    }
    book.ledger.succeeded()
    if let list = book.list {
        let topic = String(cString: rd_kafka_topic_name(message.rkt))
        list.append("\(topic) \(message.partition) \(message.offset) \(identity(of: message))")
    }
}
