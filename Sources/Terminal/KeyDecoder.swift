internal import Cells

/// Makes keys of what the terminal sends, where curses has not already done so.
///
/// Curses decodes the function keys of terminfo; Alt, pastes, UTF-8, and sequences that terminfo does not know come as
/// bytes. (Curses' own wide input loses up to a hundred keys after one byte that is not UTF-8.) Sequences that are not
/// understood are swallowed whole, so that none of their bytes is taken for a key.
struct KeyDecoder {
    enum Raw: Hashable {
        case byte(UInt8)
        /// A key that curses has decoded.
        case key(Key)
        /// Nothing more to read at the moment.
        case idle
        /// Nothing has come for as long as ``patience``.
        case expired
    }

    enum Decoded: Hashable {
        case key(Key)
        /// The answer to a probe: the column after a sign that was drawn in the first one of the second row, from 1.
        case probeColumn(Int)
    }

    private enum State {
        case ground
        case character([UInt8], length: Int, isAlt: Bool)
        case escape
        case control([UInt8])
        case application
        /// `matched` bytes of the end mark have come.
        case paste(matched: Int)
    }

    /// Pastes are cut at so many bytes.
    static let pasteLimit = 1 << 20
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private var state = State.ground
    private var pasted: [UInt8] = []

    /// How long to wait for the rest of what has begun; `nil` between keys.
    var patience: Duration? {
        switch state {
        case .ground: nil
        case .character, .escape, .control, .application: .milliseconds(50)
        case .paste: .seconds(3)
        }
    }

    mutating func decode(_ raw: Raw) -> [Decoded] {
        switch raw {
        case .byte(let byte): return byteArrived(byte)
        case .key(let key): return keyArrived(key)
        case .idle:
            // Curses has waited for the rest of an escape sequence already.
            guard case .escape = state else { return [] }
            state = .ground
            return [.key(.escape)]
        case .expired: return timeRanOut()
        }
    }

    private mutating func keyArrived(_ key: Key) -> [Decoded] {
        switch state {
        case .paste: return []  // part of the pasted text that looks like a key
        case .escape:
            state = .ground
            return [.key(.escape), .key(key)]
        case .ground, .character, .control, .application:
            state = .ground
            return [.key(key)]
        }
    }

    private mutating func timeRanOut() -> [Decoded] {
        defer { state = .ground }
        switch state {
        case .ground, .character: return []
        case .escape: return [.key(.escape)]
        case .control(let bytes): return bytes.isEmpty ? [.key(.alt("["))] : []
        case .application: return [.key(.alt("O"))]
        case .paste: return [takePaste()]
        }
    }

    private mutating func byteArrived(_ byte: UInt8) -> [Decoded] {
        switch state {
        case .ground: return groundByte(byte, isAlt: false)
        case .character(let bytes, let length, let isAlt):
            return characterByte(byte, after: bytes, length: length, isAlt: isAlt)
        case .escape:
            switch byte {
            case 0x1B: return [.key(.escape)]
            case UInt8(ascii: "["):
                state = .control([])
                return []
            case UInt8(ascii: "O"):
                state = .application
                return []
            default:
                state = .ground
                return groundByte(byte, isAlt: true)
            }
        case .control(let bytes): return controlByte(byte, after: bytes)
        case .application:
            state = .ground
            return ControlSequence.applicationKey(byte).map { [.key($0)] } ?? []
        case .paste(let matched): return pasteByte(byte, matched: matched)
        }
    }

    private mutating func groundByte(_ byte: UInt8, isAlt: Bool) -> [Decoded] {
        let prefix: [Decoded] = isAlt ? [.key(.escape)] : []
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x09: return prefix + [.key(.tab)]
        case 0x0A, 0x0D: return prefix + [.key(.enter)]
        case 0x08, 0x7F: return prefix + [.key(.backspace)]
        case 0x00: return prefix + [.key(.control(" "))]
        case 0x01...0x1A: return prefix + [.key(.control(Unicode.Scalar(byte + 0x60)))]
        case 0x1C...0x1F: return prefix + [.key(.control(Unicode.Scalar(byte + 0x40)))]
        case 0x20...0x7E: return [.key(typed(Unicode.Scalar(byte), isAlt: isAlt))]
        case 0xC2...0xDF: state = .character([byte], length: 2, isAlt: isAlt)
        case 0xE0...0xEF: state = .character([byte], length: 3, isAlt: isAlt)
        case 0xF0...0xF4: state = .character([byte], length: 4, isAlt: isAlt)
        default: break  // no beginning of a UTF-8 character
        }
        return []
    }

    private mutating func characterByte(
        _ byte: UInt8, after bytes: [UInt8], length: Int, isAlt: Bool
    ) -> [Decoded] {
        guard byte & 0xC0 == 0x80 else {
            state = .ground
            return groundByte(byte, isAlt: false)
        }
        let all = bytes + [byte]
        guard all.count == length else {
            state = .character(all, length: length, isAlt: isAlt)
            return []
        }
        state = .ground
        guard let text = String(validating: all, as: UTF8.self), let scalar = text.unicodeScalars.first,
            scalar.value >= 0xA0
        else { return [] }
        return [.key(typed(scalar, isAlt: isAlt))]
    }

    private mutating func controlByte(_ byte: UInt8, after bytes: [UInt8]) -> [Decoded] {
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x20...0x3F where bytes.count < 64, UInt8(ascii: "[") where bytes.isEmpty:
            state = .control(bytes + [byte])
            return []
        case 0x40...0x7E:
            state = .ground
            if bytes == Array("200".utf8), byte == UInt8(ascii: "~") {
                state = .paste(matched: 0)
                return []
            }
            return ControlSequence(parameters: bytes, final: byte).decoded.map { [$0] } ?? []
        default:
            state = .ground
            return []
        }
    }

    private mutating func pasteByte(_ byte: UInt8, matched: Int) -> [Decoded] {
        if byte == Self.pasteEnd[matched] {
            guard matched + 1 == Self.pasteEnd.count else {
                state = .paste(matched: matched + 1)
                return []
            }
            state = .ground
            return [takePaste()]
        }
        let beginsEnd = byte == 0x1B
        if pasted.count < Self.pasteLimit {
            pasted += Self.pasteEnd[..<matched]
            if !beginsEnd { pasted.append(byte) }
        }
        state = .paste(matched: beginsEnd ? 1 : 0)
        return []
    }

    private mutating func takePaste() -> Decoded {
        defer { pasted = [] }
        var text = ""
        var previous: Unicode.Scalar?
        for scalar in String(decoding: pasted, as: UTF8.self).unicodeScalars {
            // Terminals send a line's end as a carriage return.
            if scalar == "\r" {
                text.unicodeScalars.append("\n")
            } else if scalar != "\n" || previous != "\r" {
                text.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return .key(.paste(text))
    }

    private func typed(_ scalar: Unicode.Scalar, isAlt: Bool) -> Key { isAlt ? .alt(scalar) : .character(scalar) }
}
