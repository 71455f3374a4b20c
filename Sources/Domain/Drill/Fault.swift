/// Something that is made to go wrong in the sandbox, and what undoes it.
///
/// Scenario files, the console's `:fault` and drills name faults by the same words: ``init(word:arguments:)``.
package enum Fault: Hashable, Sendable {
    /// Every broker, the router's backend, the mirror worker and the consumers of an IDC are gone.
    case cut(IDC)
    case heal(IDC)
    case killBroker(IDC, Int32)
    case restoreBroker(IDC, Int32)
    /// RUNNING, not flowing.
    case stallMirror(MirrorTarget)
    case slowMirror(MirrorTarget)
    case failMirror(MirrorTarget)
    /// Takes what stalls, slows or fails a mirror away.
    case releaseMirror(MirrorTarget)
    /// Between the IDCs, as the console sees it. Zero takes it away.
    case roundTrip(Duration)
    /// A consumer of a group is started on the side where the group does not run.
    case wrongSide(group: String)
    /// Stops the consumer that ``wrongSide(group:)`` has started.
    case rightSide(group: String)
    /// A live topic that nothing mirrors.
    case unmirrored(topic: String)
    /// A mirrored topic with fewer partitions on one side.
    case partitionsDiffer(topic: String)
    /// A record that the other side refuses.
    case tooLarge(topic: String, IDC)
    /// So many records that the log drops its oldest.
    case flood(topic: String, IDC)
    /// Records per second that reach an IDC past the router's weights. Zero stops them.
    case stray(IDC, recordsPerSecond: Int)
    /// The committed offsets of a group without members are deleted on both sides, as after
    /// `offsets.retention.minutes`.
    case expire(group: String)
    /// Every write of the history store waits so long. Zero takes it away.
    case slowHistory(Duration)
}

/// A word of a fault or of an operator's act that cannot be understood.
package struct WordProblem: Error, Hashable, Sendable {
    package let message: String
    package let suggestion: String?

    package init(_ message: String, suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}

extension Fault {
    /// Every word, the arguments that follow it, and what it does.
    package static let words: [(word: String, arguments: String, meaning: String)] = [
        ("cut", "IDC", "take an IDC away: brokers, backend, mirror worker and consumers"),
        ("heal", "IDC", "bring a cut IDC back"),
        ("kill-broker", "IDC N", "set a broker down"),
        ("restore-broker", "IDC N", "set a broker up again"),
        ("stall", "TOPIC FROM:TO", "keep a mirror RUNNING without moving"),
        ("slow", "TOPIC FROM:TO", "let a mirror copy slower than records come"),
        ("fail", "TOPIC FROM:TO", "make a mirror FAIL"),
        ("release", "TOPIC FROM:TO", "undo stall, slow and fail"),
        ("round-trip", "DURATION", "put the IDCs so far apart; 0s takes it away"),
        ("wrong-side", "GROUP", "start a consumer where its group does not run"),
        ("right-side", "GROUP", "stop the consumer on the wrong side"),
        ("unmirrored", "TOPIC", "make a topic that nothing mirrors"),
        ("partitions-differ", "TOPIC", "make a mirrored topic with fewer partitions on IDC2"),
        ("too-large", "TOPIC IDC", "produce a record that the other side refuses"),
        ("flood", "TOPIC IDC", "produce until the log drops its oldest records"),
        ("stray", "IDC RATE", "produce past the router's weights; 0 stops it"),
        ("expire", "GROUP", "delete a group's committed offsets where it has no members"),
        ("slow-history", "DURATION", "make the history store's disk slow; 0s takes it away"),
    ]

    /// Reads a fault as it is typed: `cut idc1`, `stall quotes idc1:idc2`.
    package init(word: String, arguments: [String]) throws(WordProblem) {
        guard let known = Self.words.first(where: { $0.word == word }) else {
            let names = Self.words.map(\.word)
            throw WordProblem(
                "there is no fault \(Spelling.quoted(word)); there are \(names.joined(separator: ", "))",
                suggestion: Spelling.nearest(to: word, among: names))
        }
        let reader = try WordReader(word, known.arguments, arguments)
        switch word {
        case "cut": self = .cut(try reader.idc(0))
        case "heal": self = .heal(try reader.idc(0))
        case "kill-broker": self = .killBroker(try reader.idc(0), Int32(try reader.number(1, in: 1...3)))
        case "restore-broker": self = .restoreBroker(try reader.idc(0), Int32(try reader.number(1, in: 1...3)))
        case "stall": self = .stallMirror(try reader.mirror())
        case "slow": self = .slowMirror(try reader.mirror())
        case "fail": self = .failMirror(try reader.mirror())
        case "release": self = .releaseMirror(try reader.mirror())
        case "round-trip": self = .roundTrip(try reader.duration(0, atMost: .seconds(5)))
        case "wrong-side": self = .wrongSide(group: reader.text(0))
        case "right-side": self = .rightSide(group: reader.text(0))
        case "unmirrored": self = .unmirrored(topic: reader.text(0))
        case "partitions-differ": self = .partitionsDiffer(topic: reader.text(0))
        case "too-large": self = .tooLarge(topic: reader.text(0), try reader.idc(1))
        case "flood": self = .flood(topic: reader.text(0), try reader.idc(1))
        case "stray": self = .stray(try reader.idc(0), recordsPerSecond: try reader.number(1, in: 0...10_000))
        case "expire": self = .expire(group: reader.text(0))
        case "slow-history": self = .slowHistory(try reader.duration(0, atMost: .seconds(60)))
        default: preconditionFailure("\(word) stands in the table of faults and has no case")
        }
    }

    /// As it is typed; ``init(word:arguments:)`` reads it back.
    package var spelled: String {
        func mirror(_ target: MirrorTarget) -> String {
            "\(target.topic) \(target.flow.source.rawValue):\(target.flow.target.rawValue)"
        }
        return switch self {
        case .cut(let idc): "cut \(idc.rawValue)"
        case .heal(let idc): "heal \(idc.rawValue)"
        case .killBroker(let idc, let id): "kill-broker \(idc.rawValue) \(id)"
        case .restoreBroker(let idc, let id): "restore-broker \(idc.rawValue) \(id)"
        case .stallMirror(let target): "stall \(mirror(target))"
        case .slowMirror(let target): "slow \(mirror(target))"
        case .failMirror(let target): "fail \(mirror(target))"
        case .releaseMirror(let target): "release \(mirror(target))"
        case .roundTrip(let time): "round-trip \(time.spelled)"
        case .wrongSide(let group): "wrong-side \(group)"
        case .rightSide(let group): "right-side \(group)"
        case .unmirrored(let topic): "unmirrored \(topic)"
        case .partitionsDiffer(let topic): "partitions-differ \(topic)"
        case .tooLarge(let topic, let idc): "too-large \(topic) \(idc.rawValue)"
        case .flood(let topic, let idc): "flood \(topic) \(idc.rawValue)"
        case .stray(let idc, let rate): "stray \(idc.rawValue) \(rate)"
        case .expire(let group): "expire \(group)"
        case .slowHistory(let time): "slow-history \(time.spelled)"
        }
    }
}
