/// Every command that the program knows, and what reads command lines by it.
package enum CommandTable {
    /// In the order of the help.
    package static let commands: [Command] =
        screenCommands + statusCommands + mirrorCommands + workerCommands + groupCommands + offsetCommands
        + freezeCommands
        + trafficCommands
        + failoverCommands + documentCommands + consoleCommands + failoverLineCommands + sandboxCommands

    /// The words that only introduce other commands, with their line in the help.
    package static let families: [(path: [String], summary: String)] = [
        (["mirrors"], "list, pause, resume, stop, restart, create and delete mirrors"),
        (["groups"], "list consumer groups, their side and their lag"),
        (["offsets"], "plan, write and take over the groups' offsets on the other side"),
        (["traffic"], "show and set the split of user traffic between the IDCs"),
        (["failover"], "plan, drive, approve and report a failover"),
    ]

    /// Reads the program's arguments, without its own name.
    package static func parse(
        arguments: [String]
    ) -> Result<(options: GlobalOptions, invocation: Invocation), UsageError> {
        do throws(UsageError) {
            return .success(try ArgumentParser(place: .shell).parse(arguments))
        } catch {
            return .failure(error)
        }
    }

    /// Reads the console's `:` line, without the colon.
    package static func parse(
        line: String, in place: Command.Place = .console
    ) -> Result<Invocation, UsageError> {
        do throws(UsageError) {
            return .success(try ArgumentParser(place: place).parse(line: line))
        } catch {
            return .failure(error)
        }
    }

    /// The commands of a place.
    package static func commands(in place: Command.Place) -> [Command] {
        switch place {
        case .shell, .console: commands.filter { $0.places.contains(place) }
        case .sandbox: commands.filter { $0.places.contains(.console) || $0.places.contains(.sandbox) }
        }
    }

    /// The command of exactly this path.
    package static func command(_ path: [String], in place: Command.Place) -> Command? {
        commands(in: place).first { $0.path == path }
    }

    /// The words that can follow `path`, in the order of the table.
    package static func words(after path: [String], in place: Command.Place) -> [String] {
        var words: [String] = []
        for command in commands(in: place) where command.path.count > path.count && command.path.starts(with: path) {
            let word = command.path[path.count]
            if !words.contains(word) { words.append(word) }
        }
        return words
    }

    /// The line of a command or a family in the help.
    package static func summary(of path: [String], in place: Command.Place) -> String {
        command(path, in: place)?.summary ?? families.first { $0.path == path }?.summary ?? ""
    }
}
