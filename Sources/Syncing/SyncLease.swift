internal import Domain
internal import KafkaAdapter
internal import Operations
internal import Synchronization

/// Which groups this daemon may write on one side: its share of the partitions of `bascule-sync`, handed out by the
/// consumer group of the same name.
///
/// A partition is ours once our hand-over record stands in it; the record's offset is the token, which grows from
/// writer to writer. A larger one of somebody else takes the partition away. Brokers do not check it: what is written
/// is safe whoever writes it.
final class SyncLease: Sendable {
    private enum Share: Sendable {
        /// Assigned; the hand-over record is not read back yet.
        case assigned
        /// Asked for again when the record has not been read back for a session: a cluster that was away may have lost it.
        case asked(nonce: String, at: ContinuousClock.Instant)
        case owned(token: Int64)
        /// Somebody else has handed it over to itself. Asked for again once the group says that it is still ours.
        case lost(at: ContinuousClock.Instant)
        /// Taken back by the group, and nobody has handed it over to itself since.
        case revoked
    }

    private struct State: Sendable {
        var shares: [Int32: Share] = [:]
        var partitions: Int32?
        var isJoined = false
        var handOvers: Int64 = 0
        /// How many hand-over records were written, so that no two are alike.
        var asks = 0
        /// Why the lease is not held now.
        var problem: PortError?
    }

    typealias IsNoted = @Sendable (OperatorHold, HoldSubject) async -> Bool
    typealias Stranded = @Sendable () async -> StrandedRecords?

    /// Between two records of what has not come over from the other side.
    private static let strandedInterval = Duration.seconds(5)

    /// How many partitions are ours, how often one was handed over to us, and whether the group has told what is ours.
    struct Counts: Hashable, Sendable {
        let owned: Int
        let handOvers: Int64
        let isJoined: Bool
    }

    private let idc: IDC
    private let configuration: KafkaConfiguration
    private let cluster: KafkaCluster
    private let writerID: String
    private let sessionTimeout: Duration
    /// What operators have said, as the topic's records come in.
    private let holds: HoldRegister
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let clock = ContinuousClock()

    init(
        _ idc: IDC, configuration: KafkaConfiguration, cluster: KafkaCluster, writerID: String,
        sessionTimeout: Duration, holds: HoldRegister,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.idc = idc
        self.configuration = configuration
        self.cluster = cluster
        self.writerID = writerID
        self.sessionTimeout = sessionTimeout
        self.holds = holds
        self.log = log
    }

    /// The token under which this daemon may write a group on this side now; `nil`: it may not.
    func token(for group: String) -> Int64? {
        state.withLock { state in
            guard let partitions = state.partitions,
                case .owned(let token) = state.shares[GroupPartition.ofSyncTopic(group: group, partitions: partitions)]
            else { return nil }
            return token
        }
    }

    /// Whether this daemon answers for a group on this side: while it may write it, while a hand-over is pending, and
    /// after its own time until somebody else has taken over.
    func answers(for group: String) -> Bool {
        state.withLock { state in
            guard let partitions = state.partitions else { return false }
            switch state.shares[GroupPartition.ofSyncTopic(group: group, partitions: partitions)] {
            case .assigned, .asked, .owned, .revoked: return true
            case .lost, .none: return false
            }
        }
    }

    var counts: Counts {
        state.withLock { state in
            Counts(
                owned: state.shares.values.count { if case .owned = $0 { true } else { false } },
                handOvers: state.handOvers, isJoined: state.isJoined)
        }
    }

    /// The group has told what is ours, were it nothing.
    var isJoined: Bool { state.withLock { $0.isJoined } }

    /// Why the lease is not held now; `nil`: it is, or was never looked for.
    var problem: PortError? { state.withLock { $0.problem } }

    /// Holds the share until it is cancelled, then leaves the group. What fails is tried again, later each time.
    ///
    /// - Parameters:
    ///   - isNoted: whether no write is under way that did not know of a word.
    ///   - stranded: what of the other side's records has not come over.
    func run(isNoted: @escaping IsNoted, stranded: @escaping Stranded) async {
        await Persistence(clock: clock, settledAfter: sessionTimeout).keep {
            await self.hold(isNoted, stranded)
        } failed: { failure, pause in
            self.ended(because: failure)
            self.log("sync \(self.idc.rawValue): the lease: \(failure.detail); again in \(pause.approximateWords)")
        }
    }

    /// Nothing is ours any more; who it was goes on answering for it until somebody else does.
    private func ended(because failure: PortError) {
        state.withLock { state in
            state.shares = state.shares.filter { if case .lost = $0.value { false } else { true } }
                .mapValues { _ in .revoked }
            state.isJoined = false
            state.problem = failure
        }
    }

    /// Holds the share until it is cancelled or something fails.
    private func hold(_ isNoted: @escaping IsNoted, _ stranded: @escaping Stranded) async -> PortError? {
        guard let count = await openTopic(), !Task.isCancelled else { return nil }
        do throws(PortError) {
            let tail = try KeyedTopicTail(configuration, fetchWait: .milliseconds(100), log: log)
            let failure: PortError?
            do throws(PortError) {
                let writer = try RecordProducer(configuration, log: log)
                failure = await hold(count, tail, writer, isNoted, stranded)
                await writer.close()
            } catch {
                failure = error
            }
            await tail.close()
            return failure
        } catch {
            return error
        }
    }

    private func hold(
        _ count: Int32, _ tail: KeyedTopicTail, _ writer: RecordProducer,
        _ isNoted: @escaping IsNoted, _ stranded: @escaping Stranded
    ) async -> PortError? {
        do throws(PortError) {
            try tail.start((0..<count).map { TopicPartition(SyncTopic.name, $0) })
        } catch {
            return error
        }
        state.withLock { state in
            // Of another number of partitions the shares are others.
            if state.partitions != count { state.shares = [:] }
            state.partitions = count
        }
        let stop = Mutex(false)
        let bell = QueueBell()
        return await withTaskGroup(of: Void.self, returning: PortError?.self) { group in
            group.addTask { await self.handOver(tail, writer, isNoted, stranded) }
            let failure = await withTaskCancellationHandler {
                await BlockingLane(label: "lease-\(idc.rawValue)").run { [self] () -> PortError? in
                    do throws(PortError) {
                        try member(bell) { stop.withLock { $0 } }
                        return nil
                    } catch {
                        return error
                    }
                }
            } onCancel: {
                stop.withLock { $0 = true }
                bell.ring()
            }
            group.cancelAll()
            return failure
        }
    }

    // MARK: The topic

    private func openTopic() async -> Int32? {
        var told = ""
        while !Task.isCancelled {
            do throws(PortError) {
                if let count = try await SyncTopic.prepare(on: cluster, creatingBy: configuration, log: log) {
                    if let problem = await SyncTopic.wrongCleanup(on: cluster) {
                        log("sync \(idc.rawValue): \(problem)")
                    }
                    return count
                }
            } catch {
                state.withLock { $0.problem = error }
                if error.detail != told {
                    told = error.detail
                    log("sync \(idc.rawValue): \(error.detail)")
                }
            }
            try? await clock.sleep(for: .milliseconds(500))
        }
        return nil
    }

    // MARK: The group

    /// Serves the group until it shall stop; blocks its thread.
    private func member(_ bell: QueueBell, isStopped: () -> Bool) throws(PortError) {
        let membership = try GroupMembership(
            configuration, group: SyncTopic.name, sessionTimeout: sessionTimeout, heartbeat: sessionTimeout / 6,
            bell: bell, log: log)
        try membership.subscribe([SyncTopic.name])
        while !isStopped() {
            membership.events { event in
                switch event {
                case .assigned(let partitions):
                    state.withLock { state in
                        state.isJoined = true
                        state.problem = nil
                        for partition in partitions { state.shares[partition.partition] = .assigned }
                    }
                case .revoked(let partitions, let isLost):
                    // What is under way is safe to end; nothing new begins.
                    state.withLock { state in
                        if isLost { state.isJoined = false }
                        for partition in partitions where state.shares[partition.partition] != nil {
                            state.shares[partition.partition] = .revoked
                        }
                    }
                    membership.finishRevocation()
                case .failed(let error):
                    state.withLock { $0.problem = error }
                    log("sync \(idc.rawValue): \(error.detail)")
                }
            }
            bell.wait(milliseconds: 50)
        }
        membership.close(within: sessionTimeout)
    }

    // MARK: Hand-over

    private func handOver(
        _ tail: KeyedTopicTail, _ writer: RecordProducer, _ isNoted: @escaping IsNoted,
        _ stranded: @escaping Stranded
    ) async {
        var told = ""
        var notes: [String: Note] = [:]
        var writtenAt = clock.now - Self.strandedInterval
        while !Task.isCancelled {
            do throws(PortError) {
                for entry in try await tail.next(wait: .milliseconds(20)) { take(entry) }
                // Nothing is asked for before the tail stands at the end, or the answer would not be seen; and nothing
                // is written before it is known what operators have said.
                guard tail.isReadToEnd else { continue }
                holds.isReadToEnd()
                try await takeNote(writer, &notes, isNoted)
                if clock.now - writtenAt >= Self.strandedInterval, isOwned(0) {
                    writtenAt = clock.now
                    try await write(await stranded(), writer)
                }
                let asking = asked()
                for (partition, nonce) in asking {
                    try writer.produce(
                        ProducerRecord(
                            topic: SyncTopic.name, partition: partition, key: Array(SyncTopic.handOverKey.utf8),
                            value: Array(nonce.utf8)))
                }
                if !asking.isEmpty { try await writer.flush(within: .seconds(5)) }
            } catch {
                if error.kind == .cancelled { return }
                if error.detail != told {
                    told = error.detail
                    log("sync \(idc.rawValue): \(error.detail)")
                }
                try? await clock.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Not again what stands there, as a side that is gone leaves it.
    private func write(_ stranded: StrandedRecords?, _ writer: RecordProducer) async throws(PortError) {
        guard let stranded = stranded?.limited(), stranded != holds.words.stranded else { return }
        try writer.produce(
            ProducerRecord(
                topic: SyncTopic.name, partition: 0, key: Array(HoldWords.strandedKey.utf8), value: stranded.record))
        try await writer.flush(within: .seconds(5))
    }

    private func isOwned(_ partition: Int32) -> Bool {
        state.withLock { if case .owned = $0.shares[partition] { true } else { false } }
    }

    private func asked() -> [(Int32, String)] {
        let now = clock.now
        var asking: [(Int32, String)] = []
        state.withLock { state in
            for (partition, share) in state.shares {
                switch share {
                case .assigned: break
                case .asked(_, let at), .lost(let at): if now - at < sessionTimeout { continue }
                case .owned, .revoked: continue
                }
                state.asks += 1
                let nonce = "\(writerID)/\(state.asks)"
                state.shares[partition] = .asked(nonce: nonce, at: now)
                asking.append((partition, nonce))
            }
        }
        return asking
    }

    /// An answer to an operator's word that has not been read back.
    private struct Note: Sendable {
        let number: Int64
        let at: ContinuousClock.Instant
    }

    /// Answers what operators have said of groups that are ours, and of anything else once for each partition that is ours:
    /// from here on it is kept to.
    private func takeNote(
        _ writer: RecordProducer, _ notes: inout [String: Note], _ isNoted: IsNoted
    ) async throws(PortError) {
        var hasNew = false
        var told: Set<HoldSubject> = []
        let words = holds.words
        for (subject, word) in words.words {
            for partition in ownedPartitions(concerning: subject) {
                if let noted = words.noted(subject, on: partition), noted >= word.number { continue }
                let key = HoldWords.noteKey(of: subject, on: partition)
                if let note = notes[key], note.number == word.number, clock.now - note.at < sessionTimeout { continue }
                guard await isNoted(word, subject) else { break }
                try writer.produce(
                    ProducerRecord(
                        topic: SyncTopic.name, partition: partition, key: Array(key.utf8),
                        value: Array(HoldWords.note(word.number).utf8)))
                notes[key] = Note(number: word.number, at: clock.now)
                hasNew = true
                guard told.insert(subject).inserted else { continue }
                log(
                    "sync \(idc.rawValue): \(subject.told(word.order)) by \(word.actor) on \(word.host): \(word.reason)"
                )
            }
        }
        if hasNew { try await writer.flush(within: .seconds(5)) }
    }

    /// The partitions of ours whose daemon answers a word about a subject.
    private func ownedPartitions(concerning subject: HoldSubject) -> [Int32] {
        state.withLock { state in
            let owned = state.shares.compactMap { partition, share in
                if case .owned = share { partition } else { nil }
            }
            guard case .group = subject else { return owned.sorted() }
            let its = state.partitions.map { SyncTopic.partition(of: subject, partitions: $0) }
            return owned.filter { $0 == its }
        }
    }

    private func take(_ entry: KeyedTopicTail.Entry) {
        guard entry.key == SyncTopic.handOverKey else {
            holds.take(key: entry.key, value: entry.value.map { String(decoding: $0, as: UTF8.self) })
            return
        }
        guard let value = entry.value else { return }
        let nonce = String(decoding: value, as: UTF8.self)
        state.withLock { state in
            switch state.shares[entry.partition] {
            case .asked(let ours, _) where ours == nonce:
                state.shares[entry.partition] = .owned(token: entry.offset)
                state.handOvers += 1
            case .owned(let token) where entry.offset > token && !nonce.hasPrefix("\(writerID)/"):
                state.shares[entry.partition] = .lost(at: clock.now)
            case .revoked where !nonce.hasPrefix("\(writerID)/"): state.shares[entry.partition] = nil
            case .asked, .owned, .assigned, .lost, .revoked, .none: break
            }
        }
    }
}

extension HoldSubject {
    /// To be followed by who said it.
    fileprivate func told(_ order: OperatorHold.Order) -> String {
        switch (self, order) {
        case (.group(let group), .hold): "\(group) was held"
        case (.group(let group), .release): "\(group) was released"
        case (.everything, .hold): "writes were frozen"
        case (.everything, .release): "writes were let go on"
        case (.writesUnderWay, _): "what was under way has landed, asked for"
        }
    }
}
