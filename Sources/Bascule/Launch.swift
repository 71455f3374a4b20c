import Commands
import Configuration
import Front
import Glibc

/// From the command line to the command, and from its end to the exit code.
enum Launch {
    /// Does what the arguments say; everything that a person must read has been printed when it returns.
    nonisolated static func run(_ arguments: [String]) -> ExitCode {
        // A library that writes into a connection or a pipe whose other end has just gone must not end the program:
        // nothing would say why, and a terminal would stay as it was.
        signal(SIGPIPE, SIG_IGN)
        switch CommandTable.parse(arguments: arguments) {
        case .failure(let error):
            Standard.error(error.text)
            return .usage
        case .success(let (options, invocation)):
            return run(invocation, options)
        }
    }

    private static func run(_ invocation: Invocation, _ options: GlobalOptions) -> ExitCode {
        switch invocation {
        case .help(let path):
            return print(Usage.text(for: path))
        case .version:
            return print(ProgramVersion.text)
        case .completions(let shell):
            return print(Completions.script(for: shell))
        case .manualPage:
            return print(ManualPage.roff())
        case .keys:
            return print(KeyTable.markdown())
        case .inConsole, .inject:
            preconditionFailure("the shell's parser knows no command of the console's line")
        case .sandbox(let request):
            return SandboxCommand.run(request, options)
        case .failover(.plan(let name, _, let report)) where report.output == .yaml:
            return FailoverCommand.printRunbook(name)
        case .failover, .console, .watch, .mirror, .sync, .status, .listMirrors, .showMirror, .actOnMirrors,
            .listGroups,
            .showGroup, .showTraffic, .setTraffic, .planOffsets, .syncOffsets, .holdOffsets, .releaseOffsets, .freeze,
            .thaw,
            .adoptOffsets, .showConfiguration:
            do throws(SettingsError) {
                return run(invocation, options, try SettingsFile.load(path: options.configurationPath))
            } catch {
                Standard.error(error.text)
                return .configuration
            }
        }
    }

    private static func run(_ invocation: Invocation, _ options: GlobalOptions, _ settings: Settings) -> ExitCode {
        switch invocation {
        case .showConfiguration:
            return print(settings.redacted())
        case .console:
            return ConsoleCommand.run(settings, options, isWatching: false)
        case .watch:
            return ConsoleCommand.run(settings, options, isWatching: true)
        case .mirror(let request):
            return MirrorCommand.run(request, settings, options)
        case .sync(let request):
            return SyncCommand.run(request, settings, options)
        case .planOffsets(let selection, let report):
            return OffsetsCommand(settings, options).plan(selection, report)
        case .syncOffsets(let selection, let sync):
            return OffsetsCommand(settings, options).sync(selection, sync)
        case .holdOffsets(let selection, let reason, let act):
            return ActCommand(settings, options, act).hold(selection, because: reason)
        case .releaseOffsets(let selection, let act):
            return ActCommand(settings, options, act).release(selection)
        case .freeze(let reason, let act):
            return ActCommand(settings, options, act).freeze(because: reason)
        case .thaw(let act):
            return ActCommand(settings, options, act).thaw()
        case .adoptOffsets(let selection, let sync):
            return OffsetsCommand(settings, options).adopt(selection, sync)
        case .status(let request):
            return StatusCommand.run(request, settings, options)
        case .listMirrors(let selection, let report):
            return ReportCommand(settings, options, report).mirrors(selection)
        case .showMirror(let name, let report):
            return ReportCommand(settings, options, report).mirror(name)
        case .listGroups(let selection, let report):
            return ReportCommand(settings, options, report).groups(selection)
        case .showGroup(let name, let report):
            return ReportCommand(settings, options, report).group(name)
        case .showTraffic(let report):
            return ReportCommand(settings, options, report).traffic()
        case .actOnMirrors(let action, let selection, let act):
            return ActCommand(settings, options, act).mirrors(action, selection)
        case .setTraffic(let split, let act):
            return ActCommand(settings, options, act).traffic(split)
        case .failover(let request):
            return FailoverCommand(settings, options).run(request)
        case .help, .version, .completions, .manualPage, .keys, .sandbox, .inConsole, .inject:
            preconditionFailure("answered without a configuration")
        }
    }

    private static func print(_ text: String) -> ExitCode {
        Standard.output(text)
        return .success
    }
}
