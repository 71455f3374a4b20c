package import Testing

/// Waits for a condition with a deadline in real time and records an issue when it never holds.
///
/// The one place where tests wait: nothing sleeps for a fixed time.
///
/// - Parameter what: asked for when it has failed: it can say how far things came.
/// - Returns: whether the condition came to hold, so that a test can stop early.
@discardableResult
package func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: limit)
    while clock.now < deadline {
        if try await condition() { return true }
        do {
            try await clock.sleep(for: .milliseconds(2))
        } catch {
            break
        }
    }
    if try await condition() { return true }
    Issue.record("it never came to be that \(what())", sourceLocation: sourceLocation)
    return false
}
