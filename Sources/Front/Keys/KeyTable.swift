/// The declaration of every key. Hint line, help overlay, docs/KEYS.md and the configuration's `keys:` come
/// from here; the order is the order in which hints are dropped when the line is short.
package enum KeyTable {
    package static let actions: [Action] = [
        Action(.down, .moving, "Move down", keys: ["j", "Down"], in: Place.scrolling.union([.chooser])),
        Action(.up, .moving, "Move up", keys: ["k", "Up"], in: Place.scrolling.union([.chooser])),
        Action(.pageDown, .moving, "Move down a page", keys: ["PgDn"], in: Place.scrolling.union([.chooser])),
        Action(.pageUp, .moving, "Move up a page", keys: ["PgUp"], in: Place.scrolling.union([.chooser])),
        Action(.first, .moving, "Go to the first row", keys: ["g", "Home"], in: Place.scrolling.union([.chooser])),
        Action(.last, .moving, "Go to the last row", keys: ["G", "End"], in: Place.scrolling.union([.chooser])),
        Action(.nextPane, .moving, "Next pane", keys: ["Tab"], in: Place.views),
        Action(.previousPane, .moving, "Previous pane", keys: ["Shift-Tab"], in: Place.views),
        Action(.overview, .moving, "Overview", keys: ["1"], in: Place.views),
        Action(.mirrors, .moving, "Mirrors", keys: ["2"], in: Place.views),
        Action(.groups, .moving, "Groups", keys: ["3"], in: Place.views),
        Action(.failover, .moving, "Failover", hint: "failover", keys: ["F", "6"], in: Place.views),
        Action(.journal, .moving, "Journal", keys: ["7"], in: Place.views),

        Action(
            .filter, .finding, "Filter by a regular expression; ! first inverts. In details: search",
            hint: "filter", keys: ["/"], in: Place.lists.union(Place.details)),
        Action(
            .open, .moving, "Open, or choose", hint: "open", keys: ["Enter"],
            in: Place.lists.union([.failover, .chooser])),
        Action(
            .goOn, .driving, "Go on: begin the runbook, or give the first answer", hint: "go on", keys: ["y"],
            in: Place.runs, writes: true),
        Action(.retry, .driving, "Answer: look again", keys: ["r"], in: Place.runs, writes: true),
        Action(.waive, .driving, "Answer: waive it, with a reason", keys: ["v"], in: Place.runs, writes: true),
        Action(.accept, .driving, "Answer: accept it, with a reason", keys: ["a"], in: Place.runs, writes: true),
        Action(.putBack, .driving, "Answer: put the traffic back", keys: ["b"], in: Place.runs, writes: true),
        Action(
            .stateStopped, .driving, "Answer: state how the consumers are known to be stopped", keys: ["s"],
            in: Place.runs, writes: true),
        Action(
            .leaveOut, .driving, "Answer: leave out what is not ready", keys: ["l"], in: Place.runs, writes: true),
        Action(
            .abortRun, .driving, "Answer: abort the run, with a reason", keys: ["X"], in: Place.runs, writes: true),
        Action(
            .takeOver, .driving, "Take over a run that nobody drives any more", hint: "take over", keys: ["T"],
            in: Place.runs, writes: true),
        Action(.turnRound, .driving, "Turn the direction of a run round", keys: ["d"], in: [.failover]),
        Action(
            .confirm, .running, "Say yes to what is asked", hint: "yes", keys: ["y"], in: [.preview, .question],
            writes: true),
        Action(
            .back, .moving, "Leave: overlay, details, filter, marks, one at a time", hint: "back", keys: ["Esc"],
            in: Set(Place.allCases)),
        Action(
            .pause, .acting, "Pause the marked mirrors, or the one under the cursor", hint: "pause", keys: ["p"],
            in: [.mirrors, .mirrorDetail], writes: true),
        Action(
            .resume, .acting, "Resume", hint: "resume", keys: ["P"], in: [.mirrors, .mirrorDetail], writes: true),
        Action(
            .restartFailed, .acting, "Restart the failed tasks", hint: "restart failed", keys: ["r"],
            in: [.mirrors, .mirrorDetail], writes: true),
        Action(
            .restartAll, .acting, "Restart the connector and all its tasks", keys: ["R"],
            in: [.mirrors, .mirrorDetail], writes: true),
        Action(.stop, .acting, "Stop: give up the tasks", keys: ["S"], in: [.mirrors, .mirrorDetail], writes: true),
        Action(
            .create, .acting, "Create the job that is missing", hint: "create", keys: ["c"],
            in: [.mirrors, .mirrorDetail], writes: true),
        Action(
            .syncOffsets, .acting,
            "Write the marked groups' offsets on the other side now, or the one's under the cursor",
            hint: "sync", keys: ["s"], in: [.groups, .groupDetail], writes: true),
        Action(
            .explain, .moving, "Explain where a group would go on at the other side, and why", hint: "explain",
            keys: ["e"], in: [.groups]),
        Action(
            .holdOffsets, .acting, "Hold the marked groups, or the one under the cursor, with a reason", hint: "hold",
            keys: ["h"], in: [.groups, .groupDetail], writes: true),
        Action(
            .releaseOffsets, .acting, "Release them: their offsets are written again", hint: "release", keys: ["u"],
            in: [.groups, .groupDetail], writes: true),
        Action(
            .directionLeft, .acting, "Act on the direction to the left: from -> over both to <-", hint: "direction",
            keys: ["h", "Left", "<"], in: [.mirrors, .mirrorDetail]),
        Action(
            .directionRight, .acting, "Act on the direction to the right: from <- over both to ->",
            keys: ["l", "Right", ">"], in: [.mirrors, .mirrorDetail]),
        Action(
            .mark, .finding, "Mark the row, or take the mark away", hint: "mark", keys: ["Space"],
            in: [.mirrors, .groups]),
        Action(
            .markByFilter, .finding, "Mark all rows shown; without a filter, ask for a pattern", keys: ["*"],
            in: [.mirrors, .groups]),
        Action(.sort, .finding, "Choose the column to sort by", hint: "sort", keys: ["o"], in: Place.lists),
        Action(.invertSort, .finding, "Invert the order", keys: ["I"], in: Place.lists),
        Action(
            .nextMatch, .finding, "Next match of the last pattern", keys: ["n"], in: Place.lists.union(Place.details)),
        Action(
            .previousMatch, .finding, "Previous match of the last pattern", keys: ["N"],
            in: Place.lists.union(Place.details)),

        Action(
            .showProgress, .running, "Show the plan that is running", hint: "progress", keys: ["w"], in: Place.views),
        Action(
            .cancelRun, .running, "Cancel what is left of the running plan", hint: "cancel", keys: ["x"],
            in: [.progress]),
        Action(
            .quitAnyway, .running, "Quit all the same: cancel the rest of a plan, leave a run where it stands",
            hint: "quit all the same", keys: ["q"], in: [.question]),

        Action(
            .commandLine, .console, "Command line: every verb of the shell command", hint: "command", keys: [":"],
            in: Place.views),
        Action(
            .lastCommand, .console, "Show the command line equal to the last action", keys: ["@"], in: Place.views),
        Action(.refresh, .console, "Read everything again now", keys: ["Ctrl-R"], in: Place.views),
        Action(.slower, .console, "Refresh less often", keys: ["+"], in: Place.views),
        Action(.faster, .console, "Refresh more often", keys: ["-"], in: Place.views),
        Action(.freezeScreen, .console, "Freeze the screen, or let it go on", keys: ["z"], in: Place.views),
        Action(
            .copyRow, .console, "Copy the row; in details, everything", keys: ["y"],
            in: Place.views.subtracting(Place.runs).union([.notice])),
        Action(.copyPane, .console, "Copy the pane", keys: ["Y"], in: Place.views),
        Action(.theme, .console, "Choose the theme", keys: ["t"], in: Place.views),
        Action(.redraw, .console, "Draw the whole screen again", keys: ["Ctrl-L"], in: Set(Place.allCases)),
        Action(.suspend, .console, "Suspend to the shell", keys: ["Ctrl-Z"], in: Set(Place.allCases)),
        Action(.help, .console, "What works here", hint: "help", keys: ["?"], in: Place.views.union([.help])),
        Action(.quit, .console, "Quit", hint: "quit", keys: ["q"], in: Place.views),
    ]

    private static let byID: [ActionID: Action] = Dictionary(
        actions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

    /// The declaration of an action; every action has one, as a test shows.
    package static func action(_ id: ActionID) -> Action? { byID[id] }

    /// docs/KEYS.md: what `bascule keys` prints, for the default keys.
    package static func markdown() -> String {
        var text = """
            # Keys

            Printed by `bascule keys` from the table that the console itself uses. The help overlay (`?`) shows \
            the keys that work in the place where it is opened, in the mode of the session.

            Every action can be given other keys under its name in the configuration. A key that another action \
            of the same place has already, an unknown action and an unknown key are refused with the line in the \
            file. Ctrl-C asks what to do if a plan is running, leaves the overlay if there is one, and quits \
            otherwise; it cannot be given to an action.

            """
        for section in Action.Section.allCases {
            text +=
                "\n## \(section.rawValue)\n\n| Key | Does | Works in | Changes something | Name |\n|---|---|---|---|---|\n"
            for action in actions where action.section == section {
                let keys = action.keys.map { "`\($0 == "|" ? "\\|" : $0)`" }.joined(separator: " ")
                text += "| \(keys) | \(action.title) | \(placesText(action.places)) | \(action.writes ? "yes" : "") |"
                text += " `\(action.id.rawValue)` |\n"
            }
        }
        return text
    }

    private static func placesText(_ places: Set<Place>) -> String {
        if places == Set(Place.allCases) { return "everywhere" }
        var rest = places
        var parts: [String] = []
        for (set, name) in [(Place.views, "all panes and details"), (Place.details, "all details")]
        where set.isSubset(of: rest) {
            parts.append(name)
            rest.subtract(set)
        }
        return (parts + Place.allCases.filter(rest.contains).map(\.title)).joined(separator: ", ")
    }
}
