internal import Glibc

/// The main thread of a command without a screen: signals and events, until one of them ends it.
///
/// SIGTERM and Ctrl-C come as inputs, so that the work can be ended in order.
package final class HeadlessLoop<Event: Sendable> {
    private let signals: SignalPipe
    private let mailbox: Mailbox<Event>

    package init(signals: SignalPipe, mailbox: Mailbox<Event>) {
        self.signals = signals
        self.mailbox = mailbox
    }

    /// Goes on until an input is answered with `.leave`; the other verdicts mean the same here.
    package func run(take: (TerminalInput<Event>) -> LoopVerdict) {
        while true {
            var waiting = [
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waiting, nfds_t(waiting.count), -1) > 0 else { continue }
            for input in inputs() where take(input) == .leave { return }
        }
    }

    private func inputs() -> [TerminalInput<Event>] {
        var inputs: [TerminalInput<Event>] = []
        for signal in signals.drain() {
            switch signal {
            case .terminate: inputs.append(.terminated)
            case .interrupt: inputs.append(.interrupted)
            case .hangUp: inputs.append(.hungUp)
            case .stop: stopProcess()
            case .windowChanged, .goOn: break
            }
        }
        return inputs + mailbox.drain().map { .event($0) }
    }
}
