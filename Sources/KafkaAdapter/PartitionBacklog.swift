/// What is to be written to one partition: what librdkafka has of it, and what waits here until that is answered.
///
/// librdkafka 2.0.2 sends nothing more of a partition of which an idempotent producer has five records or more in
/// flight, and while further ones of it are queued its threads spin (librdkafka#3692, #4989). So it gets a few records
/// one by one, or, when it has none, as many as fit into one request.
struct PartitionBacklog<Record> {
    /// Of a partition, that librdkafka is given while others of it are unanswered.
    static var singly: Int { 4 }

    /// Handed over, and no answer told.
    private(set) var unanswered = 0
    private var records: ArraySlice<Record> = []

    /// How many wait here.
    var count: Int { records.count }
    /// Whether a record may be handed over at once; otherwise it has to wait here.
    var isPassable: Bool { records.isEmpty && unanswered < Self.singly }
    /// Whether what waits here is to be handed over.
    var isDue: Bool { !records.isEmpty && unanswered == 0 }

    mutating func wait(_ record: Record) { records.append(record) }
    mutating func handedOver() { unanswered += 1 }
    mutating func answered() { unanswered -= 1 }

    /// Hands over what is due, in order, as far as it fits into one request: `offer` says for each record whether it was
    /// taken, and the first that it was not stays.
    ///
    /// - Parameter size: of a record in a request, in bytes. A larger one than all goes alone.
    mutating func handOver(
        records most: Int, bytes: Int, size: (Record) -> Int, offer: (Record) -> Bool
    ) {
        guard isDue else { return }
        var room = bytes
        while let record = records.first, unanswered < most {
            room -= size(record)
            guard unanswered == 0 || room >= 0, offer(record) else { return }
            records.removeFirst()
            unanswered += 1
        }
    }

    /// The first of those that wait, taken out.
    mutating func next() -> Record? { records.popFirst() }
}
