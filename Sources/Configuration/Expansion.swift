import Domain

/// Replaces `${env:NAME}` and `${file:PATH}` in texts; `$${` is a literal `${`.
struct Expansion {
    let surroundings: Surroundings
    /// Relative paths of `${file:...}` are relative to it.
    let directory: String

    /// Bytes of a file that a text takes its value from.
    private static let fileLimit = 64 * 1024

    struct Result: Hashable {
        let text: String
        /// Whether anything came from outside the file; such a text is not quoted in messages.
        let isExpanded: Bool
    }

    /// A text that cannot be expanded; free of what the variables and files hold.
    struct Problem: Error {
        let message: String
    }

    /// - Parameter isStrict: an expansion of any other name is a mistake. Kafka's own files may hold others,
    ///   which stay as they are.
    func expand(_ text: String, isStrict: Bool = true) throws(Problem) -> Result {
        guard text.contains("${") else { return Result(text: text, isExpanded: false) }
        var result = ""
        var isExpanded = false
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if isStrict, rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let (value, end) = try value(at: rest, isStrict: isStrict)
                if let value {
                    result += value
                    isExpanded = true
                } else {
                    result += rest[..<end]
                }
                rest = rest[end...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return Result(text: result + rest, isExpanded: isExpanded)
    }

    /// The value of the expansion that a text begins with, and where it ends; `nil` for one to leave alone.
    private func value(at text: Substring, isStrict: Bool) throws(Problem) -> (value: String?, end: String.Index) {
        let isOurs = text.hasPrefix("${env:") || text.hasPrefix("${file:")
        guard let brace = text.firstIndex(of: "}") else {
            guard isStrict || isOurs else { return (nil, text.endIndex) }
            throw Problem(
                message: "\"${\" without \"}\"; expected ${env:NAME} or ${file:PATH}, or $${ for the text itself")
        }
        let end = text.index(after: brace)
        guard isOurs else {
            guard isStrict else { return (nil, end) }
            throw Problem(
                message: "unknown expansion \(Spelling.quoted(String(text[..<end]))); expected ${env:NAME} or "
                    + "${file:PATH}, or $${ for the text itself")
        }
        let colon = text.firstIndex(of: ":") ?? brace
        let name = String(text[text.index(after: colon)..<brace])
        return (text.hasPrefix("${env:") ? try variable(name) : try file(name), end)
    }

    private func variable(_ name: String) throws(Problem) -> String {
        guard let value = surroundings.environment(name) else {
            throw Problem(message: "the environment variable \(Spelling.quoted(name)) is not set")
        }
        return value
    }

    private func file(_ name: String) throws(Problem) -> String {
        let path = surroundings.resolved(name, in: directory)
        let contents: [UInt8]
        do {
            contents = try FileContents.read(path, limit: Self.fileLimit)
        } catch {
            let hint =
                if case .missing = error, name.contains(":") {
                    "; ${file:PATH:KEY} of Kafka's own file provider is not known here: keep the value in a file of its own"
                } else {
                    ""
                }
            throw Problem(message: "cannot read the file \(Spelling.quoted(path)): \(error.reason)\(hint)")
        }
        guard var value = String(validating: contents, as: UTF8.self), !value.unicodeScalars.contains("\0") else {
            throw Problem(message: "the file \(Spelling.quoted(path)) holds no text in UTF-8")
        }
        // Editors end the last line with a line feed, which belongs to no password.
        if value.last?.isNewline == true { value.removeLast() }
        guard !value.isEmpty else { throw Problem(message: "the file \(Spelling.quoted(path)) is empty") }
        return value
    }
}
