/// The metadata of every offset that Bascule commits: what was translated, how, when and by whom.
///
/// `osync1;src=<id8>;o=<O>;a=<A>;b=<B>;r=<R>;m=<method>;t=<ms>;f=<token>`. ASCII, no NUL. An application can skip
/// duplicates by it: from `r` up to the higher of `a` and `b`, copies with a source offset below `o` and locals below
/// `b` are processed.
package struct OwnershipTag: Hashable, Sendable {
    /// `offset.metadata.max.bytes` of a broker that nobody configured.
    package static let byteLimit = 4_096
    private static let version = "osync1"

    /// The first 8 characters of the live side's cluster id.
    package let source: String
    package let committed: Offset
    package let a: Offset
    package let b: Offset
    package let resume: Offset
    /// `nil`: a method that this version does not know.
    package let method: TranslationMethod?
    package let writtenAt: WallTime
    /// The writer's hand-over offset; grows from writer to writer.
    package let token: Int64

    package init(
        sourceCluster: String, committed: Offset, fence: LadderBounds, resume: Offset, method: TranslationMethod,
        writtenAt: WallTime, token: Int64
    ) {
        source = OwnershipTag.short(sourceCluster)
        self.committed = committed
        // A resume position is a lower bound of both: below it everything is consumed.
        a = max(fence.aLower ?? resume, resume)
        b = max(fence.bLower ?? resume, resume)
        self.resume = resume
        self.method = method
        self.writtenAt = writtenAt
        self.token = token
    }

    /// Whether a cluster id can be the one the tag names.
    package func names(cluster: String) -> Bool { source == OwnershipTag.short(cluster) }

    /// Semicolons, equals signs and control characters are in no cluster id that Kafka makes.
    private static func short(_ cluster: String) -> String {
        String(cluster.prefix(8).map { $0.isASCII && !";=".contains($0) && $0 > " " && $0 < "\u{7f}" ? $0 : "_" })
    }

    package var metadata: String {
        "\(Self.version);src=\(source);o=\(committed.rawValue);a=\(a.rawValue);b=\(b.rawValue);r=\(resume.rawValue)"
            + ";m=\(method?.rawValue ?? "-");t=\(writtenAt.milliseconds);f=\(token)"
    }

    /// What is needed to know it again, for brokers that allow less metadata; read back without fence and token.
    package var shortMetadata: String {
        "\(Self.version);src=\(source);o=\(committed.rawValue);r=\(resume.rawValue);m=\(method?.rawValue ?? "-")"
            + ";t=\(writtenAt.milliseconds)"
    }

    /// `nil` for every text that no Bascule of this version has written. Keys that are not known are left aside.
    package init?(metadata: String) {
        guard metadata.utf8.count <= Self.byteLimit, metadata.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        let fields = metadata.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.first.map(String.init) == Self.version else { return nil }
        var values: [Substring: Substring] = [:]
        for field in fields.dropFirst() {
            guard let equals = field.firstIndex(of: "=") else { return nil }
            guard values.updateValue(field[field.index(after: equals)...], forKey: field[..<equals]) == nil else {
                return nil
            }
        }
        func number(_ key: Substring) -> Int64? { values[key].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil } }
        guard let source = values["src"], !source.isEmpty, source.count <= 8, let committed = number("o"),
            let resume = number("r"), let method = values["m"], let time = number("t")
        else { return nil }
        // The short form has none of these; what stands there must make sense.
        for key in ["a", "b", "f"] as [Substring] where values[key] != nil && number(key) == nil { return nil }
        let (a, b, token) = (number("a") ?? resume, number("b") ?? resume, number("f") ?? 0)
        self.source = String(source)
        self.committed = Offset(committed)
        self.a = Offset(a)
        self.b = Offset(b)
        self.resume = Offset(resume)
        self.method = TranslationMethod(rawValue: String(method))
        writtenAt = WallTime(milliseconds: time)
        self.token = token
    }
}

/// Whose a committed offset is.
package enum CommitOwner: Hashable, Sendable {
    case ours(OwnershipTag)
    /// A group's own, another tool's, or ours with the offset changed since.
    case foreign

    /// Ours is what carries our tag and still stands where the tag says.
    package init(of committed: CommittedOffset) {
        if let tag = OwnershipTag(metadata: committed.metadata), tag.resume == committed.offset {
            self = .ours(tag)
        } else {
            self = .foreign
        }
    }
}
