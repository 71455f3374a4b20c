/// One partition's log on one side of the simulation: arrays side by side, so that a debug build stays quick.
final class SimulatedLog {
    static let local = -1
    /// A transaction marker, or a record of an aborted transaction.
    static let hole = -2
    static let none = Int.max

    /// ``local``, ``hole``, or the source offset of a copy.
    private(set) var source: [Int] = []
    private(set) var time: [Int] = []
    private(set) var key: [Int] = []
    private(set) var isRemoved: [Bool] = []
    /// Of locals: the offset of the first copy that the other side ever had; ``none`` without one.
    var firstCopy: [Int] = []
    private(set) var start = 0
    /// First offset of the open transaction.
    private var transactionStart: Int?
    private var inTransaction: [Int] = []

    /// The high watermark.
    var end: Int { source.count }
    /// The last stable offset.
    var stableEnd: Int { transactionStart ?? source.count }
    var hasOpenTransaction: Bool { transactionStart != nil }

    func append(source new: Int, time moment: Int, key newKey: Int) -> Int {
        source.append(new)
        time.append(moment)
        key.append(newKey)
        isRemoved.append(false)
        firstCopy.append(SimulatedLog.none)
        return source.count - 1
    }

    func appendInTransaction(time: Int, key: Int) {
        let offset = append(source: SimulatedLog.local, time: time, key: key)
        if transactionStart == nil { transactionStart = offset }
        inTransaction.append(offset)
    }

    func endTransaction(commits: Bool) {
        if !commits { for offset in inTransaction { source[offset] = SimulatedLog.hole } }
        inTransaction = []
        transactionStart = nil
        _ = append(source: SimulatedLog.hole, time: 0, key: -1)
    }

    /// Whether a `read_committed` reader gets a record there.
    func isReadable(_ offset: Int) -> Bool {
        offset >= start && offset < stableEnd && source[offset] != SimulatedLog.hole && !isRemoved[offset]
    }

    /// Keeps, of every key, the last record below `dirty`.
    func compact(below dirty: Int) {
        var last: [Int: Int] = [:]
        for offset in start..<max(start, min(dirty, stableEnd)) where isReadable(offset) {
            if let before = last.updateValue(offset, forKey: key[offset]) { isRemoved[before] = true }
        }
    }

    func deleteRecords(below offset: Int) {
        start = max(start, min(offset, stableEnd))
    }
}
