internal import Domain
internal import Operations

/// What `/metrics` tells of a daemon; names `bascule_sync_*`.
enum SyncMetrics {
    /// - Parameter groups: that this daemon answers for. Of each every family has a row: what is not known is NaN, and a
    ///   group that could not be read is in the state `unknown`.
    static func families(
        _ figures: SyncFigures, groups: [String], statuses: [GroupSyncStatus], leases: PerIDC<SyncLease.Counts>,
        freeze: Reading<OperatorHold?>, at moment: WallTime
    ) -> [MetricFamily] {
        let counts = figures.counts
        let (distances, readAt) = (figures.distances, figures.readAt)
        let told = Dictionary(statuses.map { ($0.group, $0) }) { first, _ in first }
        func group(_ name: String, _ help: String, _ value: (GroupSyncStatus) -> Double?) -> MetricFamily {
            MetricFamily(
                "bascule_sync_group_\(name)", .gauge, help: help,
                samples: groups.map { group in
                    MetricFamily.Sample(told[group].flatMap(value) ?? .nan, ["group": group])
                })
        }
        func counter(_ name: String, _ help: String, _ value: Int64) -> MetricFamily {
            MetricFamily(
                "bascule_sync_\(name)_total", .counter, help: help, samples: [MetricFamily.Sample(Double(value))])
        }
        return [
            MetricFamily(
                "bascule_sync_group_state", .gauge, help: "1 for the state that a group's offsets are in.",
                samples: groups.map { group in
                    let status = told[group]
                    // What a cycle could not read may have changed since the last one that could.
                    let state = status?.problem == nil ? status?.state : nil
                    return MetricFamily.Sample(
                        1,
                        [
                            "group": group, "state": state?.word ?? "unknown",
                            "method": status?.methods.first?.rawValue ?? "none",
                            "from": status?.flow?.source.rawValue ?? "none",
                        ])
                }),
            group("operator_hold", "1: an operator or the configuration holds the group, and nothing is written.") {
                switch $0.hold {
                case .none: 0
                case .holdsNotRead: .nan
                case .some: 1
                }
            },
            group("read_age_seconds", "Since a group was last read whole; what else is said of it is as old.") {
                readAt[$0.group].map { moment.since($0).inSeconds }
            },
            group("read_twice", "Records read again after a move now, at most.") { $0.readTwice.map(Double.init) },
            group("tail", "Consumed records that the other side does not have yet.") { $0.tail.map(Double.init) },
            group("evidence_age_seconds", "Age of the oldest evidence in use.") { status in
                status.evidenceAt.map { moment.since($0).inSeconds }
            },
            group("expires_seconds", "Until the first commit on the other side is deleted.") {
                $0.expiresIn?.inSeconds
            },
            group("offset_distance", "D(t): committed offsets less those that stand on the other side.") {
                $0.offsetDistance.map(Double.init)
            },
            group("offset_distance_change", "D(t) - D(t - 10 min).") {
                distances[$0.group]?.change(at: moment).map(Double.init)
            },
            MetricFamily(
                "bascule_sync_frozen", .gauge, help: "1: an operator has frozen all writes.",
                samples: [MetricFamily.Sample(freeze.current.map { $0 == nil ? 0 : 1 } ?? .nan)]),
            counter("refreshes", "Readings of the evidence.", counts.refreshes),
            counter("cycles", "Groups looked at.", counts.cycles),
            counter("writes", "Offsets written and accepted.", counts.writes),
            MetricFamily(
                "bascule_sync_errors_total", .counter, help: "What could not be read or written, by kind.",
                samples: counts.errors.sorted { $0.key < $1.key }.map {
                    MetricFamily.Sample(Double($0.value), ["kind": $0.key])
                }),
            latency(counts),
            MetricFamily(
                "bascule_sync_latency_seconds_count", .counter, help: "Translated commits that followed a commit.",
                samples: [MetricFamily.Sample(Double(counts.latencyBuckets.reduce(0, +)))]),
            MetricFamily(
                "bascule_sync_latency_seconds_sum", .counter, help: "Seconds from commits to translated commits.",
                samples: [MetricFamily.Sample(counts.latencySum)]),
            MetricFamily(
                "bascule_sync_partitions", .gauge, help: "Partitions of bascule-sync that this daemon holds.",
                samples: IDC.allCases.map {
                    MetricFamily.Sample(Double(leases[$0].owned), ["idc": $0.rawValue])
                }),
            MetricFamily(
                "bascule_sync_lease", .gauge,
                help: "1: in the group bascule-sync; 0: not, and nothing is written on that side.",
                samples: IDC.allCases.map {
                    MetricFamily.Sample(leases[$0].isJoined ? 1 : 0, ["idc": $0.rawValue])
                }),
            MetricFamily(
                "bascule_sync_hand_overs_total", .counter, help: "Partitions that were handed over to this daemon.",
                samples: IDC.allCases.map {
                    MetricFamily.Sample(Double(leases[$0].handOvers), ["idc": $0.rawValue])
                }),
            MetricFamily(
                "bascule_sync_follows_commits", .gauge,
                help: "1: commits are seen as they come; 0: groups are asked in turn.",
                samples: IDC.allCases.map {
                    MetricFamily.Sample(counts.follows[$0] ? 1 : 0, ["idc": $0.rawValue])
                }),
        ]
    }

    private static func latency(_ counts: SyncFigures.Counts) -> MetricFamily {
        var total: Int64 = 0
        var samples: [MetricFamily.Sample] = []
        for (index, bound) in SyncFigures.latencyBounds.enumerated() {
            total += counts.latencyBuckets[index]
            samples.append(MetricFamily.Sample(Double(total), ["le": "\(bound)"]))
        }
        total += counts.latencyBuckets[SyncFigures.latencyBounds.count]
        samples.append(MetricFamily.Sample(Double(total), ["le": "+Inf"]))
        return MetricFamily(
            "bascule_sync_latency_seconds_bucket", .counter, help: "Seconds from a commit to the translated commit.",
            samples: samples)
    }
}
