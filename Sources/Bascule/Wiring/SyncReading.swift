import Configuration
import Domain
import KafkaAdapter
import Mirroring
import Operations

/// Everything that the synchronisation reads, made from a context's reading side. Nothing in it can write.
struct SyncReading: Sendable {
    let engine: SyncEngine
    private let syncTopics: PerIDC<OffsetSyncTopic?>
    private let headers: PerIDC<HeaderReader?>
    private let timestamps: PerIDC<TimestampReader?>
    private let holdReaders: PerIDC<HoldReader?>
    /// Of each side, in every spelling that MirrorMaker may use.
    let aliases: PerIDC<Set<String>>

    /// - Parameter holds: where operators' words are read; `nil`: in the clusters' topics.
    init(
        _ context: ContextSettings, _ reading: ReadingSide, holds: PerIDC<any GroupHoldReading>? = nil
    ) throws(SettingsError) {
        let collector = try CollectorSettings(context, interval: context.sync.interval)
        let recognition = collector.recognition
        let aliases = recognition.spellings
        let ports = reading.ports()
        let isMirrorMaker = context.mirrors.kind == .mirrormaker2
        let syncTopics = PerIDC<OffsetSyncTopic?> { idc in
            // The mirror into this side writes its syncs where it reads.
            isMirrorMaker ? OffsetSyncTopic(cluster: reading.clusters[idc.other], aliases: aliases[idc]) : nil
        }
        self.syncTopics = syncTopics
        self.aliases = aliases
        let headers = PerIDC<HeaderReader?> { idc in
            context.mirrors.kind != .bascule
                ? nil
                : HeaderReader(reading.clusters[idc]) { id, partition in
                    guard let cluster = OriginNames.cluster(id), let hash = OriginNames.topicHash(partition.topic)
                    else { return nil }
                    return MirroredPartition(
                        localCluster: cluster, topicHash: hash, partition: partition.partition)
                }
        }
        self.headers = headers
        let producedOn = try context.mirrors.producedOnFilters()
        let timestamps = PerIDC<TimestampReader?> { idc in
            IDC.allCases.contains { producedOn[$0] != nil } ? TimestampReader(reading.clusters[idc]) : nil
        }
        self.timestamps = timestamps
        let holdReaders = PerIDC<HoldReader?> { idc in holds == nil ? HoldReader(reading.clusters[idc]) : nil }
        self.holdReaders = holdReaders
        let shown = collector.shownGroups
        let live = collector.liveTopics
        engine = SyncEngine(
            sides: PerIDC { idc in
                SyncSide(
                    topics: reading.clusters[idc], offsets: reading.clusters[idc], groups: reading.clusters[idc],
                    commits: reading.clusters[idc], records: reading.clusters[idc],
                    mirrorPositions: ports[idc].mirrorPositions, connectors: ports[idc].connectors,
                    syncs: syncTopics[idc], headers: headers[idc], timestamps: timestamps[idc],
                    holds: holds?[idc] ?? holdReaders[idc])
            },
            settings: SyncSettings(
                policy: SyncPolicy(
                    retention: context.sync.offsetsRetention,
                    raisesForeignCommits: context.sync.raisesForeignCommits,
                    treatsBothSidesAsOne: context.sync.treatsBothSidesAsOne),
                kind: context.mirrors.kind, sinks: context.mirrors.kind == .sink ? recognition : nil,
                copyRules: PerIDC { ProvenanceRule(copyHeaders: recognition.copyHeaders(on: $0)) },
                held: context.sync.held.map { Glob($0) }, isWanted: { shown.accepts($0) },
                isMirrored: { live.accepts($0) },
                producedOn: { topic in
                    let sides = IDC.allCases.filter { producedOn[$0]?.accepts(topic) == true }
                    return sides.count == 1 ? sides.first : nil
                }),
            now: WallClock.now)
    }

    func close() async {
        for idc in IDC.allCases {
            await syncTopics[idc]?.close()
            await headers[idc]?.close()
            await timestamps[idc]?.close()
            await holdReaders[idc]?.close()
        }
    }
}
