import Domain
import Operations

/// Takes up a run that somebody drove, who may have been killed a moment ago: the group coordinator keeps such a driver
/// for its session time-out, and that is waited for.
enum RunTakeover {
    /// Longer than any session of a driver.
    static let limit = Duration.seconds(30)
    private static let pause = Duration.seconds(1)

    static func resume(
        _ run: String, in surroundings: FailoverRunner.Surroundings, shown: @escaping @Sendable (RunView) -> Void,
        waiting: @Sendable (String) -> Void
    ) async throws(RunStop) -> FailoverRunner {
        let began = WallClock.now()
        var said: String?
        while true {
            do throws(RunStop) {
                return try await FailoverRunner.resume(run, in: surroundings, shown: shown)
            } catch {
                guard case .leaseTaken(let detail) = error, WallClock.now().since(began) < limit else { throw error }
                if said == nil { waiting("\(detail); waiting for it, \(limit.spelled) at most") }
                said = detail
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw .cancelled
            }
        }
    }
}
