internal import Glibc
internal import Synchronization

/// What tasks hand to the main thread: events in order, of the replaceable kind only the newest.
///
/// Any thread posts; the one that polls ``descriptor`` drains. Posting never waits. A whole snapshot replaces the one
/// before it that nobody has looked at yet; every other event is kept, however many there are.
package final class Mailbox<Event: Sendable>: Sendable {
    private struct Contents {
        var events: [Event] = []
        /// Where among the events the replaceable one is.
        var replaceable: Int?
    }

    /// The end of a pipe to poll; ready while events wait.
    package let descriptor: Int32
    private let waking: Int32
    private let contents = Mutex(Contents())
    private let isReplaceable: @Sendable (Event) -> Bool

    /// - Parameter isReplaceable: whether an event makes the previous one of which this holds worthless.
    package init(isReplaceable: @escaping @Sendable (Event) -> Bool) throws(TerminalError) {
        (descriptor, waking) = try makePipe()
        self.isReplaceable = isReplaceable
    }

    deinit {
        close(descriptor)
        close(waking)
    }

    /// Adds an event and wakes the poll.
    package func post(_ event: Event) {
        let replaces = isReplaceable(event)
        let wakes = contents.withLock { contents in
            let wasEmpty = contents.events.isEmpty
            if replaces {
                if let previous = contents.replaceable { contents.events.remove(at: previous) }
                contents.replaceable = contents.events.count
            }
            contents.events.append(event)
            return wasEmpty
        }
        // One byte wakes for all: whoever drains takes everything. A full pipe is awake already.
        if wakes { _ = write(waking, [1], 1) }
    }

    /// Takes out all events, the oldest first; a replaceable event stands where the newest of its kind was posted.
    package func drain() -> [Event] {
        // First the pipe, then the events: what is posted in between wakes once more, for nothing, and none is lost.
        _ = drainedBytes(of: descriptor)
        return contents.withLock { contents in
            let events = contents.events
            contents = Contents()
            return events
        }
    }
}
