/// Which rungs of a ladder are kept: all of 15 minutes, one per 10 seconds of 24 hours, and beyond that a spacing
/// that doubles with every doubling of the age, about 70 rungs each.
///
/// A group that lags by some time is behind the best position by at most a sixty-fourth of it, once older than a
/// day. Slots are aligned to powers of two of 10 seconds, so that thinning again and again drops nothing that
/// thinning once would have kept.
package enum LadderRetention {
    package static let everything: Duration = .seconds(15 * 60)
    package static let fine: Duration = .seconds(24 * 3_600)
    private static let fineSlot: Int64 = 10_000
    /// Of 10 seconds, for the first octave beyond ``fine``: about 21 minutes.
    private static let coarseSlots: Int64 = 128

    /// The width in milliseconds of the slot of which one rung is kept; `nil`: all are.
    static func slot(age: Int64) -> Int64? {
        guard age > everything.wholeMilliseconds else { return nil }
        guard age > fine.wholeMilliseconds else { return fineSlot }
        var width = fineSlot * coarseSlots
        var octave = fine.wholeMilliseconds * 2
        // Ages beyond 2^20 days are a clock gone wrong: the spacing stays.
        while age > octave, width < Int64.max / 4, octave < Int64.max / 4 {
            width *= 2
            octave *= 2
        }
        return width
    }
}

extension Ladder {
    /// Drops what is too close for its age. The last rung of a slot stays, and the newest of all.
    package mutating func thin(now: WallTime) {
        guard let newest = rungs.last else { return }
        let all = rungs
        var next = 1
        keep { rung in
            defer { next += 1 }
            guard next < all.count, rung != newest else { return true }
            let age = now.milliseconds - rung.seenAt.milliseconds
            guard let width = LadderRetention.slot(age: age) else { return true }
            let following = all[next].seenAt.milliseconds
            // Set-back clocks give rungs out of order of time: those are kept.
            return following < rung.seenAt.milliseconds || following / width != rung.seenAt.milliseconds / width
        }
    }
}
