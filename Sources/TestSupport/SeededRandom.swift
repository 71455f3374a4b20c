/// SplitMix64: the same numbers for the same seed, so that a failing case can be played again.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `bound`, exclusive; 0 for a bound of 0.
    package mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(truncatingIfNeeded: next() % UInt64(bound)) : 0
    }

    /// A number from `low` to `high`, both inclusive.
    package mutating func within(_ low: Int, _ high: Int) -> Int {
        low + below(max(0, high - low) + 1)
    }

    package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
