package import Cells

/// The names of keys, as the hint line prints them and the configuration writes them.
package enum KeyName {
    private static let named: [(String, Key)] = [
        ("Space", .character(" ")), ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Shift-Tab", .backTab),
        ("Backspace", .backspace), ("Delete", .delete), ("Insert", .insert), ("Up", .up), ("Down", .down),
        ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
        ("PgDn", .pageDown),
    ]

    /// The name of a key; `nil` for what is not a key press: mouse and pasted text.
    package static func text(_ key: Key) -> String? {
        if let name = named.first(where: { $0.1 == key }) { return name.0 }
        switch key {
        case .character(let scalar): return String(scalar)
        case .control(let letter): return "Ctrl-" + String(letter).uppercased()
        case .alt(let scalar): return "Alt-" + String(scalar)
        case .function(let number): return "F\(number)"
        case .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end,
            .pageUp, .pageDown, .mouse, .paste:
            return nil
        }
    }

    /// The key of a name: `j`, `G`, `Ctrl-R`, `Alt-x`, `F5`, `PgUp`. Names of more than one character are
    /// read in either case; a single character means itself.
    package static func key(_ text: String) -> Key? {
        let scalars = Array(text.unicodeScalars)
        if scalars.count == 1 {
            let isPrintable = scalars[0].value >= 0x20 && scalars[0].value != 0x7F
            return isPrintable && scalars[0] != " " ? .character(scalars[0]) : nil
        }
        let lowered = text.lowercased()
        if let name = named.first(where: { $0.0.lowercased() == lowered }) { return name.1 }
        if lowered == "escape" { return .escape }
        if lowered == "pageup" { return .pageUp }
        if lowered == "pagedown" { return .pageDown }
        if lowered.hasPrefix("ctrl-"), scalars.count == 6 {
            let letter = Array(lowered.unicodeScalars)[5]
            return ("a"..."z").contains(letter) ? .control(letter) : nil
        }
        if lowered.hasPrefix("alt-"), scalars.count == 5, scalars[4].value > 0x20, scalars[4].value != 0x7F {
            return .alt(scalars[4])
        }
        if lowered.hasPrefix("f"), let number = Int(lowered.dropFirst()), (1...12).contains(number) {
            return .function(number)
        }
        return nil
    }
}
