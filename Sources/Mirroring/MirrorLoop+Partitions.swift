internal import Domain
internal import KafkaAdapter
internal import Operations

// MARK: Positions

extension MirrorLoop {
    func isCommitted(_ task: MirrorTask) -> Bool {
        guard let machine = task.machine else { return true }
        guard let committed = task.committed else { return false }
        return committed.position == machine.position && committed.commit == machine.commit
    }

    func commit() {
        guard !isCommitting else { return }
        var cuts: [TopicPartition: CommittedCut] = [:]
        for task in tasks.values {
            guard let machine = task.machine, !isCommitted(task) else { continue }
            cuts[task.partition] = CommittedCut(offset: machine.position, metadata: machine.commit.metadata)
        }
        guard !cuts.isEmpty else { return }
        isCommitting = true
        let sent = cuts
        setup.positions.commit(sent) { [desk] result in desk.give(.committed(sent, result)) }
    }

    func take(
        _ cuts: [TopicPartition: CommittedCut], _ result: Result<[TopicPartition: PortError], PortError>
    ) {
        isCommitting = false
        switch result {
        case .success(let refused):
            for (partition, cut) in cuts where refused[partition] == nil {
                guard let commit = MirrorCommit(metadata: cut.metadata) else { continue }
                tasks[partition]?.committed = (cut.offset, commit)
            }
            if let first = refused.values.first { setup.log("mirror: positions not committed: \(first.detail)") }
        case .failure(let error):
            setup.log("mirror: positions not committed: \(error.detail)")
        }
    }
}

// MARK: Partitions start and stand still

extension MirrorLoop {
    /// Reads on where it stands, unless something is against it.
    func resume(_ task: MirrorTask) {
        guard case .running = task.phase, let machine = task.machine, !task.isReading, !task.isRevoked,
            !task.wantsRestart,
            !task.wanted.isPaused, !task.deadLetterUnderWay, stopDeadline == nil,
            tasks[task.partition] === task, !(task.isSingle && machine.underWay > 0),
            buckets[task.partition.topic]?.isInDebt != true
        else { return }
        do throws(PortError) {
            try reader.start([task.partition: machine.next])
            task.isReading = true
            // What is left of the batch in hand was read before.
            task.firstBatch = batch + 1
        } catch {
            fail(task, .other(error.detail))
        }
    }

    /// Reads no further; what is in flight goes on.
    func pause(_ task: MirrorTask) {
        guard task.isReading else { return }
        task.isReading = false
        do throws(PortError) {
            try reader.stop([task.partition])
        } catch {
            setup.log("mirror: \(task.partition): \(error.detail)")
        }
    }

    func fail(_ task: MirrorTask, _ failure: TaskFailure) {
        pause(task)
        task.phase = .failed(failure, since: clock.now)
        task.isRestarting = false
        setup.log("mirror: \(task.partition) FAILED: \(failure.trace(task.partition))")
    }

    /// Starts again once nothing is under way: a record that is written after the start procedure has read the
    /// target would be repeated.
    func begin(again task: MirrorTask) {
        pause(task)
        guard task.underWay == 0 else {
            task.wantsRestart = true
            return
        }
        restart(task)
    }

    /// A life of its own with a new start procedure. What it has committed stands; what it has not is found again.
    func restart(_ task: MirrorTask) {
        pause(task)
        task.wantsRestart = false
        guard !task.isRevoked, stopDeadline == nil, tasks[task.partition] === task else { return }
        byNumber[task.number] = nil
        lastNumber += 1
        task.number = lastNumber
        byNumber[lastNumber] = task
        task.machine = nil
        task.sent = SentTimestamps()
        task.isAbandoned = false
        task.deadLetterUnderWay = false
        task.phase = .starting
        task.isRestarting = true
        desk.ask(.start([task.request]))
    }

    func take(_ error: PortError, reading task: MirrorTask) {
        switch error.kind {
        case .refused: fail(task, .unauthorised(error.detail))
        case .notFound: begin(again: task)
        case .unreachable, .timedOut, .malformed, .unsupported, .conflict, .cancelled, .failed:
            task.hindrance = error.detail
        }
    }
}

extension [TopicPartition] {
    /// `12 partitions (orders-0, ...)`.
    var summary: String {
        let shown = sorted().prefix(4).map(\.description).joined(separator: ", ")
        return "\(Count(count, "partition"))" + (isEmpty ? "" : " (\(shown)\(count > 4 ? ", ..." : ""))")
    }
}
