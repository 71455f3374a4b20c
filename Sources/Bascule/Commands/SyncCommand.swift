import Commands
import Configuration
import Domain
import Glibc
import HTTPTransport
import KafkaAdapter
import Operations
import Syncing
import Terminal

/// `bascule sync`: the synchronisation's daemon in the foreground, until SIGTERM or Ctrl-C ends it in order.
enum SyncCommand {
    private enum Ended: Sendable {
        case ended
    }

    static func run(_ request: SyncRequest, _ settings: Settings, _ options: GlobalOptions) -> ExitCode {
        if options.isReadOnly {
            Standard.error("bascule: READ-ONLY: the synchronisation writes; leave --read-only out")
            return .critical
        }
        do {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            if let problem = log.problem { Standard.error("bascule: \(problem)") }
            let reading = try ReadingSide(context, log: log)
            let sync = try SyncReading(context, reading)
            let daemon = try SyncDaemon(
                SyncDaemonSettings(
                    clusters: PerIDC { context.kafka($0, clientID: "bascule-sync") },
                    interval: context.sync.interval, listenHost: request.listenHost, listenPort: request.listenPort,
                    credentials: try request.credentialsPath.map { try HTTPServerCredentials(readFrom: $0) }),
                engine: sync.engine, clusters: reading.clusters,
                writerID: "\(JournalAuthor.ofThisProcess().host)/\(getpid())/\(WallClock.now().milliseconds)",
                now: WallClock.now,
                log: { line in
                    log.write(line)
                    if line.hasPrefix("sync") { Standard.error(line) }
                })
            let signals = try SignalPipe()
            defer { signals.close() }
            let mailbox = try Mailbox<Ended> { _ in false }
            let work = Background.start {
                await daemon.run()
                await sync.close()
                await reading.close()
                mailbox.post(.ended)
            }
            Standard.error("bascule: synchronising, metrics on http://\(request.listenHost):\(daemon.port)/metrics")
            HeadlessLoop(signals: signals, mailbox: mailbox).run { input in
                switch input {
                case .terminated, .interrupted, .hungUp:
                    work.cancel()
                    return .unchanged
                case .event: return .leave
                case .key, .resized, .tick, .resumed, .needsASCII: return .unchanged
                }
            }
            return .success
        } catch let error as SettingsError {
            Standard.error(error.text)
            return .configuration
        } catch let error as PortError {
            Standard.error("bascule: \(error.detail)")
            return .critical
        } catch {
            Standard.error("bascule: \(error)")
            return .critical
        }
    }
}
