/// Finds the exact resume position in the records' headers, asking for reads and taking their results; it does no
/// reading itself.
///
/// `A` is the first record of the live side's origin with a source offset of at least the committed one, `B` the
/// first record of the other side that is not consumed. The other side's end is fixed before the search begins:
/// later records are not examined.
package struct HeaderSearch: Hashable, Sendable {
    package let question: Question
    private(set) var phase: Phase
    /// `A`, once known; the end where there is none.
    private(set) var a: Offset?
    /// `H`: the highest source offset of the copies below the committed offset.
    private(set) var highest: HighestCopy = .notLookedFor
    /// `j2`: the source offset of the first copy at or above the committed offset.
    private(set) var following: Offset?
    /// The first local at or above ``localStart``.
    private(set) var firstLocal: Offset?
    private(set) var counted: Int64 = 0
    /// The lowest copy of the other side that was met: all above it carry the header.
    private(set) var firstCopy: Offset?
    /// A copy of the other side was met whose source is consumed.
    private(set) var hasMetConsumedCopy = false

    enum Phase: Hashable, Sendable {
        /// Binary search for `A` in `low ..< high`; reading on from `probe`, which started at `middle`.
        case bisect(low: Offset, high: Offset, middle: Offset, probe: Offset)
        /// Reading every record from `next` up to `end` for `A`.
        case walkToA(next: Offset, end: Offset)
        /// Reading backwards on the live side: the window `from ..< end`, from `next` on.
        case backwards(from: Offset, next: Offset, end: Offset)
        case forwards(next: Offset)
        case walkToB(next: Offset)
        case count(next: Offset, end: Offset)
        case done(Outcome)
        case failed(MethodRefusal)
    }

    enum HighestCopy: Hashable, Sendable {
        case notLookedFor
        /// Every surviving record below the committed offset was looked at, and none is a copy.
        case none
        case at(Offset)
    }

    package init(_ question: Question) {
        self.question = question
        let low = max(question.otherStart, question.bounds?.aLower ?? question.otherStart)
        let upper = question.bounds?.aUpper.map { min($0, question.otherEnd) }
        if low >= question.otherEnd {
            a = question.otherEnd
            phase = .forwards(next: question.committed)
            afterA()
        } else if upper != nil || !question.sourceOffsetsIncrease {
            phase = .walkToA(next: low, end: upper ?? question.otherEnd)
        } else {
            phase = .failed(.noEvidence)
            bisect(low, question.otherEnd)
        }
    }

    // MARK: Driving

    /// What to do next; the same answer until something was received.
    package var step: Step {
        switch phase {
        case .bisect(_, let high, _, let probe): .read(.other(from: probe, below: high, atLeast: 1))
        case .walkToA(let next, let end): .read(.other(from: next, below: end, atLeast: Self.stretch))
        case .backwards(_, let next, let end): .read(.live(from: next, below: end, atLeast: Self.stretch))
        case .forwards(let next): .read(.live(from: next, below: question.liveEnd, atLeast: Self.stretch))
        case .walkToB(let next): .read(.other(from: next, below: a ?? question.otherEnd, atLeast: Self.stretch))
        case .count(let next, let end): .read(.other(from: next, below: end, atLeast: Self.stretch))
        case .done(let outcome): .found(outcome)
        case .failed(let refusal): .impossible(refusal)
        }
    }

    private static let stretch = 500
    private static let firstWindow: Int64 = 64

    /// Takes in the answer to the read that ``step`` asked for: every surviving record from its start up to
    /// `slice.examinedTo`.
    package mutating func received(_ slice: Slice) {
        guard case .read(let read) = step else { return }
        guard slice.examinedTo > read.from else {
            phase = .failed(.readsFailed("the read from offset \(read.from.rawValue) brought nothing"))
            return
        }
        let records = slice.records.filter { $0.offset >= read.from && $0.offset < read.below }
        for record in records {
            switch record.origin {
            case .local, .copy: break
            case .copyWithoutSource:
                phase = .failed(.readsFailed("the copy at offset \(record.offset.rawValue) names no source offset"))
                return
            case .unknownVersion:
                phase = .failed(.unknownHeaderVersion(at: record.offset))
                return
            }
        }
        let examined = min(slice.examinedTo, read.below)
        if read.side == .other { met(records) }
        switch phase {
        case .bisect(let low, let high, let middle, _):
            bisected(low, high, middle, first: records.first { $0.origin.source != nil }, examined)
        case .walkToA(_, let end): walkedToA(records.first { isUnread($0) }?.offset, examined, end)
        case .backwards(let from, _, let end):
            let sources = records.compactMap(\.origin.source)
            wentBackwards(from, end, highestSource: sources.max(), examined)
        case .forwards: wentForwards(records.compactMap(\.origin.source).first, examined)
        case .walkToB: walkedToB(records.first { $0.origin == .local }?.offset, examined)
        case .count(_, let end):
            counted += Int64(records.filter { isConsumed($0) }.count)
            if examined >= end { finish(counted: counted) } else { phase = .count(next: examined, end: end) }
        case .done, .failed: break
        }
    }

    private mutating func met(_ records: [SeenRecord]) {
        guard let copy = records.first(where: { $0.origin.source != nil }) else { return }
        firstCopy = min(firstCopy ?? copy.offset, copy.offset)
        if !isUnread(copy) { hasMetConsumedCopy = true }
    }

    /// The reads cannot be answered.
    package mutating func readFailed(_ detail: String) {
        phase = .failed(.readsFailed(detail))
    }

    // MARK: A

    /// A record of the live side's origin that the group has not consumed.
    private func isUnread(_ record: SeenRecord) -> Bool {
        record.origin.source.map { $0 >= question.committed } ?? false
    }

    private mutating func bisect(_ low: Offset, _ high: Offset) {
        guard low < high else {
            a = a ?? question.otherEnd
            afterA()
            return
        }
        let middle = low.advanced(by: high.distance(from: low) / 2)
        phase = .bisect(low: low, high: high, middle: middle, probe: middle)
    }

    private mutating func bisected(
        _ low: Offset, _ high: Offset, _ middle: Offset, first: SeenRecord?, _ examined: Offset
    ) {
        if let first {
            if isUnread(first) {
                a = first.offset
                bisect(low, middle)
            } else {
                bisect(first.offset.advanced(by: 1), high)
            }
        } else if examined < high {
            phase = .bisect(low: low, high: high, middle: middle, probe: examined)
        } else {
            bisect(low, middle)
        }
    }

    private mutating func walkedToA(_ found: Offset?, _ examined: Offset, _ end: Offset) {
        if let found {
            a = found
            afterA()
        } else if examined < end {
            phase = .walkToA(next: examined, end: end)
        } else {
            // A bracket that holds no such record: compaction took it. The next one lies further on.
            if end < question.otherEnd {
                phase = .walkToA(next: end, end: question.otherEnd)
            } else {
                a = question.otherEnd
                afterA()
            }
        }
    }

    private mutating func afterA() {
        if question.liveStart < question.committed {
            openWindow(end: question.committed, size: HeaderSearch.firstWindow)
        } else {
            highest = .none
            afterHighest()
        }
    }

    // MARK: H and j2, on the live side

    private mutating func openWindow(end: Offset, size: Int64) {
        let from = max(question.liveStart, end.advanced(by: -size))
        phase = .backwards(from: from, next: from, end: end)
    }

    private mutating func wentBackwards(_ from: Offset, _ end: Offset, highestSource: Offset?, _ examined: Offset) {
        if let highestSource {
            switch highest {
            case .at(let before): highest = .at(max(before, highestSource))
            case .notLookedFor, .none: highest = .at(highestSource)
            }
        }
        if examined < end {
            phase = .backwards(from: from, next: examined, end: end)
            return
        }
        if case .at = highest {
            afterHighest()
        } else if from > question.liveStart {
            openWindow(end: from, size: question.committed.distance(from: from) * 4)
        } else {
            highest = .none
            afterHighest()
        }
    }

    private mutating func afterHighest() {
        // Compaction and retention may have taken the copy of a local that lies between.
        if question.looksForFollowingCopy, !question.isCompacted, question.liveStart <= question.committed,
            question.committed < question.liveEnd
        {
            phase = .forwards(next: question.committed)
        } else {
            afterFollowing()
        }
    }

    private mutating func wentForwards(_ source: Offset?, _ examined: Offset) {
        following = source
        if source == nil, examined < question.liveEnd { phase = .forwards(next: examined) } else { afterFollowing() }
    }

    // MARK: B

    /// Every local below it is consumed.
    private var localStart: Offset {
        var start = max(question.otherStart, question.bounds?.bLower ?? question.otherStart)
        var byCopies = start
        if case .at(let source) = highest { byCopies = source.advanced(by: 1) }
        if let following { byCopies = max(byCopies, following) }
        if question.mayDeadLetter { byCopies = min(byCopies, question.mirror?.position ?? question.otherStart) }
        start = max(start, byCopies)
        if let mirror = question.mirror, mirror.copiesEnd <= question.committed { start = max(start, mirror.position) }
        return start
    }

    private mutating func afterFollowing() {
        if localStart < a ?? question.otherEnd { phase = .walkToB(next: localStart) } else { beginCount() }
    }

    private mutating func walkedToB(_ found: Offset?, _ examined: Offset) {
        if let found {
            firstLocal = found
            beginCount()
        } else if examined < a ?? question.otherEnd {
            phase = .walkToB(next: examined)
        } else {
            beginCount()
        }
    }

    // MARK: What is read twice

    /// `max(S_Y, min(A, first local))`, and never past an open gap.
    private var resume: Offset {
        var offset = min(a ?? question.otherEnd, firstLocal ?? question.otherEnd)
        if let gap = question.gap { offset = min(offset, gap) }
        return max(question.otherStart, offset)
    }

    /// Whether every copy at or above the resume position is told from a local.
    private var tellsCopies: Bool {
        question.copiesCarryHeaders || firstCopy.map { $0 <= resume } ?? false
    }

    /// One past the highest local whose copy lies below the committed offset; `nil`: it cannot be told, since copies
    /// are missing or repeated.
    private var consumedLocalEnd: Offset? {
        guard tellsCopies, !question.isCompacted, !question.copiesRepeat, !question.mayDeadLetter else { return nil }
        switch highest {
        case .at(let source): return source.advanced(by: 1)
        case .none: return question.liveStart == Offset(0) ? Offset(0) : nil
        case .notLookedFor: return nil
        }
    }

    private func isConsumed(_ record: SeenRecord) -> Bool {
        switch record.origin {
        case .copy(let source): source < question.committed
        case .local: consumedLocalEnd.map { record.offset < $0 } ?? false
        case .copyWithoutSource, .unknownVersion: false
        }
    }

    /// At and above it no record is consumed; `nil`: not known.
    private var consumedEnd: Offset? {
        guard question.sourceOffsetsIncrease, !question.copiesRepeat, !question.isCompacted, !question.mayDeadLetter,
            question.gap == nil
        else { return nil }
        guard let a, let consumedLocalEnd else { return question.bounds?.consumedEnd }
        return max(a, consumedLocalEnd)
    }

    private mutating func beginCount() {
        if !question.copiesCarryHeaders {
            guard hasMetConsumedCopy, case .at = highest else {
                phase = .failed(.evidenceTooNew)
                return
            }
        }
        guard consumedLocalEnd != nil, question.gap == nil else {
            finish(counted: nil)
            return
        }
        let end = min(question.otherEnd, consumedEnd ?? question.otherEnd)
        if resume < end { phase = .count(next: resume, end: end) } else { finish(counted: 0) }
    }

    private mutating func finish(counted: Int64?) {
        let bound = ProvenBound(
            offset: resume, method: .headers, consumedEnd: consumedEnd,
            fence: LadderBounds(aLower: a, bLower: max(firstLocal ?? a ?? resume, localStart)), counted: counted,
            evidenceAt: question.readAt)
        phase = .done(Outcome(bound: bound, a: a ?? question.otherEnd))
    }
}
