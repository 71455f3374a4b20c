import Commands
import Configuration
import Domain

/// Both clusters, read once.
enum OneReading {
    /// The snapshot of a context in which every source has answered or failed within the deadline.
    static func snapshot(
        of settings: Settings, _ options: GlobalOptions, within deadline: Duration
    ) throws(SettingsError) -> Snapshot {
        let context = try settings.context(named: options.context)
        let log = ProgramLog(path: options.logPath ?? settings.logPath)
        let live = try LiveReading(context, try ReadingSide(context, log: log), interval: settings.refreshInterval)
        return Background.run {
            let snapshot = await live.settled(within: deadline)
            await live.close()
            return snapshot
        }
    }
}
