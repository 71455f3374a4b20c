import Domain

/// A command line that cannot be understood. The program prints ``text`` and exits with ``ExitCode/usage``.
package struct UsageError: Error, Hashable, Sendable {
    /// What is wrong, with the word in question, without a full stop.
    package let message: String
    /// What was probably meant.
    package let suggestion: String?
    /// How the command is called.
    package let synopsis: String
    /// Where to read more.
    package let helpCommand: String

    /// The whole message, of several lines, without a line feed at the end.
    package var text: String {
        "bascule: \(headline)\nUsage: \(synopsis)\nTry `\(helpCommand)`."
    }

    /// One line, for the console's message row.
    package var headline: String {
        message + (suggestion.map { "; did you mean \(Spelling.quoted($0))?" } ?? "")
    }
}

/// What is wrong with a value; the parser adds the word and the usage.
struct ValueProblem: Error {
    let message: String
    var suggestion: String?

    init(_ message: String, suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
