/// Certificates and keys in PEM as OpenSSL reads them.
enum PEMText {
    /// The text with every block on lines of its own. Kafka also accepts blocks on one line, with spaces where
    /// the line feeds were; OpenSSL does not. `nil` where there is no whole block.
    static func normalised(_ text: String) -> String? {
        var result = ""
        var rest = text[...]
        while let begin = range(of: "-----BEGIN ", in: rest) {
            let afterBegin = rest[begin.upperBound...]
            guard let headerEnd = range(of: "-----", in: afterBegin) else { return nil }
            let label = afterBegin[..<headerEnd.lowerBound]
            let body = afterBegin[headerEnd.upperBound...]
            let footer = "-----END \(label)-----"
            guard let end = range(of: footer, in: body) else { return nil }
            let content = body[..<end.lowerBound]
            if content.contains(":") {
                // A block with headers of its own (an old encrypted key) cannot be re-wrapped.
                result += "-----BEGIN \(label)-----" + content + "\(footer)\n"
            } else {
                result += "-----BEGIN \(label)-----\n" + wrapped(content.filter { !$0.isWhitespace }) + "\(footer)\n"
            }
            rest = body[end.upperBound...]
        }
        return result.isEmpty ? nil : result
    }

    private static func wrapped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            result += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return result
    }

    /// Where a word first stands in a text.
    private static func range(of word: String, in text: Substring) -> Range<String.Index>? {
        var start = text.startIndex
        while let dash = text[start...].firstIndex(of: word.first ?? "-") {
            let candidate = text[dash...]
            if candidate.hasPrefix(word) { return dash..<text.index(dash, offsetBy: word.count) }
            start = text.index(after: dash)
        }
        return nil
    }
}
