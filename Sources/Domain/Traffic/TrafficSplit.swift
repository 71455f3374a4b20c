/// A configured split in percent; the two shares sum to 100.
package struct TrafficSplit: Hashable, Sendable {
    package let shares: PerIDC<Int>

    /// `nil` for a share outside 0...100 or a sum other than 100: never 0:0 (failover.md, section 3).
    package init?(idc1: Int, idc2: Int) {
        guard (0...100).contains(idc1), (0...100).contains(idc2), idc1 + idc2 == 100 else { return nil }
        shares = PerIDC(idc1: idc1, idc2: idc2)
    }

    /// Reads `IDC1:IDC2`, for example `50:50`.
    package init?(spelled text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let one = Int(parts[0]), let two = Int(parts[1])
        else { return nil }
        self.init(idc1: one, idc2: two)
    }
}

extension TrafficSplit: CustomStringConvertible {
    package var description: String { "\(shares.idc1):\(shares.idc2)" }
}

/// The split as producers really make it: records produced per IDC, without what the mirrors wrote.
package struct MeasuredSplit: Hashable, Sendable {
    /// Records produced in each IDC, per second; `nil` for a side that could not be measured.
    package let produced: PerIDC<Double?>
    /// Records that mirrors wrote in each IDC, per second.
    package let mirroredIn: PerIDC<Double?>
    /// The span that was measured.
    package let window: Duration
    /// How many records were looked at.
    package let sampledRecords: Int
    /// Whether every record of the window was looked at; otherwise the figures are marked `~`.
    package let isExact: Bool
    /// Partitions whose ends could not be read: their records are missing in the rates of that side.
    package let unreadPartitions: PerIDC<Int>

    package init(
        produced: PerIDC<Double?>, mirroredIn: PerIDC<Double?>, window: Duration, sampledRecords: Int,
        isExact: Bool, unreadPartitions: PerIDC<Int> = PerIDC(idc1: 0, idc2: 0)
    ) {
        self.produced = produced
        self.mirroredIn = mirroredIn
        self.window = window
        self.sampledRecords = sampledRecords
        self.isExact = isExact
        self.unreadPartitions = unreadPartitions
    }

    /// Records produced per second in both together, rounded; `nil` unless both were measured.
    package var sum: Int64? {
        guard let one = produced.idc1, let two = produced.idc2 else { return nil }
        return Int64(one + two + 0.5)
    }

    /// The share of each IDC in 0...1; `nil` unless both sides were measured and something was produced.
    package var shares: PerIDC<Double>? {
        guard let one = produced.idc1, let two = produced.idc2, one + two > 0 else { return nil }
        return PerIDC(idc1: one / (one + two), idc2: two / (one + two))
    }
}

/// A server behind the load balancer.
package struct TrafficServer: Hashable, Sendable {
    package let name: String
    package let idc: IDC
    package let weight: Int
    /// `UP`, `DOWN`, `MAINT`, `DRAIN`, as HAProxy's `show stat` says it.
    package let status: String

    package init(name: String, idc: IDC, weight: Int, status: String) {
        self.name = name
        self.idc = idc
        self.weight = weight
        self.status = status
    }
}

/// What the traffic source is set to.
package struct ConfiguredTraffic: Hashable, Sendable {
    package let servers: [TrafficServer]
    /// The split that the weights of serving servers amount to; `nil` when no server takes traffic.
    package let split: TrafficSplit?
    /// What is wrong with the source although it answered, a sentence each: one of several load balancers
    /// could not be read, or they disagree.
    package let problems: [String]

    package init(servers: [TrafficServer], split: TrafficSplit?, problems: [String] = []) {
        self.servers = servers
        self.split = split
        self.problems = problems
    }
}
