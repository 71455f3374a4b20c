import Commands
import Configuration
import Domain
import Glibc
import HTTPTransport
import KafkaAdapter
import Operations
import Syncing

/// `bascule sync`: the synchronisation's daemon in the foreground, until SIGTERM or Ctrl-C ends it in order.
enum SyncCommand {
    static func run(_ request: SyncRequest, _ settings: Settings, _ options: GlobalOptions) -> ExitCode {
        if options.isReadOnly {
            Standard.error("bascule: READ-ONLY: the synchronisation writes; leave --read-only out")
            return .critical
        }
        return WorkerSession.run {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            if let problem = log.problem { Standard.error("bascule: \(problem)") }
            let reading = try ReadingSide(context, log: log)
            let holds = PerIDC { _ in HoldRegister() }
            let sync = try SyncReading(context, reading, holds: holds.map { $0 })
            let daemon = try SyncDaemon(
                SyncDaemonSettings(
                    clusters: PerIDC { context.kafka($0, clientID: "bascule-sync") },
                    interval: context.sync.interval, listenHost: request.listenHost, listenPort: request.listenPort,
                    credentials: try request.credentialsPath.map { try HTTPServerCredentials(readFrom: $0) }),
                engine: sync.engine, holds: holds, clusters: reading.clusters,
                writerID: "\(JournalAuthor.ofThisProcess().host)/\(getpid())/\(WallClock.now().milliseconds)",
                now: WallClock.now,
                log: { line in
                    log.write(line)
                    if line.hasPrefix("sync") { Standard.error(line) }
                })
            let said = "synchronising, metrics on http://\(request.listenHost):\(daemon.port)/metrics"
            return (
                said,
                {
                    await daemon.run()
                    await sync.close()
                    await reading.close()
                }
            )
        }
    }
}
