import Testing

@testable import ConnectAdapter

struct WorkerRotationTests {
    @Test func `the worker that answered last comes first, and the ring goes on from it`() {
        var rotation = WorkerRotation(count: 3)
        #expect(rotation.candidates(at: .zero) == [0, 1, 2])
        rotation.workerAnswered(1)
        #expect(rotation.candidates(at: .zero) == [1, 2, 0])
    }

    @Test func `a worker that failed is left out until its back-off ends`() {
        var rotation = WorkerRotation(count: 2)
        rotation.workerFailed(0, at: .seconds(10), jitter: 0)
        #expect(rotation.candidates(at: .seconds(10)) == [1])
        #expect(rotation.candidates(at: .milliseconds(10_250)) == [0, 1])
        #expect(rotation.allCandidates(at: .seconds(10)) == [1, 0])
    }

    @Test func `the back-off doubles up to half a minute, spread over its upper half`() {
        for (jitter, share) in [(0.0, 0.5), (0.999_999, 1.0)] {
            var rotation = WorkerRotation(count: 1)
            var ends: [Duration] = []
            for _ in 0..<9 {
                rotation.workerFailed(0, at: .zero, jitter: jitter)
                let end = (0...3_000).map { Duration.milliseconds($0 * 10) + .nanoseconds(1) }
                    .first { rotation.isReady(0, at: $0) }
                ends.append(end ?? .zero)
            }
            let full = [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { $0 * share }
            for (end, expected) in zip(ends, full) {
                #expect(abs(end / .seconds(1) - expected) < 0.02)
            }
        }
    }

    @Test func `when all back off the one that is due first is tried, alone`() {
        var rotation = WorkerRotation(count: 3)
        rotation.workerFailed(0, at: .zero, jitter: 0.9)
        rotation.workerFailed(1, at: .zero, jitter: 0)
        rotation.workerFailed(2, at: .zero, jitter: 0.5)
        #expect(rotation.candidates(at: .zero) == [1])
        #expect(rotation.allCandidates(at: .zero) == [1, 2, 0])
    }

    @Test func `an answer ends the back-off and its growth`() {
        var rotation = WorkerRotation(count: 1)
        for _ in 0..<6 { rotation.workerFailed(0, at: .zero, jitter: 0) }
        rotation.workerAnswered(0)
        rotation.workerFailed(0, at: .zero, jitter: 0)
        #expect(rotation.isReady(0, at: .milliseconds(250)))
    }
}
