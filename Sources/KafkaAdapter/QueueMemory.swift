/// Memory for what comes and goes in the same order: a piece is released when all before it are. An allocation for each
/// of them would be half of what copying a small record costs.
///
/// Not `Sendable`, and a class only because it frees what is left.
final class QueueMemory {
    private struct Block {
        let start: UnsafeMutableRawPointer
        let size: Int
        var used = 0
        var pieces = 0
    }

    private var blocks: ArraySlice<Block> = []
    private static let smallest = 4 << 10
    private static let largest = 256 << 10

    deinit { for block in blocks { block.start.deallocate() } }

    /// Lends a piece of so many bytes until it is the first that is not released, and is.
    func piece(_ count: Int) -> UnsafeMutableRawPointer {
        if blocks.last.map({ $0.size - $0.used < count }) ?? true {
            let size = max(count, min(Self.largest, max(Self.smallest, (blocks.last?.size ?? 0) * 4)))
            blocks.append(Block(start: .allocate(byteCount: size, alignment: 1), size: size))
        }
        let index = blocks.index(before: blocks.endIndex)
        let piece = blocks[index].start + blocks[index].used
        blocks[index].used += count
        blocks[index].pieces += 1
        return piece
    }

    /// Releases the oldest piece.
    func releaseFirst() {
        guard let first = blocks.first else { return }
        if first.pieces > 1 {
            blocks[blocks.startIndex].pieces -= 1
        } else {
            first.start.deallocate()
            blocks.removeFirst()
        }
    }
}
