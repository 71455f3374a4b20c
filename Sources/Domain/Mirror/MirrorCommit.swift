/// The evidence that a mirror commits with its position, as the metadata of the commit. mirroring.md, M2.
package struct MirrorCommit: Hashable, Sendable {
    /// E: 1 + target offset of the last copy of a local below the position, 0 if none.
    package var copiedEnd: Int64
    /// K: highest source offset in headers of filtered records below the position, -1 if none.
    package var highestFiltered: Int64
    /// Records copied below the position since the topic's first cut.
    package var copies: Int64
    /// Cluster id of TO, as Kafka spells it.
    package var targetCluster: String
    package var topicID: KafkaUUID
    /// Leader epoch of the last read; -1: unknown.
    package var leaderEpoch: Int32
    /// The lowest open gap.
    package var gap: Int64?
    /// E or K is a mere upper bound.
    package var isUpperBound: Bool
    /// Below this target offset every copy is of an older log of the same topic, and does not count.
    package var generationFloor: Int64?

    package init(
        copiedEnd: Int64, highestFiltered: Int64, copies: Int64, targetCluster: String, topicID: KafkaUUID = .unknown,
        leaderEpoch: Int32 = -1, gap: Int64? = nil, isUpperBound: Bool = false,
        generationFloor: Int64? = nil
    ) {
        self.copiedEnd = copiedEnd
        self.highestFiltered = highestFiltered
        self.copies = copies
        self.targetCluster = targetCluster
        self.topicID = topicID
        self.leaderEpoch = leaderEpoch
        self.gap = gap
        self.isUpperBound = isUpperBound
        self.generationFloor = generationFloor
    }

    /// The group without members that holds the positions.
    package static func group(from source: String, to target: String) -> String { "__osync.mirror.\(source).\(target)" }

    package var metadata: String {
        var text =
            "cut1;e=\(copiedEnd);k=\(highestFiltered);n=\(copies);x=\(targetCluster);ti=\(topicID);le=\(leaderEpoch)"
        if let gap { text += ";g=\(gap)" }
        if isUpperBound { text += ";u=1" }
        if let generationFloor { text += ";f=\(generationFloor)" }
        return text
    }

    /// `nil` for every text that no mirror of this version has written. Keys that are not known are left aside.
    package init?(metadata: String) {
        let fields = metadata.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.first == "cut1" else { return nil }
        var values: [Substring: Substring] = [:]
        for field in fields.dropFirst() {
            guard let equals = field.firstIndex(of: "=") else { return nil }
            let key = field[..<equals]
            guard values.updateValue(field[field.index(after: equals)...], forKey: key) == nil else { return nil }
        }
        func number<Number: FixedWidthInteger>(_ key: Substring, from least: Number) -> Number? {
            guard let text = values[key], let number = Number(text), number >= least else { return nil }
            return number
        }
        guard let copiedEnd = number("e", from: Int64(0)), let highestFiltered = number("k", from: Int64(-1)),
            let copies = number("n", from: Int64(0)), let cluster = values["x"], !cluster.isEmpty,
            let topicID = values["ti"].flatMap({ KafkaUUID(base64URL: String($0)) }),
            let leaderEpoch = number("le", from: Int32(-1)), values["u"] == nil || values["u"] == "1"
        else { return nil }
        let gap: Int64? = number("g", from: 0)
        let floor: Int64? = number("f", from: 0)
        guard values["g"] == nil || gap != nil, values["f"] == nil || floor != nil else { return nil }
        self.init(
            copiedEnd: copiedEnd, highestFiltered: highestFiltered, copies: copies, targetCluster: String(cluster),
            topicID: topicID, leaderEpoch: leaderEpoch, gap: gap, isUpperBound: values["u"] == "1",
            generationFloor: floor)
    }
}

/// A position as it was committed.
package struct CommittedCut: Hashable, Sendable {
    /// The next source offset.
    package let offset: Int64
    /// As it stands in the commit.
    package let metadata: String

    package init(offset: Int64, metadata: String) {
        self.offset = offset
        self.metadata = metadata
    }
}
