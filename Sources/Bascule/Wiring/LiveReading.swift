import Configuration
import Domain
import Operations
import Synchronization

/// A collector that runs over a context's reading side, for commands without a screen.
final class LiveReading: Sendable {
    private let collector: Collector
    private let reading: ReadingSide
    private let sync: SyncReading
    private let snapshot = Mutex<Snapshot?>(nil)
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(_ context: ContextSettings, _ reading: ReadingSide, interval: Duration) throws(SettingsError) {
        self.reading = reading
        sync = try SyncReading(context, reading)
        collector = Collector(
            settings: try CollectorSettings(context, interval: interval), ports: reading.ports(),
            traffic: reading.traffic, sync: sync.engine, clock: ContinuousClock(), wallTime: WallClock.now)
    }

    /// One snapshot in which every source has answered or failed.
    func settled(within deadline: Duration) async -> Snapshot {
        let settled = await collector.collectOnce(within: deadline)
        snapshot.withLock { $0 = settled }
        return settled
    }

    /// Goes on reading, so that ``newest`` shows what an act has brought about.
    ///
    /// - Parameter watch: takes every snapshot in.
    func follow(_ watch: @escaping @Sendable (Snapshot) -> Void = { _ in }) {
        running.withLock { task in
            guard task == nil else { return }
            task = Background.start { [collector, weak self] in
                await collector.run { [weak self] snapshot in
                    self?.snapshot.withLock { $0 = snapshot }
                    watch(snapshot)
                }
            }
        }
    }

    var newest: Snapshot? { snapshot.withLock { $0 } }

    func close() async {
        let task = running.withLock { $0 }
        task?.cancel()
        await task?.value
        await sync.close()
        await reading.close()
    }
}
