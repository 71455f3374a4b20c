/// JSON as far as a run's journal has it: what is written is one line, the keys in the order in which they were given.
package indirect enum JournalTree: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case text(String)
    case list([JournalTree])
    case object([Field])

    package struct Field: Hashable, Sendable {
        package let key: String
        package let value: JournalTree
    }

    /// An object of the fields that have a value.
    static func fields(_ fields: (String, (any JournalValue)?)...) -> JournalTree {
        .object(fields.compactMap { key, value in value.map { Field(key: key, value: $0.tree) } })
    }

    // MARK: Writing

    package var bytes: [UInt8] {
        var text = ""
        write(into: &text)
        return Array(text.utf8)
    }

    private func write(into text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .text(let value): Self.quote(value, into: &text)
        case .list(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(into: &text)
            }
            text += "]"
        case .object(let fields):
            text += "{"
            for (index, field) in fields.enumerated() {
                if index > 0 { text += "," }
                Self.quote(field.key, into: &text)
                text += ":"
                field.value.write(into: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    // MARK: Reading fields

    subscript(key: String) -> JournalTree? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.key == key }?.value
    }

    /// The field's value.
    func value<Value: JournalValue>(_ key: String) throws(JournalProblem) -> Value {
        guard let tree = self[key] else { throw JournalProblem("\(key) is missing") }
        do throws(JournalProblem) {
            return try Value(tree: tree)
        } catch {
            throw JournalProblem("\(key): \(error.text)")
        }
    }

    /// The field's value, or `nil` where it is missing.
    func optional<Value: JournalValue>(_ key: String) throws(JournalProblem) -> Value? {
        guard let tree = self[key], tree != .null else { return nil }
        return try Value(tree: tree)
    }
}

/// Why a record cannot be read.
package struct JournalProblem: Error, Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}

/// Something that a record holds.
package protocol JournalValue {
    var tree: JournalTree { get }
    init(tree: JournalTree) throws(JournalProblem)
}

extension Bool: JournalValue {
    package var tree: JournalTree { .bool(self) }
    package init(tree: JournalTree) throws(JournalProblem) {
        guard case .bool(let value) = tree else { throw JournalProblem("expected true or false") }
        self = value
    }
}

extension FixedWidthInteger {
    package var tree: JournalTree { .integer(Int64(self)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        guard case .integer(let value) = tree, let value = Self(exactly: value) else {
            throw JournalProblem("expected a whole number")
        }
        self = value
    }
}
extension Int: JournalValue {}
extension Int32: JournalValue {}
extension Int64: JournalValue {}

extension String: JournalValue {
    package var tree: JournalTree { .text(self) }
    package init(tree: JournalTree) throws(JournalProblem) {
        guard case .text(let value) = tree else { throw JournalProblem("expected a text") }
        self = value
    }
}

extension Array: JournalValue where Element: JournalValue {
    package var tree: JournalTree { .list(map(\.tree)) }
    package init(tree: JournalTree) throws(JournalProblem) {
        guard case .list(let elements) = tree else { throw JournalProblem("expected a list") }
        var values: [Element] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try Element(tree: element)) }
        self = values
    }
}

extension RawRepresentable where RawValue == String {
    package var tree: JournalTree { .text(rawValue) }
    package init(tree: JournalTree) throws(JournalProblem) {
        guard case .text(let text) = tree, let value = Self(rawValue: text) else {
            throw JournalProblem("expected a word of \(Self.self)")
        }
        self = value
    }
}
extension IDC: JournalValue {}
extension GateCheck: JournalValue {}
extension GateFinding.Verdict: JournalValue {}
extension DriverChoice: JournalValue {}
extension Interlock: JournalValue {}
extension MirrorsAct: JournalValue {}
