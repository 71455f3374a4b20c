/// The options that every command of the shell takes.
package struct GlobalOptions: Hashable, Sendable {
    /// `--config`; without it the usual places are searched.
    package var configurationPath: String?
    /// `--context`; needed when the configuration holds several.
    package var context: String?
    /// `--read-only`, and `watch`: nothing that can write may even be constructed.
    package var isReadOnly = false
    /// `--no-color`. The variable `NO_COLOR` asks for the same.
    package var isWithoutColor = false
    /// `--ascii`: no character beyond ASCII.
    package var isASCIIOnly = false
    /// `--mouse`
    package var usesMouse = false
    /// `--theme`; wins over the configuration.
    package var theme: String?
    /// `--log`; wins over the configuration.
    package var logPath: String?
    /// `--script`: a file of keys that drives the console, for tests.
    package var scriptPath: String?

    package init() {}
}

extension CommandTable {
    /// The options that every command of the shell takes, in the order of the help.
    package static let globalOptions: [Option] = [
        Option("config", takes: .named("FILE", .path), "read the configuration from FILE"),
        Option("context", takes: .named("NAME", .name(.context)), "use this context of the configuration"),
        Option("read-only", "change nothing: nothing that could write is even constructed"),
        Option("no-color", "use no colours, as with the variable NO_COLOR"),
        Option("ascii", "draw with plain ASCII characters only"),
        Option("theme", takes: .named("NAME", .name(.theme)), "draw with this theme"),
        Option("mouse", "let the mouse select rows; the terminal's own copying then needs Shift"),
        Option("log", takes: .named("FILE", .path), "write the program's own log to FILE"),
        Option("show-config", "print the configuration that results, without secrets, and exit"),
        Option("version", "print the version and exit"),
        Option("help", letter: "h", "print the help of the command and exit"),
        Option("script", takes: .named("FILE", .path), hidden: true, "play the keys of FILE"),
    ]
}

extension GlobalOptions {
    init(_ values: ParsedValues) {
        configurationPath = values.text("config")
        context = values.text("context")
        isReadOnly = values.isGiven("read-only")
        isWithoutColor = values.isGiven("no-color")
        isASCIIOnly = values.isGiven("ascii")
        usesMouse = values.isGiven("mouse")
        theme = values.text("theme")
        logPath = values.text("log")
        scriptPath = values.text("script")
    }
}
