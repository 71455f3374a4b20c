import Domain
import Operations
import Testing

@testable import Sandbox

struct RouterTests {
    @Test("requests follow the weights, and a lost backend's go to the other") func weights() async throws {
        let router = EmbeddedRouter()
        #expect(router.route(0.49) == .idc1)
        #expect(router.route(0.51) == .idc2)
        try await router.set(try #require(TrafficSplit(idc1: 0, idc2: 100)))
        #expect(router.route(0) == .idc2)
        #expect(try await router.configured().split == TrafficSplit(idc1: 0, idc2: 100))
        router.backend(of: .idc2, isUp: false)
        #expect(router.route(0.5) == nil)
        #expect(try await router.configured().split == nil)
        try await router.set(try #require(TrafficSplit(idc1: 20, idc2: 80)))
        #expect(router.route(0.9) == .idc1)
        let configured = try await router.configured()
        #expect(configured.split == TrafficSplit(idc1: 100, idc2: 0))
        #expect(configured.servers.map(\.status) == ["UP", "DOWN"])
        #expect(configured.servers.map(\.weight) == [20, 80])
    }
}
