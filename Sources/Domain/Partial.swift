/// A partly good answer: the half that was read, and the failures of the other half.
package struct Partial<Value, Failure> {
    package var value: Value
    package var failures: [Failure]

    package init(_ value: Value, failures: [Failure] = []) {
        self.value = value
        self.failures = failures
    }

    package var isComplete: Bool { failures.isEmpty }
}

extension Partial: Sendable where Value: Sendable, Failure: Sendable {}
extension Partial: Equatable where Value: Equatable, Failure: Equatable {}
