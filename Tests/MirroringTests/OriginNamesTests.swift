import Domain
import Testing

@testable import Mirroring

@Suite("Names in the provenance header")
struct OriginNamesTests {
    @Test("a cluster id that is a UUID stands for itself, every other by its SHA-256; a topic by 8 bytes of it")
    func names() {
        #expect(OriginNames.cluster("aWRjMS1pZGMxLWlkYzEtMQ")?.bytes == Array("idc1-idc1-idc1-1".utf8))
        // SHA-256 of "abc".
        #expect(OriginNames.cluster("abc") == KafkaUUID(high: 0xba78_16bf_8f01_cfea, low: 0x4141_40de_5dae_2223))
        #expect(OriginNames.topicHash("orders") == 0x1c16_8adb_00d2_08e4)
    }
}
