import Domain
import Testing

@testable import KafkaAdapter

@Suite struct `Fetches go on while a queue is being emptied` {
    private static let one = TopicPartition("orders", 0)
    private static let two = TopicPartition("orders", 1)
    private static let three = TopicPartition("trades", 0)

    @Test func `the leaders are asked each time a quarter of the messages has been taken`() {
        var wake = FetchWake(queuedMessages: 400, queuedKilobytes: 8_192)
        var asked: [Int] = []
        for number in 1...450 {
            wake.took(bytes: 10, from: number == 1 ? (1, Self.one) : nil)
            if wake.due() != nil { asked.append(number) }
        }
        #expect(asked == [100, 200, 300, 400])
    }

    @Test func `or a quarter of the bytes`() {
        var wake = FetchWake(queuedMessages: 30_000, queuedKilobytes: 4)
        var asked: [Int] = []
        for number in 1...10 {
            wake.took(bytes: 512, from: (1, Self.one))
            if wake.due() != nil { asked.append(number) }
        }
        #expect(asked == [2, 4, 6, 8, 10])
    }

    @Test func `each broker once, by what came from it last`() {
        var wake = FetchWake(queuedMessages: 16, queuedKilobytes: 8_192)
        wake.took(bytes: 1, from: (1, Self.one))
        wake.took(bytes: 1, from: (2, Self.two))
        wake.took(bytes: 1, from: (1, Self.three))
        #expect(wake.due() == nil)
        wake.took(bytes: 1, from: nil)
        #expect(wake.due() == [Self.two, Self.three])
        #expect(wake.due() == nil)
    }

    @Test func `nobody is asked of whom nothing is known`() {
        var wake = FetchWake(queuedMessages: 4, queuedKilobytes: 8_192)
        wake.took(bytes: 1, from: (-1, Self.one))
        #expect(wake.due() == nil)
    }
}
