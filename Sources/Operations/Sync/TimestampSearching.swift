package import Domain

/// Asks both logs of one direction by timestamps, where nothing else has proven a position: docs/TRANSLATION.md.
package struct TimestampSearching: Sendable {
    private let live: any TimestampReading
    private let other: any TimestampReading

    package init(live: any TimestampReading, other: any TimestampReading) {
        self.live = live
        self.other = other
    }

    /// - Parameter lastProven: the newest position that was proven before for a commit no later than this one.
    /// - Returns: with the answer whether it covers what retention has taken.
    package func answer(
        _ question: TimestampQuestion, for committed: Offset, lastProven: Offset?, on partition: TopicPartition
    ) async -> (answer: MethodAnswer, coversDeleted: Bool) {
        do throws(PortError) {
            guard let first = try await firstUnread(question, committed, partition) else {
                // An open transaction, or nothing but aborted ones: neither a record nor the end.
                let reason = "no record can be read from offset \(committed.rawValue) on"
                return (.impossible(.time, .readsFailed(reason)), false)
            }
            var found: Offset?
            var range = question.other
            if case .record(let timestamp) = first {
                found = try await other.firstOffset(of: partition, atOrAfter: timestamp)
                // In this order: where the log starts no higher now, retention had not taken the copy when it was looked for.
                let start = max(range.logStart, try await other.logStart(of: partition))
                range = OffsetRange(logStart: start, logEnd: max(start, range.logEnd))
            }
            let timestamps = OneSidedTimestamps(
                producedOn: question.producedOn, oneSidedness: question.oneSidedness, firstUnread: first,
                firstAtOrAfter: found, other: range, liveStart: question.live.logStart, lastProven: lastProven,
                isCompacted: question.isCompacted, keepsCreateTime: question.keepsCreateTime,
                isMirrorComplete: question.isMirrorComplete, readAt: question.readAt)
            return (timestamps.answer(for: committed), timestamps.coversDeleted)
        } catch {
            return (.impossible(.time, .readsFailed(error.detail)), false)
        }
    }

    private func firstUnread(
        _ question: TimestampQuestion, _ committed: Offset, _ partition: TopicPartition
    ) async throws(PortError) -> OneSidedTimestamps.FirstUnread? {
        guard committed < question.live.logEnd else { return .caughtUp }
        return try await live.firstTimestamp(
            of: partition, from: max(committed, question.live.logStart), below: question.live.logEnd
        ).map { .record(timestamp: $0) }
    }
}
