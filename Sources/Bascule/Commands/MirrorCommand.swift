import Commands
import Configuration
import Domain
import FoundationEssentials
import HTTPTransport
import KafkaAdapter
import Mirroring
import Operations

/// `bascule mirror`: the mirror worker in the foreground, until SIGTERM or Ctrl-C ends it in order.
enum MirrorCommand {
    static func run(_ request: MirrorRequest, _ settings: Settings, _ options: GlobalOptions) -> ExitCode {
        if options.isReadOnly {
            Standard.error("bascule: READ-ONLY: a mirror writes; leave --read-only out")
            return .critical
        }
        return WorkerSession.run {
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
            let flows = request.flows.map { "\($0.source.rawValue) to \($0.target.rawValue)" }
            return (
                "mirroring \(flows.joined(separator: ", ")), REST on http://\(worker.workerID)",
                { await worker.run() }
            )
        }
    }
}
