internal import Domain

// MARK: What is shown

extension MirrorLoop {
    /// How long a position may stand while there is something to do: mirroring.md, section 9.
    static let patience: Duration = .seconds(10)

    func publish() {
        let now = clock.now
        var views: [TopicPartition: TaskView] = [:]
        var counts: [TopicPartition: MirrorCounts] = [:]
        for (partition, task) in tasks {
            task.watch(now)
            views[partition] = task.view(standing: Self.patience, now)
            var count = task.counts
            count.underWay = Int64(task.underWay)
            if let machine = task.machine {
                count.forwardedHeaders = machine.forwardedHeaders
                count.sourceRegressions = machine.sourceRegressions
                count.position = machine.position
                count.copiedEnd = machine.commit.copiedEnd
            }
            counts[partition] = count
        }
        desk.publish(views, counts, isRebalancing: !hasBeenAssigned && !subscribed.isEmpty || revocationDeadline != nil)
    }
}

extension MirrorTask {
    /// Notes whether the position moves, or has no reason to.
    func watch(_ now: ContinuousClock.Instant) {
        let position = machine?.position
        if standing?.position == position, hasWork, standing != nil { return }
        standing = (position, now)
    }

    private var hasWork: Bool {
        switch phase {
        case .failed: false
        case .starting, .running: !wanted.isPaused && (underWay > 0 || hindrance != nil)
        }
    }

    /// Why it is RUNNING and does not flow; `nil`: it flows, or has nothing to do.
    private func notFlowing(_ patience: Duration, _ now: ContinuousClock.Instant) -> String? {
        guard hasWork, let standing, standing.since.duration(to: now) >= patience else { return nil }
        return hindrance ?? "\(underWay) records are sent and not acknowledged"
    }

    func view(standing patience: Duration, _ now: ContinuousClock.Instant) -> TaskView {
        var view = TaskView(
            state: wanted.isPaused ? .paused : .running, hindrance: hindrance, position: machine?.position,
            gap: machine?.commit.gap)
        switch phase {
        case .failed(let failure, _):
            view.state = .failed
            view.hindrance = nil
            view.trace = failure.trace(partition)
        case .starting:
            if isRestarting, !wanted.isPaused { view.state = .restarting }
        case .running: break
        }
        view.notFlowing = notFlowing(patience, now)
        return view
    }
}
