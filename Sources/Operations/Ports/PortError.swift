package import Domain

/// How every port fails.
package struct PortError: Error, Hashable, Sendable {
    package let kind: FailureKind
    /// What was asked: `ListOffsets`, `GET /connectors`.
    package let operation: String
    /// One line for people: what happened and, where it helps, what to do. Free of secrets.
    package let detail: String

    package init(_ kind: FailureKind, operation: String, detail: String) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
    }
}
