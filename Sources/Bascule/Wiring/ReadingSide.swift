import Configuration
import ConnectAdapter
import Domain
import HTTPTransport
import KafkaAdapter
import Operations
import TrafficAdapter

/// Every reading port of a context, made from its settings. Nothing in it can change anything.
struct ReadingSide: Sendable {
    let clusters: PerIDC<KafkaCluster>
    let offsetTopics: PerIDC<MirrorOffsetTopicReader?>
    /// `nil`: no Connect is configured there.
    let connect: PerIDC<ConnectClient?>
    let traffic: HAProxyReader?
    /// The journals of runs in each cluster.
    let runJournals: PerIDC<KafkaRunJournalReader>

    /// Makes the handles; connections come about in the background.
    ///
    /// - Throws: what is wrong with the settings, by the place where it was written.
    init(_ context: ContextSettings, log: ProgramLog) throws(SettingsError) {
        func cluster(_ idc: IDC) throws(SettingsError) -> KafkaCluster {
            let side = context.idcs[idc]
            let name = side.name
            do throws(PortError) {
                return try KafkaCluster(
                    KafkaConfiguration(
                        bootstrap: side.bootstrap.joined(separator: ","), properties: side.kafka.reveal()),
                    log: { log.write("librdkafka \(name): \($0)") })
            } catch {
                throw SettingsError([.init("idcs.\(idc.rawValue): \(error.detail)", at: nil)])
            }
        }
        clusters = PerIDC(idc1: try cluster(.idc1), idc2: try cluster(.idc2))

        func client(_ idc: IDC) throws(SettingsError) -> ConnectClient? {
            guard let connect = context.idcs[idc].connect else { return nil }
            do throws(ConnectAdapter.ConnectSettings.Invalid) {
                let settings = try ConnectAdapter.ConnectSettings(
                    urls: connect.urls,
                    credentials: connect.user.map {
                        HTTPCredentials.basic(user: $0, password: connect.password?.reveal() ?? "")
                    },
                    tls: TLSSettings(
                        caFile: connect.caPath, clientCertificate: connect.certificatePath, clientKey: connect.keyPath,
                        clientKeyPassword: connect.keyPassword?.reveal()))
                return ConnectClient(settings, clock: ContinuousClock(), wallTime: WallClock.now)
            } catch {
                throw SettingsError([.init("idcs.\(idc.rawValue).connect: \(error.description)", at: nil)])
            }
        }
        connect = PerIDC(idc1: try client(.idc1), idc2: try client(.idc2))

        let clusters = self.clusters
        offsetTopics = PerIDC { idc in
            // The offsets of the mirrors that run beside this side's Connect are on this side.
            context.idcs[idc].connect.map { MirrorOffsetTopicReader(cluster: clusters[idc], topic: $0.offsetTopic) }
        }
        func journal(_ idc: IDC) throws(SettingsError) -> KafkaRunJournalReader {
            do throws(PortError) {
                return try KafkaRunJournalReader(name: context.idcs[idc].name, cluster: clusters[idc])
            } catch {
                throw SettingsError([.init("idcs.\(idc.rawValue): \(error.detail)", at: nil)])
            }
        }
        runJournals = PerIDC(idc1: try journal(.idc1), idc2: try journal(.idc2))
        traffic = try context.trafficSettings().map { HAProxyReader($0) }
    }

    /// The ports as the collector takes them.
    func ports() -> PerIDC<ClusterPorts> {
        PerIDC { idc in
            ClusterPorts(
                topics: clusters[idc], offsets: clusters[idc], groups: clusters[idc], records: clusters[idc],
                mirrorPositions: offsetTopics[idc], connectors: connectors[idc])
        }
    }

    var connectors: PerIDC<(any ConnectorReading)?> {
        PerIDC { idc in connect[idc].map { ConnectReader($0) } }
    }

    func close() async {
        for idc in IDC.allCases {
            await offsetTopics[idc]?.close()
            await runJournals[idc].close()
            await clusters[idc].close()
        }
    }
}

extension ContextSettings {
    /// HAProxy as the adapter takes it; `nil` where none is configured.
    func trafficSettings() throws(SettingsError) -> TrafficAdapter.HAProxySettings? {
        guard let haproxy else { return nil }
        do throws(TrafficAdapter.HAProxySettings.Invalid) {
            return try TrafficAdapter.HAProxySettings(
                sockets: haproxy.sockets.map(\.description), backend: haproxy.backend, servers: haproxy.servers)
        } catch {
            throw SettingsError([.init("traffic.haproxy: \(error.description)", at: nil)])
        }
    }
}
