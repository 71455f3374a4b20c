internal import Cells

/// A sequence `ESC [ parameters final` (ECMA-48, and xterm's control sequences).
struct ControlSequence {
    let parameters: [UInt8]
    let final: UInt8

    /// What it means; `nil` where it means nothing to us. Modifiers (`1;5A` is Ctrl-Up) are left out.
    var decoded: KeyDecoder.Decoded? {
        if parameters.first == UInt8(ascii: "<") { return mouse.map { .key($0) } }
        switch final {
        case UInt8(ascii: "R"):
            // The first row is not used: there the answer is the same as Shift-F3.
            guard numbers.count == 2, numbers[0] == 2 else { return nil }
            return .probeColumn(numbers[1])
        case UInt8(ascii: "Z"): return .key(.backTab)
        case UInt8(ascii: "~"): return numbers.first.flatMap { Self.numberedKeys[$0] }.map { .key($0) }
        default:
            if parameters == [UInt8(ascii: "[")] {
                // The Linux console's F1 to F5.
                return (0x41...0x45).contains(final) ? .key(.function(Int(final) - 0x40)) : nil
            }
            return Self.applicationKey(final).map { .key($0) }
        }
    }

    /// The key of `ESC O final`, and of `ESC [ final`.
    static func applicationKey(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        case UInt8(ascii: "P"): .function(1)
        case UInt8(ascii: "Q"): .function(2)
        case UInt8(ascii: "R"): .function(3)
        case UInt8(ascii: "S"): .function(4)
        default: nil
        }
    }

    private static let numberedKeys: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12),
    ]

    /// xterm's mouse mode 1006: `ESC [ < code ; column ; row M`.
    private var mouse: Key? {
        let values = numbers(of: parameters.dropFirst())
        guard values.count == 3, final == UInt8(ascii: "M"), values[1] > 0, values[2] > 0 else { return nil }
        let button: Int
        switch values[0] & ~0x1C {  // without shift, alt and control
        case 0...2: button = values[0] & 3 + 1
        case 64: button = 4
        case 65: button = 5
        default: return nil
        }
        return .mouse(column: values[1] - 1, row: values[2] - 1, button: button)
    }

    private var numbers: [Int] { numbers(of: parameters[...]) }

    private func numbers(of bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
            // Longer numbers are no numbers of anything here; 0 is none either.
            part.count <= 5 ? Int(String(decoding: part, as: UTF8.self)) ?? 0 : 0
        }
    }
}
