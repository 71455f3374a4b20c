package import Domain
package import Operations
import Synchronization

/// The traffic router of the sandbox: one backend with a server in each IDC, weighed as HAProxy's are and read and
/// set by the same ports.
package final class EmbeddedRouter: TrafficReading, TrafficControlling {
    private struct State {
        var weights = PerIDC<Int>(idc1: 50, idc2: 50)
        var isUp = PerIDC<Bool>(idc1: true, idc2: true)
    }

    private let state = Mutex(State())
    private let names = PerIDC<String>(idc1: "a1", idc2: "b1")

    package init() {}

    package func configured() async throws(PortError) -> ConfiguredTraffic {
        let state = state.withLock { $0 }
        let servers = IDC.allCases.map { idc in
            TrafficServer(
                name: names[idc], idc: idc, weight: state.weights[idc], status: state.isUp[idc] ? "UP" : "DOWN")
        }
        return ConfiguredTraffic(servers: servers, split: share(state).flatMap(Self.split))
    }

    package func set(_ split: TrafficSplit) async throws(PortError) {
        state.withLock { $0.weights = split.shares }
    }

    /// Health checks have found the IDC's server, or lost it.
    func backend(of idc: IDC, isUp: Bool) { state.withLock { $0.isUp[idc] = isUp } }

    /// Where a request goes; `nil`: no server takes traffic.
    ///
    /// - Parameter ticket: in 0..<1.
    func route(_ ticket: Double) -> IDC? {
        share(state.withLock { $0 }).map { ticket < $0 ? .idc1 : .idc2 }
    }

    /// IDC1's share of the traffic in 0...1.
    private func share(_ state: State) -> Double? {
        let weights = PerIDC { state.isUp[$0] ? state.weights[$0] : 0 }
        let total = weights.idc1 + weights.idc2
        return total == 0 ? nil : Double(weights.idc1) / Double(total)
    }

    private static func split(_ share: Double) -> TrafficSplit? {
        let percent = Int(share * 100 + 0.5)
        return TrafficSplit(idc1: percent, idc2: 100 - percent)
    }
}
