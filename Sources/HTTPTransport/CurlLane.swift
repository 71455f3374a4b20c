import CCurl
import Glibc
import Synchronization

/// The thread that drives libcurl's multi interface for one client.
///
/// Requests and cancellations enter through a queue under a lock; `curl_multi_wakeup` ends the thread's wait.
/// All other libcurl calls are made on the thread itself, which ends after ``close()``.
final class CurlLane: Sendable {
    private let inbox: Mutex<Inbox>
    private let connectionsPerHost: Int

    /// Identifies a request, and remembers that it was cancelled before the lane saw it.
    final class Ticket: Sendable {
        let number: UInt64
        private let cancelled = Atomic(false)

        init(number: UInt64) { self.number = number }

        var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
        func markCancelled() { cancelled.store(true, ordering: .releasing) }
    }

    private struct Inbox {
        var submissions: [Submission] = []
        var cancellations: [UInt64] = []
        var nextNumber: UInt64 = 1
        var isClosed = false
        /// `nil` before the thread has made it, and after it is gone.
        var multi: MultiHandle?
    }

    /// The multi handle as other threads see it.
    ///
    /// `@unchecked Sendable`: only `curl_multi_wakeup` is called with it outside the lane's thread, which libcurl
    /// documents as safe from any thread, and only under the inbox's lock, under which it is also withdrawn
    /// before the handle is destroyed.
    private struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    init(connectionsPerHost: Int) {
        inbox = Mutex(Inbox())
        self.connectionsPerHost = connectionsPerHost
        start()
    }

    // MARK: From any thread

    func ticket() -> Ticket {
        inbox.withLock { inbox in
            defer { inbox.nextNumber += 1 }
            return Ticket(number: inbox.nextNumber)
        }
    }

    func submit(_ submission: Submission) {
        let isClosed = inbox.withLock { inbox in
            guard !inbox.isClosed else { return true }
            inbox.submissions.append(submission)
            wake(inbox)
            return false
        }
        if isClosed { submission.continuation.resume(returning: .failure(.cancelled)) }
    }

    func cancel(_ ticket: Ticket) {
        ticket.markCancelled()
        inbox.withLock { inbox in
            inbox.cancellations.append(ticket.number)
            wake(inbox)
        }
    }

    func close() {
        inbox.withLock { inbox in
            inbox.isClosed = true
            wake(inbox)
        }
    }

    private func wake(_ inbox: borrowing Inbox) {
        if let multi = inbox.multi { curl_multi_wakeup(multi.pointer) }
    }

    // MARK: The thread

    private func start() {
        _ = CurlLibrary.isReady
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let lane = Unmanaged.passRetained(self)
        if pthread_create(&thread, &attributes, curlLaneMain, lane.toOpaque()) != 0 {
            lane.release()
            // Without a thread every request ends as cancelled rather than never.
            inbox.withLock { $0.isClosed = true }
        }
    }

    /// The thread's whole life: until closed, perform, hand out what is finished, wait.
    fileprivate func run() {
        guard let multi = curl_multi_init() else {
            fail(takeAll(closing: true).submissions)
            return
        }
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        let handle = MultiHandle(pointer: multi)
        inbox.withLock { $0.multi = handle }
        var transfers = TransferTable(multi: multi)
        while true {
            let work = takeAll(closing: false)
            for submission in work.submissions { transfers.add(submission) }
            for number in work.cancellations { transfers.cancel(number) }
            if work.isClosed { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            transfers.resumeFinished()
            // A wake-up sent since the inbox was emptied ends this wait at once.
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        inbox.withLock { $0.multi = nil }
        transfers.cancelAll()
        fail(takeAll(closing: true).submissions)
        curl_multi_cleanup(multi)
    }

    private func takeAll(closing: Bool) -> (submissions: [Submission], cancellations: [UInt64], isClosed: Bool) {
        inbox.withLock { inbox in
            if closing { inbox.isClosed = true }
            defer {
                inbox.submissions = []
                inbox.cancellations = []
            }
            return (inbox.submissions, inbox.cancellations, inbox.isClosed)
        }
    }

    private func fail(_ submissions: [Submission]) {
        for submission in submissions { submission.continuation.resume(returning: .failure(.cancelled)) }
    }
}

/// A request on its way to the lane.
struct Submission: Sendable {
    let ticket: CurlLane.Ticket
    let request: HTTPRequest
    let settings: TransferSettings
    let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
}

/// The process-wide initialisation that libcurl demands before its first use.
private enum CurlLibrary {
    static let isReady: Bool = curl_global_init(ccurl_global_default()) == CURLE_OK
}

private func curlLaneMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let lane = Unmanaged<CurlLane>.fromOpaque(context).takeRetainedValue()
    // Signals belong to the main thread's self-pipe; a TLS library's SIGPIPE would end the program.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    lane.run()
    return nil
}

/// The transfers in libcurl's hands, by their easy handle. Lives on the lane's thread.
private struct TransferTable {
    private let multi: UnsafeMutableRawPointer
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var handles: [UInt64: UnsafeMutableRawPointer] = [:]

    init(multi: UnsafeMutableRawPointer) { self.multi = multi }

    mutating func add(_ submission: Submission) {
        if submission.ticket.isCancelled {
            submission.continuation.resume(returning: .failure(.cancelled))
            return
        }
        do throws(HTTPError) {
            let transfer = try CurlTransfer(submission)
            guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                throw .unreachable("libcurl did not take the request")
            }
            transfers[transfer.easy] = transfer
            handles[submission.ticket.number] = transfer.easy
        } catch {
            submission.continuation.resume(returning: .failure(error))
        }
    }

    mutating func cancel(_ number: UInt64) {
        guard let easy = handles[number] else { return }
        remove(easy)?.resume(.failure(.cancelled))
    }

    mutating func cancelAll() {
        for easy in Array(transfers.keys) { remove(easy)?.resume(.failure(.cancelled)) }
    }

    mutating func resumeFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message dies with the handle's removal.
            let code = message.pointee.data.result
            guard let transfer = transfers[easy] else { continue }
            let result = transfer.result(code)
            remove(easy)?.resume(result)
        }
    }

    private mutating func remove(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        guard let transfer = transfers.removeValue(forKey: easy) else { return nil }
        handles[transfer.number] = nil
        curl_multi_remove_handle(multi, easy)
        return transfer
    }
}
