import Commands
import Configuration
import Glibc

/// `bascule status`: the overview as data, once or again and again.
enum StatusCommand {
    static func run(_ request: StatusRequest, _ settings: Settings, _ options: GlobalOptions) -> ExitCode {
        let report = ReportCommand(settings, options, request.report)
        if request.isOnce || !Standard.outputIsTerminal { return report.overview() }
        // A stream of documents: Ctrl-C ends it.
        while true {
            let code = report.overview()
            if code == .configuration { return code }
            Standard.output("")
        }
    }
}
