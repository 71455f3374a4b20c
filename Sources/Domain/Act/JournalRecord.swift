/// One line of the journal of acts: everything done or refused, by whom, from where.
package struct JournalRecord: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// A confirmed plan is about to run.
        case planned
        /// A line is about to be called.
        case calling
        /// A line's outcome.
        case outcome
        case finished
        case refused
    }

    package let at: WallTime
    /// The user who acts, as the operating system names them.
    package let actor: String
    package let host: String
    /// One identity per run of a plan.
    package let run: String
    package let kind: Kind
    /// The plan's line that the record is about, counted from 1; `nil` where it is about the whole run.
    package let line: Int?
    package let text: String
    /// The command line that does the same.
    package let command: String

    package init(
        at: WallTime, actor: String, host: String, run: String, kind: Kind, line: Int? = nil, text: String,
        command: String
    ) {
        self.at = at
        self.actor = actor
        self.host = host
        self.run = run
        self.kind = kind
        self.line = line
        self.text = text
        self.command = command
    }
}
