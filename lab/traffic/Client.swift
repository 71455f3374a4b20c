import CRdkafka
import Glibc

/// A librdkafka handle; used by one thread.
final class Client {
    let handle: OpaquePointer

    /// `prepare` sets callbacks on the configuration before the handle takes it.
    init(
        _ kind: rd_kafka_type_t, _ settings: [String: String], prepare: (OpaquePointer) -> Void = { _ in }
    ) throws(Failure) {
        guard let configuration = rd_kafka_conf_new() else { throw Failure("no memory") }
        var message = [CChar](repeating: 0, count: 512)
        func text() -> String {
            String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        for (name, value) in settings {
            guard rd_kafka_conf_set(configuration, name, value, &message, message.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw Failure("\(name)=\(value): \(text())")
            }
        }
        prepare(configuration)
        guard let handle = rd_kafka_new(kind, configuration, &message, message.count) else {
            rd_kafka_conf_destroy(configuration)
            throw Failure(text())
        }
        self.handle = handle
    }

    deinit { rd_kafka_destroy(handle) }

    static func describe(_ error: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2str(error)) }
}
