import Domain

/// Whether a snapshot taken after a call shows that a mirror copies again: states alone do not tell.
enum FlowEvidence {
    /// Its position moves, or it writes, or there is nothing to copy.
    case flows(String)
    /// There is something to copy, and nothing moves.
    case standsStill(String)
    /// No newer snapshot yet.
    case awaited
    /// The snapshot knows neither what is to copy nor where the mirror stands.
    case cannotTell

    /// - Parameters:
    ///   - before: the positions just before the call, by partition.
    ///   - calledAt: when the call had been answered; only snapshots begun later count.
    static func evidence(
        for target: MirrorTarget, in snapshot: Snapshot?, before: [Int32: Offset], calledAt: WallTime
    ) -> FlowEvidence {
        guard let snapshot else { return .cannotTell }
        guard snapshot.at > calledAt else { return .awaited }
        guard let flow = snapshot.mirrors.first(where: { $0.topic == target.topic })?.flows[target.flow.source],
            flow.state.current != nil
        else { return .cannotTell }
        if let toCopy = flow.toCopy, toCopy.count == 0 { return .flows("nothing is left to copy") }
        if let rate = flow.recordsPerSecond, rate > 0 { return .flows("records flow") }
        var isComparable = false
        for entry in flow.positions {
            guard let position = entry.position, let earlier = before[entry.partition] else { continue }
            if position > earlier { return .flows("its position moves") }
            isComparable = true
        }
        guard isComparable, let toCopy = flow.toCopy else { return .cannotTell }
        return .standsStill(
            "\(toCopy.isExact ? "" : "about ")\(toCopy.count) records are to be copied, and its position does not move")
    }

    /// The positions that a snapshot knows.
    static func positions(of target: MirrorTarget, in snapshot: Snapshot?) -> [Int32: Offset] {
        guard let flow = snapshot?.mirrors.first(where: { $0.topic == target.topic })?.flows[target.flow.source] else {
            return [:]
        }
        var result: [Int32: Offset] = [:]
        for entry in flow.positions { result[entry.partition] = entry.position }
        return result
    }
}
