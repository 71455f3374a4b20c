package import Domain
import HTTPTransport
import Operations
import Synchronization

/// Requests to one IDC's Connect cluster: tries the workers in turn and turns bad answers into ``PortError``s.
///
/// The reader and, where a session may change something, the controller share one.
package final class ConnectClient: Sendable {
    private let settings: ConnectSettings
    private let http: HTTPClient
    private let state: Mutex<State>
    private let wallTime: @Sendable () -> WallTime
    /// Time since this client was made.
    private let elapsed: @Sendable () -> Duration
    private let pause: @Sendable (Duration) async throws -> Void

    private struct State {
        var rotation: WorkerRotation
        /// By worker; `nil` while it answers or has not been needed.
        var failures: [Unavailability?]
    }

    /// - Parameters:
    ///   - clock: for back-offs. Time-outs of requests run on real time.
    ///   - wallTime: for the moment of a failure.
    package init(
        _ settings: ConnectSettings, clock: some Clock<Duration>, wallTime: @escaping @Sendable () -> WallTime
    ) {
        self.settings = settings
        http = HTTPClient(tls: settings.tls, limits: settings.limits)
        let count = settings.workers.count
        state = Mutex(
            State(rotation: WorkerRotation(count: count), failures: Array(repeating: nil, count: count)))
        self.wallTime = wallTime
        elapsed = clock.startStopwatch()
        pause = { try await clock.sleep(for: $0) }
    }

    // MARK: Reading

    /// Asks the workers in turn until `decode` accepts an answer.
    ///
    /// A worker that is unreachable, answers with an error of its own or with nonsense makes room for the next;
    /// what is a matter of the request (404, 409, 400) is thrown at once.
    func read<Value: Sendable>(
        _ path: String, _ decode: @Sendable (HTTPResponse) async throws(PortError) -> Value
    ) async throws(PortError) -> Value {
        let operation = "GET \(path.plainLine(limit: 200))"
        let candidates = state.withLock { $0.rotation.candidates(at: elapsed()) }
        var lastError: PortError?
        for worker in candidates {
            let address = settings.workers[worker]
            do throws(PortError) {
                let response = try await send(.get, path, nil, to: address, operation)
                if let failure = ConnectFailure(response, from: address, operation: operation) { throw failure.error }
                let value = try await decode(response)
                answered(worker)
                return value
            } catch {
                switch error.kind {
                case .cancelled: throw error
                case .notFound, .conflict, .unsupported:
                    answered(worker)
                    throw error
                case .unreachable, .timedOut, .refused, .malformed, .failed:
                    failed(worker, error)
                    lastError = error
                }
            }
        }
        throw combined(lastError, operation)
    }

    /// The workers, and why each did not answer last time.
    func workers() -> [ConnectWorkerView] {
        let failures = state.withLock { $0.failures }
        return zip(settings.workers, failures).map { ConnectWorkerView(url: $0.text, failure: $1) }
    }

    // MARK: Changing

    /// Sends a change, waiting out 409 and 429 until the deadline.
    ///
    /// Another worker is tried only when the request certainly did not arrive: it is never sent twice unseen.
    func change(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil
    ) async throws(PortError) -> HTTPResponse {
        let operation = "\(method.rawValue) \(path.plainLine(limit: 200))"
        let deadline = elapsed() + settings.conflictDeadline
        var delay = Duration.milliseconds(250)
        while true {
            let conflict: PortError
            do throws(PortError) {
                return try await changeOnce(method, path, body, operation)
            } catch {
                guard error.kind == .conflict else { throw error }
                conflict = error
            }
            let jittered = delay * Double.random(in: 0.75..<1.25)
            guard elapsed() + jittered < deadline else {
                throw PortError(
                    .conflict, operation: operation,
                    detail: conflict.detail + "; still so after \(settings.conflictDeadline.inSeconds.wholeText) s, "
                        + "nothing was changed: try again when Connect has settled")
            }
            do {
                try await pause(jittered)
            } catch {
                throw PortError(.cancelled, operation: operation, detail: "cancelled while waiting for Connect")
            }
            delay = min(delay * 2, .seconds(4))
        }
    }

    private func changeOnce(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ operation: String
    ) async throws(PortError) -> HTTPResponse {
        let candidates = state.withLock { $0.rotation.allCandidates(at: elapsed()) }
        var lastError: PortError?
        for worker in candidates {
            let address = settings.workers[worker]
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try await http.send(request(method, path, body, to: address))
            } catch {
                let failure = ConnectFailure(error, from: address, operation: operation).error
                if failure.kind != .cancelled { failed(worker, failure) }
                if error.requestMayHaveArrived {
                    throw PortError(
                        failure.kind, operation: operation,
                        detail: failure.detail + "; it may have been carried out: look at the state before repeating it"
                    )
                }
                lastError = failure
                continue
            }
            if let failure = ConnectFailure(response, from: address, operation: operation) {
                failure.isTheWorkers ? failed(worker, failure.error) : answered(worker)
                throw failure.error
            }
            answered(worker)
            return response
        }
        throw combined(lastError, operation)
    }

    // MARK: One request

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, to address: HTTPAddress, _ operation: String
    ) async throws(PortError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await http.send(request(method, path, body, to: address))
        } catch {
            throw ConnectFailure(error, from: address, operation: operation).error
        }
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, to address: HTTPAddress
    ) -> HTTPRequest {
        var headers = [HTTPHeader("Accept", "application/json")]
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        return HTTPRequest(method, address, path: path, headers: headers, body: body)
    }

    private func answered(_ worker: Int) {
        state.withLock { state in
            state.rotation.workerAnswered(worker)
            state.failures[worker] = nil
        }
    }

    private func failed(_ worker: Int, _ error: PortError) {
        let now = elapsed()
        let moment = wallTime()
        let jitter = Double.random(in: 0..<1)
        state.withLock { state in
            state.rotation.workerFailed(worker, at: now, jitter: jitter)
            let since = state.failures[worker]?.since ?? moment
            state.failures[worker] = Unavailability(kind: error.kind, detail: error.detail, since: since)
        }
    }

    /// No worker answered: what each of them said last.
    private func combined(_ last: PortError?, _ operation: String) -> PortError {
        let failures = state.withLock { $0.failures.compactMap(\.self) }
        guard settings.workers.count > 1, failures.count > 1 else {
            return last ?? PortError(.unreachable, operation: operation, detail: "no Connect worker could be asked")
        }
        // A worker that is there but refuses says more than one that is not there.
        let kind = failures.map(\.kind).first { $0 != .unreachable } ?? .unreachable
        let details = failures.map(\.detail).joined(separator: "; ")
        return PortError(
            kind, operation: operation, detail: "none of \(settings.workers.count) Connect workers answered: \(details)"
        )
    }
}

extension Double {
    /// Without a fraction where it has none.
    fileprivate var wholeText: String { self == rounded() ? String(Int(self)) : String(self) }
}
