import Cells
import Domain

/// How a mirror's state reads.
enum MirrorText {
    /// The state in a column: the word, what belongs to it, and its age if it is an old one.
    static func state(_ reading: Reading<MirrorState>, _ context: RowContext, width: Int) -> TextRun {
        switch reading {
        case .pending: return TextRun("not read yet", .unknown)
        case .unavailable(let because): return TextRun("? \(because.kind.words)", .unknown)
        case .known(let state, _):
            let word = width >= 20 ? longWord(state, context) : word(state, context)
            return TextRun(word, role(state))
        case .stale(let state, let at, _):
            return ReadingText.aged(word(state, context), readAt: at, context, width: width)
        }
    }

    static func role(_ state: MirrorState) -> Role {
        switch state.severity {
        case .ok: .ok
        case .warning: .warning
        case .critical: .critical
        }
    }

    /// The state among others, where its count stands before it.
    static func shortWord(_ state: MirrorState) -> String {
        switch state {
        case .notFlowing: "not flowing"
        case .running, .paused, .stopped, .failed, .unassigned, .restarting, .none, .double, .partitionsDiffer,
            .overtaken, .topicMissing, .unknown:
            state.description
        }
    }

    /// At most twelve cells, where Connect's own words allow.
    private static func word(_ state: MirrorState, _ context: RowContext) -> String {
        switch state {
        case .running, .paused, .stopped, .failed, .restarting, .none, .double, .overtaken, .topicMissing, .unknown:
            return state.description
        case .unassigned(let until):
            guard let until, let now = context.now, until > now else { return state.description }
            return "UNASS. \(Spans.shortAge(until.since(now)))"
        case .notFlowing: return "not flowing"
        case .partitionsDiffer: return "parts differ"
        }
    }

    private static func longWord(_ state: MirrorState, _ context: RowContext) -> String {
        switch state {
        case .running, .paused, .stopped, .failed, .restarting, .none, .double, .topicMissing, .unknown, .notFlowing,
            .partitionsDiffer:
            return state.description
        case .unassigned(let until):
            guard let until, let now = context.now, until > now else { return state.description }
            return "\(state.description) \(Spans.age(until.since(now)))"
        case .overtaken(let missing): return "\(state.description) \(Figures.shortCount(missing))"
        }
    }

    /// The state in full, for the detail view.
    static func sentence(_ state: MirrorState, now: WallTime?) -> String {
        switch state {
        case .running, .paused, .stopped, .restarting: return state.description
        case .none: return "none: no job copies this topic in this direction"
        case .topicMissing: return "topic missing on the target"
        case .failed(let reason): return "FAILED: \(reason)"
        case .unassigned(let until):
            guard let until, let now else { return "UNASSIGNED: no worker has the task" }
            let left = until.since(now)
            return left > .zero
                ? "UNASSIGNED: Connect gives the task out again in \(Spans.age(left))"
                : "UNASSIGNED: Connect's rebalance delay ended \(Spans.age(.zero - left)) ago"
        case .notFlowing(let since):
            let time = now.map { " for \(Spans.age($0.since(since)))" } ?? ""
            return "RUNNING, not flowing: there are records to copy, and the position has not moved\(time)"
        case .double(let reason): return "double: \(reason)"
        case .partitionsDiffer(let source, let target):
            return "partitions differ: \(source) on the source, \(target) on the target"
        case .overtaken(let missing):
            return "overtaken: retention deleted \(Figures.count(missing)) records that were never copied"
        case .unknown(let raw): return "\(raw): a state that this version has no name for"
        }
    }

    /// What the state carries besides its word.
    static func reason(_ state: MirrorState) -> String? {
        switch state {
        case .failed(let reason), .double(let reason): reason
        case .partitionsDiffer(let source, let target): "\(source) partitions on the source, \(target) on the target"
        case .overtaken(let missing): "\(Figures.count(missing)) records are gone that were never copied"
        case .running, .paused, .stopped, .unassigned, .restarting, .notFlowing, .none, .topicMissing, .unknown: nil
        }
    }

    /// Worst first.
    static func rank(_ state: MirrorState) -> Int {
        switch state {
        case .failed: 0
        case .overtaken: 1
        case .notFlowing: 2
        case .none: 3
        case .topicMissing: 4
        case .double: 5
        case .partitionsDiffer: 6
        case .unknown: 7
        case .unassigned: 8
        case .restarting: 9
        case .stopped: 10
        case .paused: 11
        case .running: 12
        }
    }
}

extension FailureKind {
    /// For people.
    package var words: String {
        switch self {
        case .unreachable: "unreachable"
        case .timedOut: "timed out"
        case .refused: "refused"
        case .notFound: "not found"
        case .malformed: "senseless answer"
        case .unsupported: "not supported"
        case .conflict: "busy"
        case .cancelled: "cancelled"
        case .failed: "failed"
        }
    }
}
