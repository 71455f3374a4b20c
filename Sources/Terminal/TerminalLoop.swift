package import Cells
internal import Glibc

/// The main thread: waits for keys, signals, events and the next tick, and draws once when they are used up.
///
/// It waits for nothing but `poll`. Everything else runs in tasks that post to the mailbox.
package final class TerminalLoop<Event: Sendable> {
    private let screen: CursesScreen
    private let signals: SignalPipe
    private let mailbox: Mailbox<Event>
    private var verdict = LoopVerdict.changed
    private var isHungUp = false
    private var emptyReads = 0
    private var neededASCII: Bool

    package init(screen: CursesScreen, signals: SignalPipe, mailbox: Mailbox<Event>) {
        self.screen = screen
        self.signals = signals
        self.mailbox = mailbox
        neededASCII = screen.needsASCII
    }

    /// Draws, and goes on until an input is answered with `.leave`.
    ///
    /// - Parameters:
    ///   - clock: what ticks are measured with.
    ///   - untilTick: how long it is to the next tick, asked when the previous one has been dealt with; `nil` for none.
    ///   - take: what to do with an input.
    ///   - draw: the grid for so many columns and rows, and the palette; `nil` leaves the screen as it is.
    package func run<C: Clock>(
        clock: C, untilTick: () -> Duration?, take: (TerminalInput<Event>) -> LoopVerdict,
        draw: (_ columns: Int, _ rows: Int) -> (grid: CellGrid, palette: Palette)?
    ) where C.Duration == Duration {
        var tick = untilTick().map { clock.now.advanced(by: $0) }
        if screen.needsASCII { offer(.needsASCII, to: take) }
        while verdict != .leave {
            if verdict == .repaint { screen.repaint() }
            if verdict > .unchanged, !isHungUp, let picture = draw(screen.columns, screen.rows) {
                screen.show(picture.grid, palette: picture.palette)
            }
            verdict = .unchanged
            let untilTickNow = tick.map { clock.now.duration(to: $0) }
            wait(for: untilTickNow, take: take)
            if let due = tick, clock.now >= due, verdict != .leave {
                offer(.tick, to: take)
                tick = untilTick().map { clock.now.advanced(by: $0) }
            }
        }
    }

    /// Waits once and passes on what has come, signals first: among them is the wish to leave.
    private func wait(for untilTick: Duration?, take: (TerminalInput<Event>) -> LoopVerdict) {
        let patience = isHungUp ? nil : screen.keyPatience
        let limit = [untilTick, patience].compactMap { $0 }.min()
        var waiting = [
            pollfd(fd: isHungUp ? -1 : screen.inputDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&waiting, nfds_t(waiting.count), limit.map(milliseconds) ?? -1)
        guard count >= 0 else { return }  // EINTR: the signal is in its pipe
        if waiting[1].revents != 0 { takeSignals(take) }
        if waiting[0].revents != 0, verdict != .leave {
            takeKeys(ready: waiting[0].revents, take)
        } else if let patience, patience == limit, count == 0 {
            for key in screen.keysAfterPatience() { offer(.key(key), to: take) }
        }
        if waiting[2].revents != 0, verdict != .leave {
            for event in mailbox.drain() { offer(.event(event), to: take) }
        }
    }

    private func takeSignals(_ take: (TerminalInput<Event>) -> LoopVerdict) {
        let arrived = signals.drain()
        // A dragged window sends many; the size is asked for once.
        if arrived.contains(.windowChanged), screen.adoptSize() {
            offer(.resized(columns: screen.columns, rows: screen.rows), to: take)
            verdict = max(verdict, .changed)
        }
        for signal in arrived {
            switch signal {
            case .windowChanged: break
            case .terminate: offer(.terminated, to: take)
            case .interrupt: offer(.interrupted, to: take)
            case .hangUp: offer(.hungUp, to: take)
            case .stop:
                guard verdict != .leave, !isHungUp else { continue }
                screen.stop()
                verdict = max(verdict, .changed)
            case .goOn:
                guard verdict != .leave, !isHungUp else { continue }
                let size = (screen.columns, screen.rows)
                screen.resume()
                if size != (screen.columns, screen.rows) {
                    offer(.resized(columns: screen.columns, rows: screen.rows), to: take)
                }
                offer(.resumed, to: take)
                verdict = max(verdict, .changed)
            }
        }
    }

    private func takeKeys(ready: Int16, _ take: (TerminalInput<Event>) -> LoopVerdict) {
        // Another process may have read from the same terminal: only again and again nothing is the end.
        emptyReads = screen.hasNothingToRead ? emptyReads + 1 : 0
        let isGone = ready & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 || emptyReads > 3
        for key in screen.readKeys() { offer(.key(key), to: take) }
        if screen.needsASCII, !neededASCII {
            neededASCII = true
            offer(.needsASCII, to: take)
            verdict = max(verdict, .changed)
        }
        guard isGone else { return }
        isHungUp = true  // asked again it would be ready for ever
        offer(.hungUp, to: take)
    }

    /// Passes an input on; after `.leave` nothing more is.
    private func offer(_ input: TerminalInput<Event>, to take: (TerminalInput<Event>) -> LoopVerdict) {
        guard verdict != .leave else { return }
        verdict = max(verdict, take(input))
    }
}

/// What `poll` is to wait, rounded up: waking too early would only mean to wait again.
func milliseconds(_ duration: Duration) -> Int32 {
    guard duration > .zero else { return 0 }
    let (seconds, attoseconds) = duration.components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}
