/// The ACL that a request needs, as `kafka-acls --operation` and its resource options spell it.
struct RequiredAccess: Hashable, Sendable {
    let operation: String
    let resource: String

    static func describeTopic(_ name: String) -> RequiredAccess {
        RequiredAccess(operation: "DESCRIBE", resource: "Topic:\(name)")
    }

    static func readTopic(_ name: String) -> RequiredAccess {
        RequiredAccess(operation: "READ", resource: "Topic:\(name)")
    }

    static func writeTopic(_ name: String) -> RequiredAccess {
        RequiredAccess(operation: "WRITE", resource: "Topic:\(name)")
    }

    static func describeTopicConfigs(_ name: String) -> RequiredAccess {
        RequiredAccess(operation: "DESCRIBE_CONFIGS", resource: "Topic:\(name)")
    }

    static func describeGroup(_ id: String) -> RequiredAccess {
        RequiredAccess(operation: "DESCRIBE", resource: "Group:\(id)")
    }

    static func readGroup(_ id: String) -> RequiredAccess {
        RequiredAccess(operation: "READ", resource: "Group:\(id)")
    }

    static func writeTransactions(_ id: String) -> RequiredAccess {
        RequiredAccess(operation: "WRITE", resource: "TransactionalId:\(id)")
    }

    static let describeCluster = RequiredAccess(operation: "DESCRIBE", resource: "Cluster:kafka-cluster")
}

extension RequiredAccess: CustomStringConvertible {
    var description: String { "\(operation) on \(resource)" }
}
