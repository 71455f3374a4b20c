import Domain

/// Suggestions for a misspelt name.
package enum NearestNames {
    /// Up to `limit` of `candidates` that look like `name`: the one with the nearest spelling first, then those
    /// that contain it or are contained in it, the shortest first.
    package static func suggestions(for name: String, among candidates: [String], limit: Int = 3) -> [String] {
        let wanted = name.lowercased()
        var result = Spelling.nearest(to: name, among: candidates).map { [$0] } ?? []
        guard wanted.count >= 3 else { return result }
        let related = candidates.filter { candidate in
            let other = candidate.lowercased()
            return candidate != result.first && other.count >= 3 && (contains(other, wanted) || contains(wanted, other))
        }
        result += related.sorted { ($0.count, $0) < ($1.count, $1) }.prefix(max(0, limit - result.count))
        return result
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
