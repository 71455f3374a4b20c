import Cells
import Commands
import Domain
import Front
import KafkaAdapter
import Operations
import Sandbox

/// `bascule sandbox`: the console on two mock clusters in this process, with live traffic.
enum SandboxCommand {
    static func run(_ request: SandboxRequest, _ options: GlobalOptions) -> ExitCode {
        let log = ProgramLog(path: options.logPath)
        do {
            let demo = try DemoWorld(
                topics: request.topics, recordsPerSecond: request.recordsPerSecond,
                log: { log.write("producer: \($0)") })
            let names = PerIDC(idc1: "IDC1", idc2: "IDC2")
            let clusters = try PerIDC { idc in
                try KafkaCluster(
                    KafkaConfiguration(bootstrap: demo.bootstrap(of: idc)),
                    log: { log.write("librdkafka \(names[idc]): \($0)") })
            }
            let world = ConsoleWorld(
                collectorSettings: CollectorSettings(
                    context: "sandbox", names: names, recognition: try MirrorRecognition(names: names)),
                ports: clusters.map { cluster in
                    ClusterPorts(
                        topics: cluster, offsets: cluster, groups: cluster, records: cluster, mirrorPositions: nil,
                        connectors: nil)
                }, traffic: nil, planner: Planner(settings: PlannerSettings(isProduction: false, mirrorTemplate: nil)),
                acting: nil, journal: nil, live: { await demo.live(clock: ContinuousClock()) },
                close: {
                    for idc in IDC.allCases { await clusters[idc].close() }
                    await demo.close()
                })
            let themes = Themes(chosen: options.theme ?? "")
            var front = FrontSettings(
                mode: .sandbox,
                readOnlyReason: "SANDBOX: these clusters have no Kafka Connect and no traffic source to change",
                context: "sandbox", names: names, palettes: themes.palettes)
            if options.isASCIIOnly { front.glyphs = .ascii }
            return ConsoleCommand.open(
                world, front, options, log, standardError: options.logPath, notes: themes.problems)
        } catch let error as PortError {
            Standard.error("bascule: the embedded clusters did not start: \(error.detail)")
            return .critical
        } catch {
            Standard.error("bascule: \(error)")
            return .critical
        }
    }
}
