import ConnectAdapter
import Domain
import HTTPTransport
import Operations
import TestSupport
import Testing

/// A client of the given workers, with short limits and a clock that stands still.
func connectClient(
    _ urls: [String], clock: ManualClock = ManualClock(), credentials: HTTPCredentials? = nil,
    totalTimeout: Duration = .seconds(60), bodyLimit: Int = 16 * 1024 * 1024
) throws -> ConnectClient {
    let limits = HTTPLimits(connectTimeout: .seconds(60), totalTimeout: totalTimeout, bodyLimit: bodyLimit)
    let settings = try ConnectSettings(urls: urls, credentials: credentials, limits: limits)
    return ConnectClient(settings, clock: clock) { clock.wallTime }
}

func reader(of stubs: ConnectStub...) throws -> ConnectReader {
    ConnectReader(try connectClient(stubs.map(\.url)))
}

/// The address of a port that nobody listens on.
func deadAddress() async throws -> String {
    try await ByteServer.serving(.silence) { "http://127.0.0.1:\($0.port)" }
}

/// The error of a port, and a record of the issue when there was none.
func portError(
    _ sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws(PortError) -> Void
) async throws -> PortError {
    do throws(PortError) {
        try await call()
    } catch {
        return error
    }
    Issue.record("it did not fail", sourceLocation: sourceLocation)
    throw NoError()
}

struct NoError: Error {}
