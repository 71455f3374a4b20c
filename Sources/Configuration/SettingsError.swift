/// Why there is no configuration. The program prints ``text`` and exits with code 78; nothing is started.
package struct SettingsError: Error, Hashable, Sendable {
    /// At least one.
    package let problems: [Problem]

    package init(_ problems: [Problem]) {
        self.problems = problems
    }

    /// One problem.
    package init(_ message: String, at location: SourceLocation? = nil) {
        self.init([Problem(message, at: location)])
    }

    /// A line for each problem: `file:line:column: message`.
    package var text: String { problems.map(\.description).joined(separator: "\n") }

    /// One thing that is wrong.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// `nil` where no file could be read.
        package let location: SourceLocation?
        /// What was expected and what to do; free of secrets.
        package let message: String

        package init(_ message: String, at location: SourceLocation?) {
            self.location = location
            self.message = message
        }

        package var description: String { (location.map { "\($0): " } ?? "") + message }
    }
}
