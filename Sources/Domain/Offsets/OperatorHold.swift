/// An operator's word about one group: its offsets shall not be written, or they may be again.
///
/// It stands in the topic `bascule-sync` of both clusters under ``key(of:)``, on the group's partition: compaction keeps
/// the newest of each group, for as long as the topic is there.
package struct OperatorHold: Hashable, Sendable {
    package enum Order: String, Hashable, Sendable {
        case hold
        case release
    }

    package let order: Order
    /// Who, as the operating system names them, and where.
    package let actor: String
    package let host: String
    package let at: WallTime
    /// Why, as it was typed; of a release it may be empty.
    package let reason: String
    /// Higher than that of every word before: of two words about a group the higher one counts, on whichever side.
    package let number: Int64

    package init(order: Order, actor: String, host: String, at: WallTime, reason: String, number: Int64) {
        self.order = order
        self.actor = actor
        self.host = host
        self.at = at
        self.reason = reason
        self.number = number
    }

    /// Whether it counts where both are known. Of two operators at the same time, the later one.
    package func supersedes(_ other: OperatorHold?) -> Bool {
        guard let other else { return true }
        return (number, at, order == .hold ? 1 : 0) > (other.number, other.at, other.order == .hold ? 1 : 0)
    }

    // MARK: Records

    private static let version = "hold1"
    private static let keyPrefix = "hold/"

    package static func key(of group: String) -> String { keyPrefix + group }

    /// The group that a record is about; `nil`: it is another kind of record.
    package static func group(ofKey key: String) -> String? {
        key.hasPrefix(keyPrefix) ? String(key.dropFirst(keyPrefix.count)) : nil
    }

    /// `hold1;order=hold;n=3;t=1764000000000;by=alice;on=ops1;why=...`; the last field goes to the end of the record.
    package var record: String {
        "\(Self.version);order=\(order.rawValue);n=\(number);t=\(at.milliseconds);by=\(Self.field(actor))"
            + ";on=\(Self.field(host));why=\(reason)"
    }

    /// A value that makes no sense holds the group: somebody has said something about it, and nothing shows that it was
    /// a release.
    package init(record: String) {
        var rest = record[...]
        var values: [String: String] = [:]
        for name in ["", "order", "n", "t", "by", "on"] {
            let end = rest.firstIndex(of: ";") ?? rest.endIndex
            let field = rest[..<end]
            rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...]
            if name.isEmpty {
                values[name] = String(field)
            } else if field.hasPrefix("\(name)=") {
                values[name] = String(field.dropFirst(name.count + 1))
            }
        }
        guard values[""] == Self.version, let order = values["order"].flatMap(Order.init), let actor = values["by"],
            let number = values["n"].flatMap({ Int64($0) }), let time = values["t"].flatMap({ Int64($0) }),
            let host = values["on"], rest.hasPrefix("why=")
        else {
            self.init(
                order: .hold, actor: "unknown", host: "unknown", at: WallTime(milliseconds: 0),
                reason: "a record of a kind that this version does not know", number: .max)
            return
        }
        self.init(
            order: order, actor: actor, host: host, at: WallTime(milliseconds: time),
            reason: String(rest.dropFirst("why=".count)), number: number)
    }

    /// A semicolon would end it; no user's and no host's name has one as a rule.
    private static func field(_ text: String) -> String { text.replacing(";", with: ",") }
}

/// What was said of groups on one side, as the records of `bascule-sync` come in.
package struct HoldWords: Hashable, Sendable {
    /// The newest of each group, releases too.
    package private(set) var words: [String: OperatorHold] = [:]
    /// By group: the number of the newest word that the daemon with the group's partition has taken note of. From then
    /// on no write is under way.
    package private(set) var noted: [String: Int64] = [:]

    package init() {}

    private static let notePrefix = "hold-noted/"

    package static func noteKey(of group: String) -> String { notePrefix + group }
    package static func note(_ number: Int64) -> String { "\(number)" }

    /// - Parameter value: `nil`: deleted.
    /// - Returns: whether something was said that was not known.
    @discardableResult
    package mutating func take(key: String, value: String?) -> Bool {
        if let group = OperatorHold.group(ofKey: key) {
            guard let value else { return words.removeValue(forKey: group) != nil }
            let word = OperatorHold(record: value)
            guard word.supersedes(words[group]) else { return false }
            words[group] = word
            return true
        }
        if key.hasPrefix(Self.notePrefix), let number = value.flatMap({ Int64($0) }) {
            let group = String(key.dropFirst(Self.notePrefix.count))
            noted[group] = max(noted[group] ?? .min, number)
            return true
        }
        return false
    }

    /// Words that no daemon has taken note of.
    package var unnoted: [String: OperatorHold] {
        words.filter { group, word in noted[group].map { $0 < word.number } ?? true }
    }
}
