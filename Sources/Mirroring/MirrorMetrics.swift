internal import Domain
internal import Operations

/// What `/metrics` tells of a worker's mirrors; names `bascule_mirror_*`.
enum MirrorMetrics {
    static func families(_ directions: [MirrorDirection]) -> [MetricFamily] {
        let rows = directions.flatMap { direction in
            direction.desk.currentCounts.sorted { $0.key < $1.key }.map { (direction, $0.key, $0.value) }
        }
        func counter(_ name: String, _ help: String, _ value: (MirrorCounts) -> Int64) -> MetricFamily {
            MetricFamily(
                "bascule_mirror_\(name)_total", .counter, help: help,
                samples: rows.map { row in
                    sample(row.0, row.1, Double(value(row.2)))
                })
        }
        func gauge(_ name: String, _ help: String, _ value: (MirrorCounts) -> Int64?) -> MetricFamily {
            MetricFamily(
                "bascule_mirror_\(name)", .gauge, help: help,
                samples: rows.compactMap { row in
                    value(row.2).map { sample(row.0, row.1, Double($0)) }
                })
        }
        return [
            counter("copied_records", "Copies acknowledged by the target.") { $0.copied },
            counter("copied_bytes", "Bytes of keys and values sent to the target.") { $0.copiedBytes },
            counter("forwarded_headers", "Locals with an osync-origin that belongs elsewhere; it was replaced.") {
                $0.forwardedHeaders
            },
            counter("source_regressions", "Filtered records whose source offset fell.") { $0.sourceRegressions },
            counter("timestamps_replaced", "Copies whose timestamp 0 the client library replaced by now.") {
                $0.timestampsReplaced
            },
            counter("dead_letters", "Refused records written to the dead-letter topic.") { $0.deadLetters },
            counter("starts", "Start procedures that ended well.") { $0.starts },
            gauge("position", "Next source offset that is neither filtered nor acknowledged.") { $0.position },
            gauge("under_way_records", "Copies that are sent and not acknowledged.") { $0.underWay },
            MetricFamily(
                "bascule_mirror_latency_seconds", .histogram,
                help: "From a record's timestamp to the target's acknowledgement of its copy.",
                samples: directions.flatMap { direction in
                    Dictionary(grouping: direction.desk.currentCounts, by: \.key.topic)
                        .sorted { $0.key < $1.key }
                        .flatMap { topic, partitions in
                            partitions.reduce(into: LatencyHistogram()) { $0.add($1.value.latency) }
                                .samples(from: direction.from, to: direction.to, topic: topic)
                        }
                }),
            MetricFamily(
                "bascule_mirror_not_flowing", .gauge,
                help: "1: RUNNING, with something to do, and the position has not moved for 10 seconds.",
                samples: directions.flatMap { direction in
                    direction.desk.currentViews.sorted { $0.key < $1.key }.map { partition, view in
                        sample(direction, partition, view.notFlowing == nil ? 0 : 1)
                    }
                }),
            gauge("copied_end", "E: one more than the target offset of the last copy below the position.") {
                $0.copiedEnd
            },
            MetricFamily(
                "bascule_mirror_tasks", .gauge, help: "Partitions of this worker by state.",
                samples: directions.flatMap { direction in
                    Dictionary(grouping: direction.desk.currentViews.values, by: \.state)
                        .sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { state, views in
                            MetricFamily.Sample(
                                Double(views.count),
                                ["from": direction.from, "to": direction.to, "state": state.rawValue])
                        }
                }),
            MetricFamily(
                "bascule_mirror_workers", .gauge, help: "Workers heard of within the session time-out.",
                samples: directions.map {
                    MetricFamily.Sample(Double($0.board.liveWorkers.count), ["from": $0.from, "to": $0.to])
                }),
        ]
    }

    private static func sample(
        _ direction: MirrorDirection, _ partition: TopicPartition, _ value: Double
    ) -> MetricFamily.Sample {
        MetricFamily.Sample(
            value,
            [
                "from": direction.from, "to": direction.to, "topic": partition.topic,
                "partition": "\(partition.partition)",
            ])
    }
}
