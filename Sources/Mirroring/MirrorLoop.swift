internal import Domain
internal import KafkaAdapter
internal import Operations

/// One direction's mirror at work: a thread that reads, decides, writes and commits. Everything slow is asked of
/// others through the ``LoopDesk`` and comes back as an order.
///
/// Not `Sendable`: made, run and closed on its thread.
final class MirrorLoop {
    struct Setup: Sendable {
        let source: KafkaConfiguration
        let target: KafkaConfiguration
        /// In the words of `bascule-mirror.FROM.TO`.
        let group: String
        /// Cluster ids, and FROM's as headers name it.
        let targetCluster: String
        let sourceUUID: KafkaUUID
        let timing: MirrorWorkerSettings.Timing
        /// As ``MirrorWorkerSettings/distance``.
        let distance: @Sendable () -> Duration
        let positions: PositionGroup
        /// Civil time, as records have it.
        let wallTime: @Sendable () -> WallTime
        let log: @Sendable (String) -> Void
    }

    let setup: Setup
    let desk: LoopDesk
    let clock = ContinuousClock()
    private let membership: GroupMembership
    let reader: SourceReader
    private(set) var producer: CopyProducer
    private var batchBytes = 1_000_000

    private var wanted: [String: WantedMirror] = [:]
    var subscribed: Set<String> = []
    var tasks: [TopicPartition: MirrorTask] = [:]
    var byNumber: [UInt: MirrorTask] = [:]
    var lastNumber: UInt = 0
    var buckets: [String: TokenBucket] = [:]

    // The batch in hand: items from `nextItem` on are still to be taken.
    var batch = 0
    private var itemCount = 0
    private var nextItem = 0
    private var batchRead: ContinuousClock.Instant
    /// A record that the machine counts as under way and the producer had no room for.
    private var unsent: (task: MirrorTask, number: UInt, sequence: Int64)?

    /// When the deliveries were taken that are being taken.
    private var moment = WallTime(milliseconds: 0)

    var isCommitting = false
    var revocationDeadline: ContinuousClock.Instant?
    var stopDeadline: ContinuousClock.Instant?
    var hasBeenAssigned = false
    private var refusals: [(task: MirrorTask, sequence: Int64, refusal: CopyProducer.Refusal)] = []
    var needsNewProducer = false

    init(_ setup: Setup, desk: LoopDesk) throws(PortError) {
        self.setup = setup
        batchRead = clock.now
        self.desk = desk
        membership = try GroupMembership(
            setup.source, group: setup.group, sessionTimeout: setup.timing.sessionTimeout,
            heartbeat: setup.timing.heartbeat, bell: desk.bell, log: setup.log)
        reader = try SourceReader(setup.source, fetchWait: setup.timing.fetchWait, bell: desk.bell, log: setup.log)
        producer = try CopyProducer(setup.target, batchBytes: batchBytes, bell: desk.bell, log: setup.log)
    }

    /// Works until it is told to stop, has finished what was in flight, committed, and left the group.
    func run() {
        var nextDuty = clock.now
        while true {
            let isBusy = turn()
            let now = clock.now
            if now >= nextDuty {
                nextDuty = now.advanced(by: .milliseconds(50))
                duties(now)
            }
            if isStopped(now) { break }
            if !isBusy { desk.bell.wait(milliseconds: 20) }
        }
        membership.close(within: setup.timing.sessionTimeout)
        reader.close()
        producer.close()
        desk.publish([:], [:], isRebalancing: false)
        desk.close()
    }

    /// One round over everything that has arrived. True while there is more at hand.
    private func turn() -> Bool {
        for order in desk.takeOrders() { take(order) }
        membership.events { event in self.take(event) }
        takeDeliveries()
        if needsNewProducer || producer.fatalError != nil { replaceProducer() }
        if nextItem >= itemCount {
            itemCount = reader.read()
            nextItem = 0
            batch += 1
            if itemCount > 0 { batchRead = clock.now }
        }
        guard itemCount > 0, batchRead.duration(to: clock.now) >= setup.distance() else { return false }
        return takeItems()
    }

    // MARK: Records

    /// False where the producer has no room.
    private func takeItems() -> Bool {
        guard unsent == nil || retryUnsent() else { return false }
        var key: (topic: UInt, partition: Int32) = (0, -1)
        var task: MirrorTask?
        while nextItem < itemCount {
            let index = nextItem
            switch reader.item(index) {
            case .record(let record):
                if key != (record.topicIdentity, record.partition) {
                    key = (record.topicIdentity, record.partition)
                    task = tasks[TopicPartition(record.topic, record.partition)]
                }
                if let task, task.isReading, batch >= task.firstBatch { take(record, for: task) }
                // The record stays in the batch until the producer has taken it.
                if unsent != nil { return false }
            case .end(let partition, let offset):
                guard let task = tasks[partition], task.isReading, batch >= task.firstBatch else { break }
                task.machine?.passed(to: offset)
                task.hindrance = nil
            case .outOfRange(let partition):
                guard let task = tasks[partition], task.isReading, batch >= task.firstBatch else { break }
                setup.log("mirror: \(partition): the position is not in the log any more")
                begin(again: task)
            case .failed(let partition, let error):
                guard let task = tasks[partition] else { break }
                take(error, reading: task)
            case nil: break
            }
            nextItem += 1
        }
        return true
    }

    private func take(_ record: SourceRecord, for task: MirrorTask) {
        let verdict = task.judge.verdict(on: record.provenance)
        switch task.machine?.read(record.offset, verdict) {
        case .write(let sequence):
            task.lastSize = record.size
            if let condemned = task.condemned, condemned.offset == record.offset {
                deadLetter(record, sequence: sequence, refusal: condemned.refusal, task)
            } else {
                send(record, sequence: sequence, task)
            }
        case .filtered, .copiedBefore, .repeated, nil: break
        case .gap:
            setup.log("mirror: \(task.partition): offset \(record.offset) was dead-lettered before; the gap is open")
        case .stop(let version):
            fail(task, .unknownVersion(offset: record.offset, version: version))
        }
    }

    private func send(_ record: SourceRecord, sequence: Int64, _ task: MirrorTask) {
        let timestamp = record.timestamp.flatMap { $0 > 0 ? $0 : nil }
        let outcome = producer.copy(
            record, to: task.partition.topic, provenance: task.provenance(of: record.offset), timestamp: timestamp,
            tag: task.tag(sequence))
        switch outcome {
        case .queued:
            if let timestamp { task.sent.sent(sequence, timestamp: timestamp) }
            if timestamp == nil { task.counts.timestampsReplaced += 1 }
            task.counts.copiedBytes += Int64(record.size)
            if task.isSingle { pause(task) }
            spend(record.size, on: task)
        case .full:
            unsent = (task, task.number, sequence)
        case .refused(let refusal):
            refusals.append((task, sequence, refusal))
            pause(task)
            needsNewProducer = true
        }
    }

    /// The record that had no room is the one at `nextItem`. True when it has been taken, or is not wanted any more.
    private func retryUnsent() -> Bool {
        guard let waiting = unsent else { return true }
        unsent = nil
        if waiting.task.number == waiting.number, tasks[waiting.task.partition] === waiting.task,
            case .record(let record)? = reader.item(nextItem)
        {
            send(record, sequence: waiting.sequence, waiting.task)
            if unsent != nil { return false }
        }
        nextItem += 1
        return true
    }

    private func spend(_ bytes: Int, on task: MirrorTask) {
        guard task.wanted.throttle != nil else { return }
        buckets[task.partition.topic]?.spend(bytes)
        guard buckets[task.partition.topic]?.isInDebt == true else { return }
        for other in tasks.values where other.partition.topic == task.partition.topic { pause(other) }
    }

    private func deadLetter(
        _ record: SourceRecord, sequence: Int64, refusal: CopyProducer.Refusal, _ task: MirrorTask
    ) {
        pause(task)
        task.deadLetterUnderWay = true
        let added = [
            ("__connect.errors.topic", task.partition.topic),
            ("__connect.errors.partition", "\(task.partition.partition)"),
            ("__connect.errors.offset", "\(record.offset)"),
            ("__connect.errors.exception.class.name", refusal.name),
            ("__connect.errors.exception.message", refusal.reason),
        ].map { ProducerRecord.Header(name: $0.0, value: Array($0.1.utf8)) }
        desk.ask(
            .deadLetter(
                task.request, sequence: sequence,
                record.detached(topic: task.partition.topic, partition: nil, adding: added)))
    }

    // MARK: Deliveries

    private func takeDeliveries() {
        moment = setup.wallTime()
        producer.deliveries { self.take($0) }
        if !refusals.isEmpty { needsNewProducer = true }
    }

    private func take(_ delivery: CopyProducer.Delivery) {
        switch delivery {
        case .acknowledged(let tag, let offset):
            guard let task = byNumber[tag >> 40] else { return }
            let sequence = Int64(tag & 0xFF_FFFF_FFFF)
            task.machine?.acknowledged(sequence, at: offset)
            task.counts.copied += 1
            if let timestamp = task.sent.acknowledged(sequence) {
                task.counts.latency.add(milliseconds: moment.milliseconds - timestamp)
            }
            task.hindrance = nil
            if task.isSingle { resume(task) }
        case .acknowledgedSomewhere(let tag):
            // The target's log says where.
            if let task = byNumber[tag >> 40] { begin(again: task) }
        case .refused(let tag, let refusal):
            guard let task = byNumber[tag >> 40] else { return }
            refusals.append((task, Int64(tag & 0xFF_FFFF_FFFF), refusal))
        case .abandoned: break
        }
    }

    /// After a fatal error, or where records must not be written later: what was not sent is given up, what was
    /// sent is awaited, and every partition that writes starts again.
    private func replaceProducer() {
        if let fatal = producer.fatalError { setup.log("mirror: the producer is replaced: \(fatal)") }
        unsent = nil
        nextItem = itemCount
        producer.settle(within: .seconds(5)) { self.take($0) }
        let left = refusals
        refusals = []
        needsNewProducer = false
        producer.close()
        for task in tasks.values { task.isAbandoned = true }
        do throws(PortError) {
            producer = try CopyProducer(setup.target, batchBytes: batchBytes, bell: desk.bell, log: setup.log)
        } catch {
            for task in tasks.values { fail(task, .other(error.detail)) }
            return
        }
        var seen: Set<UInt> = []
        for (task, sequence, refusal) in left where seen.insert(task.number).inserted { judge(task, sequence, refusal) }
        for task in tasks.values {
            if case .running = task.phase { restart(task) }
        }
    }

    private func judge(_ task: MirrorTask, _ sequence: Int64, _ refusal: CopyProducer.Refusal) {
        guard case .running = task.phase, let offset = task.machine?.offset(of: sequence) else { return }
        switch refusal.kind {
        case .unauthorized: fail(task, .unauthorised("WRITE on topic \(task.partition.topic): \(refusal.reason)"))
        case .missing: break  // The start procedure finds out.
        case .tooLarge, .other:
            guard task.isSingle || task.machine?.underWay == 1 else {
                task.isSingle = true
                return
            }
            if task.wanted.deadLetters {
                task.condemned = (offset, refusal)
            } else {
                fail(
                    task,
                    .recordRefused(
                        offset: offset, size: task.lastSize, limit: task.wanted.limit, name: refusal.name,
                        reason: refusal.reason))
            }
        }
    }

    // MARK: Orders

    private func take(_ order: LoopOrder) {
        switch order {
        case .wanted(let mirrors, let bytes): take(mirrors, bytes)
        case .started(let request, let result):
            guard let task = byNumber[request.number], case .starting = task.phase else { return }
            task.hindrance = nil
            switch result {
            case .success(let start):
                task.machine = MirrorPartition(
                    start, targetCluster: setup.targetCluster, deadLetters: task.wanted.deadLetters)
                task.machine?.accept(task.wanted.accepted(of: task.partition.partition))
                task.phase = .running
                task.isRestarting = false
                task.committed = nil
                task.counts.starts += 1
                resume(task)
            case .failure(let failure):
                fail(task, failure)
            }
        case .startDelayed(let request, let reason):
            byNumber[request.number]?.hindrance = reason
        case .committed(let cuts, let result): take(cuts, result)
        case .deadLettered(let request, let sequence, let result):
            guard let task = byNumber[request.number] else { return }
            task.deadLetterUnderWay = false
            task.condemned = nil
            switch result {
            case .success:
                task.machine?.deadLettered(sequence)
                task.counts.deadLetters += 1
                task.isSingle = false
                resume(task)
            case .failure(let error):
                fail(task, .other("a refused record could not be dead-lettered: \(error.detail)"))
            }
        case .stop:
            guard stopDeadline == nil else { return }
            stopDeadline = clock.now.advanced(by: setup.timing.drainTimeout)
            for task in tasks.values { pause(task) }
        }
    }

    private func take(_ mirrors: [String: WantedMirror], _ bytes: Int) {
        // A batch must not be refused where each of its records would be taken.
        if bytes < batchBytes { needsNewProducer = true }
        batchBytes = bytes
        let before = wanted
        wanted = mirrors
        let now = clock.now
        for (topic, mirror) in mirrors {
            if buckets[topic]?.rate != mirror.throttle {
                buckets[topic] = mirror.throttle.map { TokenBucket(rate: $0, now: now) }
            }
        }
        for task in tasks.values {
            guard let mirror = mirrors[task.partition.topic], mirror != task.wanted else { continue }
            let old = before[task.partition.topic] ?? task.wanted
            task.wanted = mirror
            task.machine?.accept(mirror.accepted(of: task.partition.partition))
            var isFailed = false
            if case .failed = task.phase { isFailed = true }
            let number = task.partition.partition
            if mirror.restarts > old.restarts && (isFailed || !mirror.restartsOnlyFailed)
                || mirror.taskRestarts[number, default: 0] > old.taskRestarts[number, default: 0]
            {
                task.isSingle = false
                begin(again: task)
            } else if isFailed, mirror.acceptedGaps != old.acceptedGaps {
                begin(again: task)
            } else if mirror.deadLetters != old.deadLetters {
                begin(again: task)
            } else if mirror.isPaused {
                pause(task)
            } else {
                resume(task)
            }
        }
        guard stopDeadline == nil, Set(mirrors.keys) != subscribed else { return }
        subscribed = Set(mirrors.keys)
        do throws(PortError) {
            try membership.subscribe(subscribed.sorted())
        } catch {
            subscribed = []
            setup.log("mirror: \(error.detail)")
        }
    }

    // MARK: The group

    private func take(_ event: GroupMembership.Event) {
        switch event {
        case .assigned(let partitions):
            hasBeenAssigned = true
            let new = partitions.filter { tasks[$0] == nil }
            for partition in new {
                guard let mirror = wanted[partition.topic] else { continue }
                lastNumber += 1
                let task = MirrorTask(partition, wanted: mirror, number: lastNumber, local: setup.sourceUUID)
                tasks[partition] = task
                byNumber[lastNumber] = task
            }
            if !partitions.isEmpty { setup.log("mirror: \(setup.group) assigned \(partitions.summary)") }
            let requests = new.compactMap { tasks[$0]?.request }
            if !requests.isEmpty, stopDeadline == nil { desk.ask(.start(requests)) }
        case .revoked(let partitions, let isLost):
            setup.log("mirror: \(setup.group) \(isLost ? "lost" : "revoked") \(partitions.summary)")
            if isLost {
                drop(partitions)
                // What is still queued must not be written beside the new owner's copies.
                if producer.queued > 0 { replaceProducer() }
            } else {
                for partition in partitions {
                    guard let task = tasks[partition] else { continue }
                    task.isRevoked = true
                    pause(task)
                }
                revocationDeadline = clock.now.advanced(by: setup.timing.drainTimeout)
            }
        case .failed(let error):
            setup.log("mirror: \(setup.group): \(error.detail)")
        }
    }

    private func drop(_ partitions: [TopicPartition]) {
        for partition in partitions {
            guard let task = tasks[partition] else { continue }
            pause(task)
            tasks[partition] = nil
            byNumber[task.number] = nil
        }
    }

    // MARK: Duties, every 50 ms

    private var nextCommit = ContinuousClock().now
    private var nextPublication = ContinuousClock().now

    private func duties(_ now: ContinuousClock.Instant) {
        for topic in buckets.keys {
            buckets[topic]?.fill(now: now)
            guard buckets[topic]?.isInDebt == false else { continue }
            for task in tasks.values where task.partition.topic == topic { resume(task) }
        }
        if now >= nextCommit || stopDeadline != nil {
            nextCommit = now.advanced(by: setup.timing.commitInterval)
            commit()
        }
        if now >= nextPublication {
            nextPublication = now.advanced(by: .milliseconds(200))
            publish()
            for task in tasks.values {
                guard case .failed(let failure, let since) = task.phase, failure.isRetried, !task.isRevoked,
                    since.duration(to: now) >= setup.timing.retryInterval
                else { continue }
                begin(again: task)
            }
        }
        for task in tasks.values where task.wantsRestart && task.underWay == 0 { restart(task) }
        if let revocationDeadline { finishRevocation(now, revocationDeadline) }
    }

    private func finishRevocation(_ now: ContinuousClock.Instant, _ deadline: ContinuousClock.Instant) {
        let revoked = tasks.values.filter(\.isRevoked)
        let isOver = now >= deadline
        guard isOver || revoked.allSatisfy({ $0.underWay == 0 && !$0.deadLetterUnderWay && isCommitted($0) }) else {
            return
        }
        let hasRest = revoked.contains { $0.underWay > 0 }
        drop(revoked.map(\.partition))
        if hasRest { replaceProducer() }
        revocationDeadline = nil
        membership.finishRevocation()
    }

    private func isStopped(_ now: ContinuousClock.Instant) -> Bool {
        guard let stopDeadline else { return false }
        if now >= stopDeadline { return true }
        return tasks.values.allSatisfy { $0.underWay == 0 && !$0.deadLetterUnderWay && isCommitted($0) }
            && !isCommitting
    }
}
