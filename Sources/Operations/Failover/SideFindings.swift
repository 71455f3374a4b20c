import Domain

/// What gates find of the sides that groups have members on. A count that is missing could not be read.
enum SideFindings {
    static func wrongSide(_ groups: [String], onSource: SeenMembers, source: IDC, isStoppingStated: Bool) -> GateFinding
    {
        let there = groups.filter { (onSource.counts[$0] ?? 0) > 0 }
        if !there.isEmpty {
            let clients = there.flatMap { group in onSource.clients(of: group).map { "\(group) \($0)" } }
            return GateFinding(.wrongSide, .red, clients.shortList())
        }
        if !isStoppingStated, groups.contains(where: { onSource.counts[$0] == nil }) {
            return GateFinding(.wrongSide, .unknown, "\(source.rawValue) could not be read")
        }
        return GateFinding(.wrongSide, .green, "nobody is on \(source.rawValue)")
    }

    /// - Parameter isStoppingStated: the driver has stated that nothing consumes on the source, where it does not say.
    static func splitConsumption(
        _ groups: [String], onSource: SeenMembers, onTarget: SeenMembers, isStoppingStated: Bool
    ) -> GateFinding {
        var both: [String] = []
        var unknown: [String] = []
        for group in groups {
            switch (onSource.counts[group] ?? (isStoppingStated ? 0 : nil), onTarget.counts[group]) {
            case (0?, _), (_, 0?): break
            case (nil, _), (_, nil): unknown.append(group)
            case (_?, _?): both.append(group)
            }
        }
        if !both.isEmpty { return GateFinding(.splitConsumption, .red, both.shortList()) }
        if !unknown.isEmpty {
            return GateFinding(
                .splitConsumption, .unknown,
                "\(unknown.count) could not be read on both sides: \(unknown.shortList())")
        }
        return GateFinding(.splitConsumption, .green, "no group is on both sides")
    }
}
