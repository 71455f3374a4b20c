import Cells
import Domain

/// Why something is not known, or how old it is, in words.
enum ReadingText {
    /// `nil` for a reading of the newest poll.
    static func remark<Value>(_ reading: Reading<Value>, _ context: RowContext) -> TextRun? {
        switch reading {
        case .known: nil
        case .pending: TextRun("not read yet", .unknown)
        case .stale(_, let at, let because):
            TextRun("read \(age(of: at, context)) ago; since then \(reason(because, context))", .unknown)
        case .unavailable(let because): TextRun("not known: \(reason(because, context))", .unknown)
        }
    }

    /// `unreachable since 03:11:40: connection refused`.
    static func reason(_ because: Unavailability, _ context: RowContext) -> String {
        let since = Spans.moment(because.since, now: context.now, utcOffset: context.utcOffset)
        let detail = because.detail.isEmpty ? "" : ": \(because.detail)"
        return "\(because.kind.words) since \(since)\(detail)"
    }

    /// An old value in a column. The age has to stay: a cut word is still understood, an old one taken for new
    /// is not.
    static func aged(_ text: String, readAt: WallTime?, _ context: RowContext, width: Int) -> TextRun {
        let age = readAt.flatMap { context.age(of: $0) }.map { " \(Spans.shortAge($0))" } ?? " ?"
        let room = max(1, width - age.utf8.count)
        return TextRun(TextWidth.truncated(text, to: room, glyphs: context.glyphs) + age, .unknown)
    }

    /// As ``aged(_:readAt:_:width:)``, uncut; `nil` before the first tick.
    static func aged(_ text: String, of readAt: WallTime, _ context: RowContext) -> String? {
        context.age(of: readAt).map { "\(text) \(Spans.shortAge($0))" }
    }

    static func age(of moment: WallTime, _ context: RowContext) -> String {
        context.age(of: moment).map(Spans.age) ?? Figures.unknown
    }
}
