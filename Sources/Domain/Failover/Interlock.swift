/// What is never done, whatever screen, command line or runbook asks for it. Whoever writes asks
/// ``Interlock/obstacle(to:in:)`` with readings taken just before.
package enum Interlock: String, CaseIterable, Hashable, Sendable {
    /// Never 0:0, and never a sum other than 100.
    case splitSum = "split-sum"
    /// Never traffic to a side without quorum.
    case noQuorum = "no-quorum"
    /// Never an offset written to a group with members.
    case groupHasMembers = "group-has-members"
    /// Never consumers started on one side while members are on the other.
    case membersOnOtherSide = "members-on-other-side"
    /// Never two drivers.
    case anotherDriver = "another-driver"
    /// Never a write while frozen.
    case frozen
    /// Never a second traffic change within the wait period.
    case trafficTooSoon = "traffic-too-soon"
    /// Never a step whose plan is stale.
    case stalePlan = "stale-plan"

    /// What somebody wants to change.
    package enum Act: Hashable, Sendable {
        /// The shares are as they were asked for, right or wrong.
        case traffic(PerIDC<Int>)
        case writeOffsets(groups: [String], on: IDC)
        /// Also what starts them by pointing a name there.
        case startConsumers(groups: [String], on: IDC)
        /// Anything else that writes.
        case write
    }

    /// What was read just before. `nil` is not known, and forbids as much as the worst would.
    package struct Readings: Hashable, Sendable {
        package var hasQuorum: PerIDC<Bool?> = PerIDC(idc1: nil, idc2: nil)
        /// Members by group; a group that is missing was not read.
        package var members: PerIDC<[String: Int]> = PerIDC(idc1: [:], idc2: [:])
        package var holdsLease: Bool?
        package var isFrozen: Bool?
        /// `nil`: the traffic was not changed before.
        package var sinceTrafficChange: Duration?
        /// The least time between two changes of the traffic.
        package var trafficWait: Duration = .seconds(5)
        package var isPlanCurrent: Bool?
        /// The driver waived the quorum of this side, typing the reason and its name.
        package var quorumWaivedOn: IDC?
        /// The driver has typed how the consumers of this side are known to be stopped: unknown members there are
        /// taken for none. Members that are seen never are.
        package var statedStoppedOn: IDC?

        package init() {}
    }

    package struct Obstacle: Hashable, Sendable {
        package let interlock: Interlock
        /// What was seen, a sentence.
        package let detail: String
        /// Nothing was seen that forbids: what has to be known could not be read.
        package let isUnknown: Bool
    }

    /// The first thing that forbids an act; `nil`: it may be done now.
    package static func obstacle(to act: Act, in readings: Readings) -> Obstacle? {
        guard readings.holdsLease == true else {
            return Obstacle(
                interlock: .anotherDriver,
                detail: readings.holdsLease == nil
                    ? "It cannot be told whether this run still holds the lease."
                    : "This run does not hold the lease any more. To try again takes it again, unless somebody else has it.",
                isUnknown: readings.holdsLease == nil)
        }
        guard readings.isFrozen == false else {
            return Obstacle(
                interlock: .frozen,
                detail: readings.isFrozen == nil
                    ? "It cannot be told whether writes are frozen."
                    : "Writes are frozen: `bascule thaw` lets them go on.",
                isUnknown: readings.isFrozen == nil)
        }
        guard readings.isPlanCurrent == true else {
            return Obstacle(
                interlock: .stalePlan,
                detail: "What the step was planned from is not so any more: it is planned again.", isUnknown: false)
        }
        return switch act {
        case .traffic(let shares): trafficObstacle(shares, readings)
        case .writeOffsets(let groups, let idc): membersObstacle(.groupHasMembers, groups, idc, readings)
        case .startConsumers(let groups, let idc): membersObstacle(.membersOnOtherSide, groups, idc.other, readings)
        case .write: nil
        }
    }

    private static func trafficObstacle(_ shares: PerIDC<Int>, _ readings: Readings) -> Obstacle? {
        guard TrafficSplit(idc1: shares.idc1, idc2: shares.idc2) != nil else {
            return Obstacle(
                interlock: .splitSum,
                detail: "\(shares.idc1):\(shares.idc2) is no split: two shares in percent that sum to 100.",
                isUnknown: false)
        }
        for idc in IDC.allCases where shares[idc] > 0 && readings.quorumWaivedOn != idc {
            guard readings.hasQuorum[idc] != true else { continue }
            return Obstacle(
                interlock: .noQuorum,
                detail: readings.hasQuorum[idc] == nil
                    ? "It cannot be told whether \(idc.rawValue) has a quorum." : "\(idc.rawValue) has no quorum.",
                isUnknown: readings.hasQuorum[idc] == nil)
        }
        return readings.sinceTrafficChange.flatMap { tooSoon(after: $0, wait: readings.trafficWait) }
    }

    /// Of a change of the traffic so long after the one before it. A clock that was set back in between holds nobody up for
    /// longer than the wait.
    package static func tooSoon(after since: Duration, wait: Duration) -> Obstacle? {
        guard max(since, .zero - since) < wait else { return nil }
        return Obstacle(
            interlock: .trafficTooSoon,
            detail: "The traffic was changed \(since.wholeMilliseconds) ms ago, and stays for "
                + "\(wait.wholeMilliseconds) ms at least.", isUnknown: false)
    }

    private static func membersObstacle(
        _ interlock: Interlock, _ groups: [String], _ idc: IDC, _ readings: Readings
    ) -> Obstacle? {
        for group in groups {
            switch readings.members[idc][group] {
            case 0?: continue
            case let count?:
                return Obstacle(
                    interlock: interlock, detail: "\(group) has \(Count(count, "member")) on \(idc.rawValue).",
                    isUnknown: false)
            case nil:
                if readings.statedStoppedOn == idc { continue }
                return Obstacle(
                    interlock: interlock,
                    detail: "It cannot be told whether \(group) has members on \(idc.rawValue).", isUnknown: true)
            }
        }
        return nil
    }
}
