/// What an operator's word is about.
package enum HoldSubject: Hashable, Sendable {
    /// The offsets of one group.
    case group(String)
    /// The emergency brake: every group's offsets, every run and every other act.
    case everything
    /// What daemons have begun to write. Such a word holds nothing: whoever says it waits until each daemon has taken note,
    /// which it does when all that it had begun before has landed.
    case writesUnderWay
}

/// An operator's word about one group or about everything: it shall not be written, or it may be again.
///
/// It stands in the topic `bascule-sync` of both clusters under ``key(of:)``, on the group's partition, or on the first
/// one: compaction keeps the newest of each subject, for as long as the topic is there.
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

    /// Of a word about everything.
    package var frozenSentence: String {
        "Writes are frozen by \(actor) on \(host): \(reason); `bascule thaw` lets them go on."
    }

    // MARK: Records

    private static let version = "hold1"
    private static let keyPrefix = "hold/"
    private static let freezeKey = "freeze"
    private static let settleKey = "settle"

    package static func key(of subject: HoldSubject) -> String {
        switch subject {
        case .group(let group): keyPrefix + group
        case .everything: freezeKey
        case .writesUnderWay: settleKey
        }
    }

    /// What a record is about; `nil`: it is another kind of record.
    package static func subject(ofKey key: String) -> HoldSubject? {
        if key == freezeKey { return .everything }
        if key == settleKey { return .writesUnderWay }
        return key.hasPrefix(keyPrefix) ? .group(String(key.dropFirst(keyPrefix.count))) : nil
    }

    /// `hold1;order=hold;n=3;t=1764000000000;by=alice;on=ops1;why=...`; the last field goes to the end of the record.
    package var record: String {
        "\(Self.version);order=\(order.rawValue);n=\(number);t=\(at.milliseconds);by=\(Self.field(actor))"
            + ";on=\(Self.field(host));why=\(reason)"
    }

    /// A value that makes no sense is a hold: somebody has said something, and nothing shows that it was a release.
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

/// What was said on one side, as the records of `bascule-sync` come in.
package struct HoldWords: Hashable, Sendable {
    /// The newest of each subject, releases too.
    package private(set) var words: [HoldSubject: OperatorHold] = [:]
    /// By the key of a note: the number of the newest word that the daemon which wrote it has taken note of. From then on
    /// no write is under way that did not know of it.
    private var noted: [String: Int64] = [:]

    package init() {}

    /// What of the other side's records had not come over, as a daemon of this side wrote it down last: it outlives the
    /// other side, and everybody who looked at it.
    package private(set) var stranded: StrandedRecords?

    /// Of the record with ``stranded``, on the first partition.
    package static let strandedKey = "replication-lag"

    private static let notePrefix = "hold-noted/"
    private static let freezeNotePrefix = "freeze-noted/"
    private static let settleNotePrefix = "settle-noted/"

    /// Where the daemon that has a partition of the topic says what it has taken note of: of each group apart, of anything
    /// else once for the partition.
    package static func noteKey(of subject: HoldSubject, on partition: Int32) -> String {
        switch subject {
        case .group(let group): notePrefix + group
        case .everything: "\(freezeNotePrefix)\(partition)"
        case .writesUnderWay: "\(settleNotePrefix)\(partition)"
        }
    }
    package static func note(_ number: Int64) -> String { "\(number)" }

    /// The number of the newest word about a subject that the daemon with that partition has taken note of.
    package func noted(_ subject: HoldSubject, on partition: Int32) -> Int64? {
        noted[Self.noteKey(of: subject, on: partition)]
    }

    /// - Parameter value: `nil`: deleted.
    /// - Returns: whether something was said that was not known.
    @discardableResult
    package mutating func take(key: String, value: String?) -> Bool {
        if let subject = OperatorHold.subject(ofKey: key) {
            guard let value else { return words.removeValue(forKey: subject) != nil }
            let word = OperatorHold(record: value)
            guard word.supersedes(words[subject]) else { return false }
            words[subject] = word
            return true
        }
        if key == Self.strandedKey {
            let said = value.flatMap { StrandedRecords(record: $0) }
            defer { stranded = said }
            return said != stranded
        }
        if [Self.notePrefix, Self.freezeNotePrefix, Self.settleNotePrefix].contains(where: key.hasPrefix),
            let number = value.flatMap({ Int64($0) })
        {
            noted[key] = max(noted[key] ?? .min, number)
            return true
        }
        return false
    }
}

extension PerIDC<HoldWords?> {
    /// Of the words of both sides about a subject the one that counts; `nil`: nothing was said where it could be read.
    package func newestWord(about subject: HoldSubject) -> OperatorHold? {
        IDC.allCases.compactMap { self[$0]?.words[subject] }.max { $1.supersedes($0) }
    }
}
