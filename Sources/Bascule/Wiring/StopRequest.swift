import Glibc
import Synchronization

/// Ctrl-C and SIGTERM while a plan runs on the command line: nothing more is called, and what was called is recorded.
enum StopRequest {
    private static let isRaised = Atomic<Bool>(false)

    static var raised: Bool { isRaised.load(ordering: .relaxed) }

    /// From now on the first of the two signals is noted; the next one ends the program.
    static func watchSignals() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                StopRequest.isRaised.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
