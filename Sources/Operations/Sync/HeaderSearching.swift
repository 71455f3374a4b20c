import Domain

/// Answers the reads of searches by headers, of both sides of one direction and within a budget: what is not found by
/// then is told as not found, and what other methods prove stands.
struct HeaderSearching: Sendable {
    let live: any HeaderReading
    let other: any HeaderReading

    /// Reads for one partition: a bisection of any log takes some thirty, a walk 500 records with two each.
    private static let reads = 400

    func answer(_ question: HeaderSearch.Question, on partition: TopicPartition) async -> MethodAnswer {
        var search = HeaderSearch(question)
        for _ in 0..<Self.reads {
            switch search.step {
            case .found(let outcome): return .proven(outcome.bound)
            case .impossible(let refusal): return .impossible(.headers, refusal)
            case .read(let read):
                // Up to the end of the log as it was when the search began: what lies beyond this read may be asked next,
                // by this search or another.
                let (reader, end) = read.side == .live ? (live, question.liveEnd) : (other, question.otherEnd)
                do throws(PortError) {
                    search.received(
                        try await reader.slice(
                            of: partition, from: read.from, below: max(read.below, end), atLeast: read.atLeast))
                } catch {
                    search.readFailed(error.detail)
                }
            }
        }
        return .impossible(.headers, .readsFailed("not found within \(Self.reads) reads"))
    }
}
