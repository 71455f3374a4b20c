/// What kind of thing an alert is about, by the word that scenarios and the sandbox's report use.
package enum AlertKind: String, Hashable, Sendable, CaseIterable {
    case writesFrozen = "writes-frozen"
    case clusterUnreachable = "cluster-unreachable"
    case brokerDown = "broker-down"
    case partitionsOffline = "partitions-offline"
    case writesRefused = "writes-refused"
    case underReplicated = "under-replicated"
    /// The cluster answers, but not everything that was asked.
    case sourceUnreadable = "source-unreadable"
    case connectUnreachable = "connect-unreachable"
    case mirrorPaused = "mirror-paused"
    case mirrorStopped = "mirror-stopped"
    case mirrorFailed = "mirror-failed"
    case mirrorUnassigned = "mirror-unassigned"
    case mirrorNotFlowing = "mirror-not-flowing"
    case mirrorMissing = "mirror-missing"
    case mirrorDouble = "mirror-double"
    case partitionsDiffer = "partitions-differ"
    case mirrorOvertaken = "mirror-overtaken"
    case topicMissing = "topic-missing"
    case mirrorStateUnknown = "mirror-state-unknown"
    /// Retention is about to delete what has not been copied.
    case retentionNear = "retention-near"
    case splitConsumption = "split-consumption"
    case groupStalled = "group-stalled"
    case groupRewound = "group-rewound"
    case trafficUnreadable = "traffic-unreadable"
    case trafficProblem = "traffic-problem"
    case trafficNowhere = "traffic-nowhere"
    /// Somebody produces where the weight is 0.
    case trafficPastWeights = "traffic-past-weights"
    case other
}
