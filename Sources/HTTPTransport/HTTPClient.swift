/// Requests over HTTP and HTTPS.
///
/// All requests of a client run on one thread of its own (`CurlLane`), so nothing blocks the caller's
/// executor. Connections are kept open and shared. Redirects are not followed and the environment's proxies
/// are not used: a console talks to the address that its configuration names, or says why it cannot.
package final class HTTPClient: Sendable {
    private let lane: CurlLane
    private let settings: TransferSettings

    package init(tls: TLSSettings = TLSSettings(), limits: HTTPLimits = HTTPLimits()) {
        settings = TransferSettings(tls: tls, limits: limits)
        lane = CurlLane(connectionsPerHost: limits.connectionsPerHost)
    }

    deinit { lane.close() }

    /// Sends the request and returns the whole answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer and throws ``HTTPError/cancelled``; the server may have acted.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if Task.isCancelled { throw .cancelled }
        let ticket = lane.ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                lane.submit(
                    Submission(ticket: ticket, request: request, settings: settings, continuation: continuation))
            }
        } onCancel: {
            lane.cancel(ticket)
        }
        return try result.get()
    }

    /// Ends all transfers with ``HTTPError/cancelled``; later requests end likewise. Does not wait for the thread.
    package func close() { lane.close() }
}

/// What every transfer of a client keeps to.
struct TransferSettings: Sendable {
    let tls: TLSSettings
    let limits: HTTPLimits
}
