import Domain

/// How fast a plan runs, how long it waits for effects, and when it gives up.
package struct PlanPacing: Sendable {
    /// From the beginning of a call to the beginning of the next.
    package let interval: Duration
    /// The run stops at this many failed lines.
    package let maximumFailures: Int
    /// The run stops when more than this share (0...1) of all its lines has failed.
    package let maximumFailedShare: Double
    /// A reading of the connectors that is older than this is made anew before the next call.
    package let readingLifetime: Duration
    /// Between two looks at an effect that is not there yet.
    package let pollInterval: Duration
    /// How long a connector that is UNASSIGNED or RESTARTING may take to settle before its line is skipped.
    package let settleDeadline: Duration
    /// How long the state that was asked for may take to show.
    package let stateDeadline: Duration
    /// How long a mirror that RUNS may take to be seen to flow.
    package let flowDeadline: Duration
    /// The least time between two changes of the traffic.
    package let betweenTrafficChanges: Duration

    /// - Parameter callsPerSecond: values outside 0.01...1,000, and what is no number, count as the nearest
    ///   bound, so that a slip in a configuration cannot turn into a flood.
    package init(
        callsPerSecond: Double = 5, maximumFailures: Int = 3, maximumFailedShare: Double = 0.2,
        readingLifetime: Duration = .seconds(5), pollInterval: Duration = .milliseconds(500),
        settleDeadline: Duration = .seconds(10), stateDeadline: Duration = .seconds(30),
        flowDeadline: Duration = .seconds(30), betweenTrafficChanges: Duration = .seconds(5)
    ) {
        let bounded = callsPerSecond >= 0.01 ? min(callsPerSecond, 1_000) : 0.01
        interval = .nanoseconds(Int64(1_000_000_000 / bounded))
        self.maximumFailures = max(1, maximumFailures)
        self.maximumFailedShare = maximumFailedShare
        self.readingLifetime = readingLifetime
        self.pollInterval = max(pollInterval, .milliseconds(1))
        self.settleDeadline = settleDeadline
        self.stateDeadline = stateDeadline
        self.flowDeadline = flowDeadline
        self.betweenTrafficChanges = betweenTrafficChanges
    }

    /// The pace, as the preview shows it.
    package var callsPerSecond: Double { 1 / interval.inSeconds }

    /// Whether a run of `count` lines with `failures` failed ones goes no further.
    package func stops(after failures: Int, of count: Int) -> Bool {
        failures >= maximumFailures || Double(failures) > maximumFailedShare * Double(count)
    }
}
