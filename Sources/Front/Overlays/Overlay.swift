package import Domain

/// What lies over a pane; the last of the stack is on top and takes the keys.
package enum Overlay: Hashable, Sendable {
    /// What works in the place beneath.
    case help(scroll: Int)
    case chooser(Chooser)
    case prompt(Prompt)
    case preview(Preview)
    case runForm(RunForm)
    /// The plan that is running, or the last one that ran.
    case progress(scroll: Int)
    /// What to do about the plan that is running.
    case question(Question)
    case notice(Notice)
}

/// A list to choose one thing from.
package struct Chooser: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case sortColumn(PaneID)
        /// `before`: the theme to go back to.
        case theme(before: String)
    }

    package let subject: Subject
    package let items: [String]
    package var selected: Int
}

/// A line to type.
package struct Prompt: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// The list's filter as it was before.
        case filter(PaneID, before: RowFilter?)
        case mark
        case search
        case command
        /// Why these groups shall be held.
        case holdReason([String])
    }

    package let subject: Subject
    package var editor = LineEditor()
    /// Why what stands there cannot be used.
    package var problem: String?
    /// The words that could follow, after Tab.
    package var completions: [String] = []
    /// How far up the history the line was taken from; 0: it is being typed.
    package var historyDepth = 0
    /// What had been typed when the history was entered.
    package var draft = ""
}

/// A plan before it is confirmed.
package struct Preview: Hashable, Sendable {
    package let plan: Plan
    package var scroll = 0
    /// What is being typed where the plan asks for it.
    package var typed = LineEditor()
    package var problem: String?
    /// Why the plan was made anew.
    package var remark: String?
}

package enum Question: Hashable, Sendable {
    /// Ctrl-C or quit, while a plan is running.
    case planIsRunning
    /// Quit, while this session drives a run.
    case runIsDriven
}

/// A message that is too long for the message row.
package struct Notice: Hashable, Sendable {
    package let title: String
    package let severity: Severity
    package let text: String
    package var scroll = 0
}
