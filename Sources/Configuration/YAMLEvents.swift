import CYAML

/// libyaml's parser over one text, event by event. Reading events rather than its finished documents leaves
/// the limits in our hands: it stops at the first thing that is too deep or too much.
final class YAMLEvents {
    enum Event {
        case start
        case end
        /// A document begins.
        case documentStart(SourceLocation)
        case documentEnd
        case alias(String, SourceLocation)
        case scalar(String, isPlain: Bool, anchor: String?, SourceLocation)
        case sequenceStart(anchor: String?, SourceLocation)
        case sequenceEnd
        case mappingStart(anchor: String?, SourceLocation)
        case mappingEnd
    }

    private let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// - Parameter text: has to outlive this object. `nil` where there is no memory.
    init?(_ text: UnsafeBufferPointer<UInt8>, file: String) {
        self.file = file
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    func next() throws(SettingsError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let here = location(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return .start
        case YAML_DOCUMENT_START_EVENT: return .documentStart(here)
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "", here)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return .scalar(value, isPlain: isPlain, anchor: text(scalar.anchor), here)
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: text(event.data.sequence_start.anchor), here)
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: text(event.data.mapping_start.anchor), here)
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .end  // The end of the stream, and nothing at all after it.
        }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    /// libyaml counts from 0.
    private func location(_ mark: yaml_mark_t) -> SourceLocation {
        SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func syntaxError() -> SettingsError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "this is no YAML"
        var message = Self.advice[problem] ?? problem
        if let context = parser.pointee.context.map({ String(cString: $0) }), Self.advice[problem] == nil {
            let line = parser.pointee.context_mark.line
            let isElsewhere = line != parser.pointee.problem_mark.line
            message += " (\(context)\(isElsewhere ? ", which begins in line \(line + 1)" : ""))"
        }
        return SettingsError(message, at: location(parser.pointee.problem_mark))
    }

    /// What to do about the problems that libyaml names only for those who know its insides.
    private static let advice = [
        "found character that cannot start any token":
            "a character that cannot begin a value: indent with spaces, not tabs, and put such a value in quotes",
        "found a tab character that violates indentation": "a tab in the indentation: indent with spaces",
        "mapping values are not allowed in this context":
            "a colon that cannot stand here: indent the line like its neighbours, or put the value in quotes",
        "did not find expected key": "expected a key: indent the line like its neighbours",
        "could not find expected ':'": "expected a colon and a value behind the key",
    ]
}
