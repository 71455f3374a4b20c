package import Domain

/// One round of evidence for one direction: where the mirrors stand, then both logs' bounds.
///
/// Directions have rounds of their own, so that what one waits for does not delay the other; and what one side does not
/// tell leaves what the other one told.
package struct EvidenceRound: Sendable {
    private let gatherer: EvidenceGatherer
    private let live: Side
    private let other: Side

    /// What a round reads of a side.
    package struct Side: Sendable {
        let offsets: any OffsetReading
        let topics: [Topic]

        package init(_ offsets: any OffsetReading, topics: [Topic]) {
            self.offsets = offsets
            self.topics = topics
        }
    }

    package init(_ gatherer: EvidenceGatherer, live: Side, other: Side) {
        self.gatherer = gatherer
        self.live = live
        self.other = other
    }

    private typealias Bounds = Partial<[TopicPartition: OffsetRange], PortError>

    /// Reads everything and hands it to the gatherer.
    ///
    /// - Returns: what could not be read; the evidence of that stays as it was.
    package func read() async -> [PortError] {
        let ends = await gatherer.needsEnds ? await Self.bounds(of: other).value : [:]
        let positions = await gatherer.positions(live: live.topics, other: other.topics, otherEnds: ends)
        async let liveBounds = Self.bounds(of: live)
        async let otherBounds = Self.bounds(of: other)
        let (live, other) = (await liveBounds, await otherBounds)
        return live.failures + other.failures
            + (await gatherer.take(positions, live: live.value, other: other.value))
    }

    private static func bounds(of side: Side) async -> Bounds {
        do throws(PortError) {
            return try await side.offsets.ranges(of: side.topics)
        } catch {
            return Partial([:], failures: [error])
        }
    }
}
