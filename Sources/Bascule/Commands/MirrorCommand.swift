import Commands
import Configuration
import Domain
import FoundationEssentials
import HTTPTransport
import KafkaAdapter
import Mirroring
import Operations
import Terminal

/// `bascule mirror`: the mirror worker in the foreground, until SIGTERM or Ctrl-C ends it in order.
enum MirrorCommand {
    static func run(_ request: MirrorRequest, _ settings: Settings, _ options: GlobalOptions) -> ExitCode {
        if options.isReadOnly {
            Standard.error("bascule: READ-ONLY: a mirror writes; leave --read-only out")
            return .critical
        }
        do {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            if let problem = log.problem { Standard.error("bascule: \(problem)") }
            let credentials = try request.credentialsPath.map { try HTTPServerCredentials(readFrom: $0) }
            let worker = try MirrorWorker(
                MirrorWorkerSettings(
                    clusters: PerIDC { context.kafka($0, clientID: "bascule-mirror") },
                    flows: request.flows, topics: request.topics,
                    listen: .init(
                        host: request.listenHost, port: request.listenPort, credentials: credentials),
                    throttle: request.throttle),
                wallTime: WallClock.now,
                log: { line in
                    log.write(line)
                    if line.hasPrefix("mirror") { Standard.error(line) }
                })
            let signals = try SignalPipe()
            defer { signals.close() }
            let mailbox = try Mailbox<Ended> { _ in false }
            let work = Background.start {
                await worker.run()
                mailbox.post(.ended)
            }
            Standard.error(
                "bascule: mirroring \(request.flows.map { "\($0.source.rawValue) to \($0.target.rawValue)" }.joined(separator: ", "))"
                    + ", REST on http://\(worker.workerID)")
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

    private enum Ended: Sendable {
        case ended
    }
}
