internal import CRdkafka
internal import Domain

/// A failed librdkafka call: its own code, kept open, and what was asked.
struct KafkaError: Error, Hashable, Sendable {
    /// librdkafka's number: negative ones are its own, positive ones the broker's.
    let code: Int32
    /// Kafka's name of the request: `ListOffsets`.
    let operation: String
    /// librdkafka's or the broker's words.
    let reason: String

    init(_ code: rd_kafka_resp_err_t, operation: String, reason: String? = nil) {
        self.code = code.rawValue
        self.operation = operation
        if let reason, !reason.isEmpty {
            self.reason = reason
        } else {
            self.reason = String(cString: rd_kafka_err2str(code))
        }
    }

    /// librdkafka's name of the code: `_TIMED_OUT`, `TOPIC_AUTHORIZATION_FAILED`.
    var name: String { String(cString: rd_kafka_err2name(responseError)) }

    var responseError: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: code) }

    /// The broker itself answered, with an error of its own.
    var isBrokersAnswer: Bool { code > 0 }

    /// The broker that was asked does not coordinate the group.
    var isOfMovedCoordinator: Bool { responseError == RD_KAFKA_RESP_ERR_NOT_COORDINATOR }

    /// No answer at all: not connected, connection lost, or out of time.
    var isSilence: Bool {
        switch responseError {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__NODE_UPDATE, RD_KAFKA_RESP_ERR__NOENT:
            true
        default:
            false
        }
    }

    /// The leader is elsewhere now, or for the moment nowhere: new metadata helps.
    var asksForMetadata: Bool {
        switch responseError {
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
            RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            true
        default:
            false
        }
    }

    /// An ACL is missing.
    var isAuthorization: Bool {
        switch responseError {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            true
        default:
            false
        }
    }

    /// Who we are was not accepted: SASL or TLS.
    var isAuthentication: Bool {
        switch responseError {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
            RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,
            RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, RD_KAFKA_RESP_ERR_SECURITY_DISABLED:
            true
        default:
            false
        }
    }

    /// What a port tells apart.
    var kind: FailureKind {
        if isAuthentication || isAuthorization { return .refused }
        switch responseError {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR__UNKNOWN_BROKER:
            return .unreachable
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__WAIT_COORD:
            return .timedOut
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
            return .notFound
        case RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__UNDERFLOW, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
            return .malformed
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            return .unsupported
        case RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__INTR:
            return .cancelled
        case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
            RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
            return .conflict
        default:
            return .failed
        }
    }
}

extension KafkaError {
    /// The error of a call on a handle that is closed or closing.
    static func closed(_ operation: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__DESTROY, operation: operation, reason: "the connection was closed")
    }

    /// The caller has gone.
    static func timedOut(_ operation: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, operation: operation)
    }

    static func cancelled(_ operation: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__INTR, operation: operation, reason: "it was cancelled")
    }

    /// A topic that the cluster neither lists nor has an error for.
    static let unknownTopic = KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, operation: "Metadata")

    /// Takes the error object over and destroys it; `nil` when there is none.
    init?(taking error: OpaquePointer?, operation: String) {
        guard let error else { return nil }
        self.init(
            rd_kafka_error_code(error), operation: operation, reason: String(cString: rd_kafka_error_string(error)))
        rd_kafka_error_destroy(error)
    }

    /// Reads an error object that librdkafka keeps; `nil` when there is none, or it says no error.
    init?(reading error: OpaquePointer?, operation: String) {
        guard let error, rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(
            rd_kafka_error_code(error), operation: operation, reason: String(cString: rd_kafka_error_string(error)))
    }
}
