import Domain

/// What a run asks of mirrors, answered from what the console reads; `nil` where that is not known.
extension Snapshot {
    /// Records that the flows still have to copy, as last known.
    func toCopy(_ flows: [ReplicationFlow]) -> Int64? {
        guard areMirrorsListed else { return nil }
        var sum: Int64 = 0
        for row in mirrors {
            for flow in flows {
                guard let count = row.flows[flow.source].toCopy?.count else { return nil }
                sum += count
            }
        }
        return sum
    }

    /// Whether the log ends that the flows copy up to are those of now.
    func hasEnds(of flows: [ReplicationFlow]) -> Bool {
        flows.allSatisfy { clusters[$0.source].ranges.current != nil }
    }

    /// Records between the flows' positions and the log ends of an earlier snapshot.
    func left(behind first: Snapshot, _ flows: [ReplicationFlow]) -> Int64? {
        guard first.areMirrorsListed, first.hasEnds(of: flows) else { return nil }
        let rows = Dictionary(mirrors.map { ($0.topic, $0) }) { first, _ in first }
        var left: Int64 = 0
        for row in first.mirrors {
            for flow in flows {
                let now = rows[row.topic]?.flows[flow.source].positions ?? []
                for entry in row.flows[flow.source].positions {
                    guard let range = entry.range else { return nil }
                    // Nothing was ever there to be copied.
                    guard range.logEnd > range.logStart else { continue }
                    guard let position = now.first(where: { $0.partition == entry.partition })?.position else {
                        return nil
                    }
                    left += max(0, range.logEnd.distance(from: position))
                }
            }
        }
        return left
    }

    /// The connectors that copy the flow: those that its target's Connect lists now, of topics that are known there.
    func connectors(of flow: ReplicationFlow) -> Set<String>? {
        let target = clusters[flow.target]
        guard target.connectors.current != nil, target.metadata.lastKnown != nil else { return nil }
        return Set(mirrors.flatMap { $0.flows[flow.source].connectors })
    }
}
