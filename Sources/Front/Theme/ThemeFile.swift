package import Cells

/// Why a theme file cannot be used.
package struct ThemeError: Error, Hashable, Sendable {
    /// Counted from 1; the last line of the file for what is missing.
    package let line: Int
    /// For people, without a full stop.
    package let text: String

    package init(line: Int, text: String) {
        self.line = line
        self.text = text
    }

    package var description: String { "line \(line): \(text)" }
}

/// Reads theme files: a role per line, `role = COLOR [on COLOR] [bold] [dim] [reverse] [underline]`, with
/// COLOR one of `#rrggbb`, `ansi:0` to `ansi:15` and `default`. `#` begins a comment at the start of a line or
/// after a space.
package enum ThemeFile {
    /// The palette of a theme. Every role has to be there: a role that was left out would be drawn in some
    /// colour that nobody chose.
    package static func palette(named paletteName: String, from text: String) throws(ThemeError) -> Palette {
        var looks: [Role: Palette.Look] = [:]
        var lines: [Role: Int] = [:]
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let words = words(of: String(line))
            guard !words.isEmpty else { continue }
            let (role, look) = try entry(words, line: number)
            if let earlier = lines[role] {
                throw ThemeError(line: number, text: "\(name(of: role)) is already set in line \(earlier)")
            }
            looks[role] = look
            lines[role] = number
        }
        let missing = Role.allCases.filter { looks[$0] == nil }.map(name(of:))
        guard missing.isEmpty else {
            throw ThemeError(line: max(1, number), text: "not set: \(missing.joined(separator: ", "))")
        }
        return Palette(name: paletteName, looks: looks)
    }

    private static func words(of line: String) -> [String] {
        var words: [String] = []
        for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            let text = String(word)
            // After = and on a color stands, well written or not; elsewhere # begins a comment.
            let isColor = words.last == "=" || words.last == "on"
            if text.hasPrefix("#"), !isColor { break }
            words.append(text)
        }
        return words
    }

    private static func entry(_ words: [String], line: Int) throws(ThemeError) -> (Role, Palette.Look) {
        guard words.count >= 3, words[1] == "=" else {
            throw ThemeError(line: line, text: "expected: role = color [on color] [bold] [dim] [reverse] [underline]")
        }
        guard let role = role(words[0]) else {
            throw ThemeError(line: line, text: "unknown role \"\(words[0])\"" + suggestion(for: words[0]))
        }
        var look = Palette.Look()
        look.foreground = try colorOrError(words[2], line: line)
        var index = 3
        while index < words.count {
            switch words[index] {
            case "on":
                guard index + 1 < words.count else {
                    throw ThemeError(line: line, text: "a color has to follow \"on\"")
                }
                look.background = try colorOrError(words[index + 1], line: line)
                index += 1
            case "bold": look.isBold = true
            case "dim": look.isDim = true
            case "reverse": look.isReverse = true
            case "underline": look.isUnderlined = true
            default:
                throw ThemeError(
                    line: line, text: "unknown word \"\(words[index])\": expected on, bold, dim, reverse or underline")
            }
            index += 1
        }
        return (role, look)
    }

    /// Roles are written with hyphens: `badge-alert`.
    package static func name(of role: Role) -> String {
        role.rawValue.unicodeScalars.reduce(into: "") { name, scalar in
            name += scalar.properties.isUppercase ? "-" + String(scalar).lowercased() : String(scalar)
        }
    }

    private static func role(_ name: String) -> Role? {
        Role.allCases.first { self.name(of: $0) == name }
    }

    private static func suggestion(for name: String) -> String {
        let scored = Role.allCases.map { (self.name(of: $0), editDistance(name.lowercased(), self.name(of: $0))) }
        guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= 2 else {
            return ": expected one of \(Role.allCases.map(self.name(of:)).joined(separator: ", "))"
        }
        return "; did you mean \"\(best.0)\"?"
    }

    private static func colorOrError(_ word: String, line: Int) throws(ThemeError) -> TerminalColor {
        guard let color = color(word) else {
            throw ThemeError(
                line: line, text: "\"\(word)\" is no color: expected #rrggbb, ansi:0 to ansi:15, or default")
        }
        return color
    }

    private static func color(_ word: String) -> TerminalColor? {
        if word == "default" { return .default }
        if word.hasPrefix("ansi:") {
            let digits = word.dropFirst(5)
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt8(digits), number < 16 else {
                return nil
            }
            return .ansi(number)
        }
        let digits = Array(word.dropFirst().utf8)
        guard word.hasPrefix("#"), digits.count == 6 else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case 48...57: value = value << 4 | UInt32(digit - 48)
            case 65...70: value = value << 4 | UInt32(digit - 55)
            case 97...102: value = value << 4 | UInt32(digit - 87)
            default: return nil
            }
        }
        return .rgb(UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }
}
