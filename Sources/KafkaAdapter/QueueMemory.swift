/// Memory for what comes and goes in the same order: a piece is released when all before it are. An allocation for each
/// of them would be half of what copying a small record costs.
///
/// Not `Sendable`, and a class only because it frees what is left.
final class QueueMemory {
    private struct Block {
        let bytes: UnsafeMutableRawBufferPointer
        var used = 0
        var pieces = 0
    }

    private var blocks: ArraySlice<Block> = []
    private static let smallest = 4 << 10
    private static let largest = 256 << 10

    deinit { for block in blocks { block.bytes.deallocate() } }

    /// Lends a piece of so many bytes until it is the first that is not released, and is.
    func piece(_ count: Int) -> UnsafeMutableRawPointer {
        if let last = blocks.last, last.bytes.count - last.used >= count {
            return take(count)
        }
        let size = min(Self.largest, max(Self.smallest, (blocks.last?.bytes.count ?? 0) * 4))
        blocks.append(Block(bytes: .allocate(byteCount: max(count, size), alignment: 1)))
        return take(count)
    }

    /// Releases the oldest piece.
    func releaseFirst() {
        guard let first = blocks.first else { return }
        if first.pieces > 1 {
            blocks[blocks.startIndex].pieces -= 1
        } else {
            first.bytes.deallocate()
            blocks.removeFirst()
        }
    }

    private func take(_ count: Int) -> UnsafeMutableRawPointer {
        let index = blocks.index(before: blocks.endIndex)
        let start = blocks[index].used
        blocks[index].used += count
        blocks[index].pieces += 1
        // A block is never empty: of nothing at all there is an address too, which null has not.
        return blocks[index].bytes.baseAddress! + start
    }
}
