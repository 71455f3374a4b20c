import Domain
import Glibc
import Operations
import Testing

@testable import KafkaAdapter

@Suite(.serialized, .timeLimit(.minutes(2)))
struct MockBrokerPortTests {
    /// A socket that listens on a loopback port, as a program does that sets `SO_REUSEADDR`; `nil`: somebody else does.
    private func listener(on port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isListening = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 1) == 0
            }
        }
        if isListening { return descriptor }
        close(descriptor)
        return nil
    }

    @Test func `a broker whose port was taken stays down with a reason, and comes up once it is free`() async throws {
        let mock = try MockCluster.start(brokers: 2)
        let port = try #require(mock.bootstrap.split(separator: ":").last.flatMap { UInt16($0) })
        try mock.setDown(broker: 2)
        let taken = try #require(listener(on: port))
        let error = await #expect(throws: PortError.self) { try await mock.setUp(broker: 2) }
        #expect(error?.kind == .conflict)
        #expect(error?.detail.contains("\(port)") == true)
        close(taken)
        try await mock.setUp(broker: 2)
        #expect(listener(on: port) == nil, "the broker does not listen")
        await mock.destroy()
    }
}
