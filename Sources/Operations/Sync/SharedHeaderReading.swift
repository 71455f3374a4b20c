import Domain

/// One side's records as all searches of one round look at them: what one of them has read, the others are told.
///
/// Groups that are stopped together stand close together, and their searches ask for the same records; a read costs far
/// more than what it brings. It lives for one round: what compaction takes meanwhile could as well have been read before.
actor SharedHeaderReading: HeaderReading {
    private struct Stretch {
        let from: Offset
        let slice: HeaderSearch.Slice
    }

    private let reader: any HeaderReading
    private var stretches: [TopicPartition: [Stretch]] = [:]
    private var failures: [TopicPartition: PortError] = [:]
    /// One read of a partition at a time: the next one may be answered by it.
    private var reading: [TopicPartition: Task<Void, Never>] = [:]

    /// What is asked for one by one is asked for by others as well.
    private static let atLeast = 500

    init(_ reader: any HeaderReading) {
        self.reader = reader
    }

    /// - Throws: what could not be read once in this round is not asked for again in it.
    func slice(
        of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
    ) async throws(PortError) -> HeaderSearch.Slice {
        while true {
            if let known = known(of: partition, from: from) { return known }
            if let failure = failures[partition] { throw failure }
            if let running = reading[partition] {
                await running.value
            } else {
                let task = Task { await self.read(partition, from, below, max(atLeast, Self.atLeast)) }
                reading[partition] = task
                await task.value
            }
        }
    }

    private func known(of partition: TopicPartition, from: Offset) -> HeaderSearch.Slice? {
        let found = (stretches[partition] ?? []).filter { $0.from <= from && from < $0.slice.examinedTo }
        guard let slice = found.map(\.slice).max(by: { $0.examinedTo < $1.examinedTo }) else { return nil }
        return HeaderSearch.Slice(records: slice.records.filter { $0.offset >= from }, examinedTo: slice.examinedTo)
    }

    private func read(_ partition: TopicPartition, _ from: Offset, _ below: Offset, _ atLeast: Int) async {
        do throws(PortError) {
            let slice = try await reader.slice(of: partition, from: from, below: below, atLeast: atLeast)
            if slice.examinedTo > from {
                stretches[partition, default: []].append(Stretch(from: from, slice: slice))
            } else {
                failures[partition] = PortError(
                    .failed, operation: "headers", detail: "the read from offset \(from.rawValue) brought nothing")
            }
        } catch {
            failures[partition] = error
        }
        reading[partition] = nil
    }
}
