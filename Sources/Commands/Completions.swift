/// Completion scripts for shells, printed from the command table. They complete commands, options and fixed
/// words; names of topics and groups would need the clusters at every press of Tab.
package enum Completions {
    package static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// Every path that other words can follow, or that is a command, in the order of the table.
    static var paths: [[String]] {
        var paths: [[String]] = [[]]
        for command in CommandTable.commands(in: .shell) {
            for length in 0...command.path.count where !paths.contains(Array(command.path.prefix(length))) {
                paths.append(Array(command.path.prefix(length)))
            }
        }
        return paths
    }

    /// The options that a path takes, its own first.
    static func options(of path: [String]) -> [Option] {
        (CommandTable.command(path, in: .shell)?.options(in: .shell) ?? []) + Usage.visibleGlobalOptions
    }

    /// Every visible option of any command, each name once.
    static var allOptions: [Option] {
        var options: [Option] = []
        for option in paths.flatMap(options(of:)) where !options.contains(where: { $0.name == option.name }) {
            options.append(option)
        }
        return options
    }

    /// The fixed words that can follow a path: commands, or the words of its first argument.
    static func words(after path: [String]) -> [(word: String, summary: String)] {
        let commands = CommandTable.words(after: path, in: .shell)
            .map { (word: $0, summary: CommandTable.summary(of: path + [$0], in: .shell)) }
        let argument = CommandTable.command(path, in: .shell)?.arguments.first
        return commands + (argument?.kind.fixedWords ?? []).map { (word: $0, summary: "") }
    }
}

extension ValueKind {
    /// The words that a script can offer.
    var fixedWords: [String] {
        switch self {
        case .choice(let words): words
        case .commandPath: CommandTable.words(after: [], in: .shell)
        case .split: ["50:50", "100:0", "0:100"]
        case .glob, .name, .duration, .integer, .path, .text, .restOfLine: []
        }
    }
}
