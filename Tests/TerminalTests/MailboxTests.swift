import Glibc
import Testing

@testable import Terminal

struct MailboxTests {
    private enum Event: Hashable, Sendable {
        case snapshot(Int)
        case result(Int)
    }

    private func mailbox() throws -> Mailbox<Event> {
        try Mailbox { event in
            switch event {
            case .snapshot: true
            case .result: false
            }
        }
    }

    private func isReady(_ mailbox: Mailbox<Event>) -> Bool {
        var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) == 1
    }

    @Test func `events come in order, of snapshots the newest only`() throws {
        let mailbox = try mailbox()
        for event in [Event.snapshot(1), .result(1), .snapshot(2), .result(2), .result(3), .snapshot(3), .result(4)] {
            mailbox.post(event)
        }
        #expect(mailbox.drain() == [.result(1), .result(2), .result(3), .snapshot(3), .result(4)])
        #expect(mailbox.drain() == [])
        mailbox.post(.snapshot(4))
        mailbox.post(.snapshot(5))
        #expect(mailbox.drain() == [.snapshot(5)])
    }

    @Test func `the poll is woken by the first event and quiet after the drain`() throws {
        let mailbox = try mailbox()
        #expect(!isReady(mailbox))
        mailbox.post(.result(1))
        mailbox.post(.result(2))
        #expect(isReady(mailbox))
        _ = mailbox.drain()
        #expect(!isReady(mailbox))
        mailbox.post(.result(3))
        #expect(isReady(mailbox))
    }

    @Test func `nothing is lost between many posting tasks and one that drains`() async throws {
        let mailbox = try mailbox()
        let tasks = 8
        let each = 5_000
        async let received: [Event] = collect(tasks * each, from: mailbox)
        await withTaskGroup { group in
            for task in 0..<tasks {
                group.addTask {
                    for number in 0..<each {
                        mailbox.post(.result(task * each + number))
                        if number % 100 == 0 { mailbox.post(.snapshot(number)) }
                    }
                }
            }
        }
        let results = await received.filter { if case .result = $0 { true } else { false } }
        #expect(results.count == tasks * each)
        for task in 0..<tasks {
            let range = task * each..<(task + 1) * each
            let own = results.filter { if case .result(let number) = $0 { range.contains(number) } else { false } }
            #expect(own == range.map { Event.result($0) })
        }
    }

    /// Waits as the loop does, by `poll` alone: an event without a wake-up would end this at the deadline.
    private func collect(_ count: Int, from mailbox: Mailbox<Event>) async -> [Event] {
        var all: [Event] = []
        var results = 0
        while results < count {
            var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 20_000) == 1 else { break }
            let events = mailbox.drain()
            results += events.count { if case .result = $0 { true } else { false } }
            all += events
        }
        return all
    }

    @Test func `the pipe is closed on exec and never blocks`() throws {
        let mailbox = try mailbox()
        #expect(fcntl(mailbox.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(mailbox.descriptor, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `waiting is rounded up to whole milliseconds`() {
        #expect(milliseconds(.zero) == 0)
        #expect(milliseconds(.seconds(-1)) == 0)
        #expect(milliseconds(.microseconds(1)) == 1)
        #expect(milliseconds(.milliseconds(1_500)) == 1_500)
        #expect(milliseconds(.seconds(1 << 40)) == 1_000_000_000)
    }
}
