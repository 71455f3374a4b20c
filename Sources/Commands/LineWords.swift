/// The words of a `:` line, quoted as in a shell: `'...'` takes everything as it is, `"..."` and bare text
/// know the backslash. Nothing is expanded.
struct LineWords {
    struct Word: Hashable {
        /// Without quotes and backslashes.
        var text: String
        /// In characters of the line, with the quotes.
        var range: Range<Int>
        /// Whether a quote is still open at the end of the line.
        var isOpen = false
        /// Whether any part was quoted: such a word is never an option.
        var isQuoted = false
    }

    let words: [Word]

    init(_ line: String) {
        let characters = Array(line)
        var words: [Word] = []
        var word: Word?
        var quote: Character?
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if quote == nil, character.isWhitespace {
                if let finished = word { words.append(finished) }
                word = nil
                index += 1
                continue
            }
            var current = word ?? Word(text: "", range: index..<index)
            if let open = quote {
                if character == open {
                    quote = nil
                } else if open == "\"", character == "\\", index + 1 < characters.count {
                    index += 1
                    current.text.append(characters[index])
                } else {
                    current.text.append(character)
                }
            } else if character == "'" || character == "\"" {
                quote = character
                current.isQuoted = true
            } else if character == "\\", index + 1 < characters.count {
                index += 1
                current.isQuoted = true
                // Globs know the backslash themselves: `\*` has to reach them as it is.
                if "*?[]".contains(characters[index]) { current.text.append("\\") }
                current.text.append(characters[index])
            } else {
                current.text.append(character)
            }
            index += 1
            current.range = current.range.lowerBound..<index
            word = current
        }
        if var finished = word {
            finished.isOpen = quote != nil
            words.append(finished)
        }
        self.words = words
    }

    /// The text as one word of a line.
    static func quoting(_ text: String) -> String {
        let bare = text.allSatisfy { $0.isLetter || $0.isNumber || "-_./:@%+=,~*?".contains($0) }
        if bare, !text.isEmpty { return text }
        if !text.contains("'") { return "'\(text)'" }
        return "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
