import TestSupport
import Testing

@testable import KafkaAdapter

/// What the records that wait are kept in.
struct QueueMemoryTests {
    @Test(arguments: 0..<20)
    func `pieces hold what was written into them until they are released, whatever their sizes`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let memory = QueueMemory()
        var lent: [(bytes: UnsafeMutableRawBufferPointer, mark: UInt8)] = []
        for step in 0..<3_000 {
            if random.chance(55) || lent.isEmpty {
                let sizes = [0, 1, random.below(300), random.below(300), random.below(5_000), random.below(600_000)]
                let count = sizes[random.below(random.chance(99) ? 5 : 6)]
                let piece = UnsafeMutableRawBufferPointer(start: memory.piece(count), count: count)
                let mark = UInt8(truncatingIfNeeded: step)
                for index in piece.indices { piece[index] = mark }
                lent.append((piece, mark))
            } else {
                let first = lent.removeFirst()
                #expect(first.bytes.allSatisfy { $0 == first.mark })
                memory.releaseFirst()
            }
        }
    }
}
