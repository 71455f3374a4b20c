internal import CRdkafka
package import Domain
package import Operations

/// A member of a consumer group that shares work and neither reads nor commits: `cooperative-sticky`, its
/// partitions assigned and paused.
///
/// Not `Sendable`: one thread makes, uses and closes it.
package final class GroupMembership {
    package enum Event: Hashable, Sendable {
        case assigned([TopicPartition])
        /// To be answered with ``finishRevocation()`` once nothing is under way in them; the group waits.
        /// `isLost`: somebody else may own them already.
        case revoked([TopicPartition], isLost: Bool)
        case failed(PortError)
    }

    private let handle: PolledHandle
    private let configuration: KafkaConfiguration
    private let group: String
    private var hasBeenAssigned = false
    private var hasSubscribed = false
    /// The rebalance that waits for ``finishRevocation()``.
    private var revocation: OpaquePointer?

    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, group: String, sessionTimeout: Duration, heartbeat: Duration,
        bell: QueueBell, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        self.group = group
        do throws(KafkaError) {
            handle = try PolledHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": group,
                    "partition.assignment.strategy": "cooperative-sticky",
                    "session.timeout.ms": "\(sessionTimeout.librdkafkaMilliseconds)",
                    "heartbeat.interval.ms": "\(heartbeat.librdkafkaMilliseconds)",
                    "max.poll.interval.ms": "\(max(sessionTimeout, .seconds(300)).librdkafkaMilliseconds)",
                    "enable.auto.commit": "false",
                    "enable.auto.offset.store": "false",
                    "auto.offset.reset": "latest",
                    "queued.min.messages": "1",
                    "queued.max.messages.kbytes": "1",
                    "topic.metadata.refresh.interval.ms": "30000",
                    "allow.auto.create.topics": "false",
                ], served: RD_KAFKA_EVENT_REBALANCE, bell: bell, log: log)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    deinit { abandonRevocation() }

    /// Replaces the topics whose partitions are shared; the group rebalances where they differ. None leaves the group.
    package func subscribe(_ topics: [String]) throws(PortError) {
        let code: rd_kafka_resp_err_t
        if topics.isEmpty {
            guard hasSubscribed else { return }
            code = rd_kafka_unsubscribe(handle.pointer)
            hasSubscribed = false
        } else {
            let list = TopicPartitionList(topics.sorted().map { TopicPartition($0, -1) }) { _ in 0 }
            code = rd_kafka_subscribe(handle.pointer, list.pointer)
            hasSubscribed = true
        }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw report(KafkaError(code, operation: "JoinGroup"))
    }

    /// Tells what has happened, without waiting. Nothing while a revocation waits to be finished.
    package func events(_ body: (Event) -> Void) {
        handle.serveErrors()
        while let event = rd_kafka_queue_poll(handle.queue, 0) {
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_REBALANCE:
                rebalance(event, body)
                continue
            case RD_KAFKA_EVENT_ERROR:
                let code = rd_kafka_event_error(event)
                let error = KafkaError(
                    code, operation: "JoinGroup", reason: String(cString: rd_kafka_event_error_string(event)))
                if error.isAuthorization || error.isAuthentication {
                    body(.failed(report(error)))
                } else {
                    handle.events.take(event)
                }
            default:
                break  // A record that came before its partition was paused.
            }
            rd_kafka_event_destroy(event)
        }
    }

    /// Gives the revoked partitions up.
    package func finishRevocation() {
        guard let event = revocation else { return }
        revocation = nil
        unassign(event)
    }

    /// Leaves the group, giving everything up. Blocks for at most so long; what is not done by then goes on by
    /// itself, and the membership must not be used any more.
    package func close(within deadline: Duration) {
        // From here on the lane's thread alone uses it.
        nonisolated(unsafe) let leaving = self
        BlockingLane(label: "leave").run(within: deadline) { leaving.leave(within: deadline) }
    }

    private func leave(within deadline: Duration) {
        abandonRevocation()
        let stopwatch = ContinuousClock().now.advanced(by: deadline)
        // librdkafka 2.0.2 may abort when a cooperative consumer closes before its first assignment.
        while hasSubscribed, !hasBeenAssigned, ContinuousClock().now < stopwatch {
            guard let event = rd_kafka_queue_poll(handle.queue, 100) else { continue }
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
                rebalance(event) { _ in }
                finishRevocation()
            } else {
                rd_kafka_event_destroy(event)
            }
        }
        if hasBeenAssigned {
            rd_kafka_error_destroy(rd_kafka_consumer_close_queue(handle.pointer, handle.queue))
            // To its end, however long that takes: destroyed earlier, librdkafka would wait for ever for the answer to
            // a rebalance that nobody sees any more.
            while rd_kafka_consumer_closed(handle.pointer) == 0 {
                guard let event = rd_kafka_queue_poll(handle.queue, 100) else { continue }
                if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
                    unassign(event)
                } else {
                    rd_kafka_event_destroy(event)
                }
            }
        }
        handle.close()
    }

    private func rebalance(_ event: OpaquePointer, _ body: (Event) -> Void) {
        guard let list = rd_kafka_event_topic_partition_list(event) else {
            rd_kafka_event_destroy(event)
            return
        }
        var partitions: [TopicPartition] = []
        TopicPartitionList.forEach(in: list) { partition, _, _ in partitions.append(partition) }
        switch rd_kafka_event_error(event) {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            hasBeenAssigned = true
            // At the end, so that no committed offset is looked for, and paused: another handle reads.
            for index in 0..<Int(list.pointee.cnt) { list.pointee.elems[index].offset = Int64(RD_KAFKA_OFFSET_END) }
            let error = KafkaError(taking: rd_kafka_incremental_assign(handle.pointer, list), operation: "JoinGroup")
            rd_kafka_pause_partitions(handle.pointer, list)
            rd_kafka_event_destroy(event)
            if let error { body(.failed(report(error))) }
            body(.assigned(partitions))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let isLost = rd_kafka_assignment_lost(handle.pointer) != 0
            if isLost {
                unassign(event)
            } else {
                abandonRevocation()
                revocation = event
            }
            body(.revoked(partitions, isLost: isLost))
        default:
            let error = KafkaError(rd_kafka_event_error(event), operation: "JoinGroup")
            unassign(event)
            body(.failed(report(error)))
            if !partitions.isEmpty { body(.revoked(partitions, isLost: true)) }
        }
    }

    private func unassign(_ event: OpaquePointer) {
        if let list = rd_kafka_event_topic_partition_list(event) {
            // A failure here says that the partitions are gone already.
            rd_kafka_error_destroy(rd_kafka_incremental_unassign(handle.pointer, list))
        }
        rd_kafka_event_destroy(event)
    }

    private func abandonRevocation() {
        guard let event = revocation else { return }
        revocation = nil
        if handle.isClosed { return }
        unassign(event)
    }

    private func report(_ error: KafkaError) -> PortError {
        KafkaFailureReport(faults: handle.events.faults, configuration: configuration)
            .portError(error, subject: "group \(group)", access: .readGroup(group))
    }
}
