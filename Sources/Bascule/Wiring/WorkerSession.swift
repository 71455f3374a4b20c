import Commands
import Configuration
import Operations
import Terminal

/// A worker in the foreground: until SIGTERM, SIGHUP or Ctrl-C ends it in order, or it ends by itself.
enum WorkerSession {
    private enum Ended: Sendable {
        case ended
    }

    /// - Parameter prepare: makes the worker, and what is said once it is there.
    static func run(_ prepare: () throws -> (said: String, work: @Sendable () async -> Void)) -> ExitCode {
        do {
            let (said, work) = try prepare()
            let signals = try SignalPipe()
            defer { signals.close() }
            let mailbox = try Mailbox<Ended> { _ in false }
            let task = Background.start {
                await work()
                mailbox.post(.ended)
            }
            Standard.error("bascule: \(said)")
            HeadlessLoop(signals: signals, mailbox: mailbox).run { input in
                switch input {
                case .terminated, .interrupted, .hungUp:
                    task.cancel()
                    return .unchanged
                case .event: return .leave
                case .key, .resized, .tick, .resumed, .needsASCII: return .unchanged
                }
            }
            return .success
        } catch let error as SettingsError {
            Standard.error(error.text)
            return .configuration
        } catch let error as PortError {
            Standard.error("bascule: \(error.detail)")
            return .critical
        } catch {
            Standard.error("bascule: \(error)")
            return .critical
        }
    }
}
