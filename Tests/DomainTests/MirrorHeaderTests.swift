import Testing

@testable import Domain

@Suite("The provenance header and the commit of a mirror")
struct MirrorHeaderTests {
    private let idc1 = KafkaUUID(base64URL: "aWRjMS1pZGMxLWlkYzEtMQ")
    private let ordersHash: UInt64 = 0x1c16_8adb_00d2_08e4

    private func decoded(_ bytes: [UInt8]) -> ProvenanceHeader.Decoded {
        bytes.withUnsafeBytes { ProvenanceHeader.decode($0) }
    }

    private func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    @Test("the example of the document, byte by byte, both ways")
    func golden() throws {
        let golden = bytes(
            "0100696463312d696463312d696463312d311c168adb00d208e40000000000000000000000000000000000000003ffffffff000000000000002a"
        )
        let header = ProvenanceHeader(
            cluster: try #require(idc1), topicHash: ordersHash, partition: 3, offset: 42)
        #expect(header.bytes == golden)
        #expect(decoded(golden) == .header(header))
    }

    @Test("66 bytes with a running maximum, and every other length is malformed")
    func lengths() throws {
        let header = ProvenanceHeader(
            cluster: try #require(idc1), topicHash: 7, topicID: KafkaUUID(high: 1, low: 2), partition: 0,
            leaderEpoch: 9, offset: .max, runningMaximum: 5)
        #expect(header.bytes.count == 66)
        #expect(decoded(header.bytes) == .header(header))
        for count in 1..<66 { #expect(decoded(Array(header.bytes.prefix(count))) == .malformed) }
        #expect(decoded(header.bytes + [0]) == .malformed)
        #expect(decoded([]) == .malformed)
        #expect(decoded([2] + header.bytes.dropFirst()) == .unknownVersion(2))
        #expect(decoded([0]) == .unknownVersion(0))
    }

    @Test("mirrored if and only if another cluster, this topic and this partition")
    func rule() throws {
        let here = KafkaUUID(high: 1, low: 1)
        let there = KafkaUUID(high: 2, low: 2)
        let partition = MirroredPartition(localCluster: here, topicHash: 7, partition: 3)
        func verdict(_ cluster: KafkaUUID, _ hash: UInt64, _ number: Int32) -> MirrorVerdict {
            partition.verdict(
                on: .header(ProvenanceHeader(cluster: cluster, topicHash: hash, partition: number, offset: 42)))
        }
        #expect(verdict(there, 7, 3) == .mirrored(source: 42))
        #expect(verdict(here, 7, 3) == .local(hasForeignHeader: true))
        #expect(verdict(there, 8, 3) == .local(hasForeignHeader: true))
        #expect(verdict(there, 7, 2) == .local(hasForeignHeader: true))
        #expect(partition.verdict(on: nil) == .local(hasForeignHeader: false))
        #expect(partition.verdict(on: .malformed) == .local(hasForeignHeader: true))
        #expect(partition.verdict(on: .unknownVersion(9)) == .unknownVersion(9))
    }

    @Test("Kafka's spelling of a UUID is read and written, and nothing else is one")
    func uuids() throws {
        let id = try #require(idc1)
        #expect(id.bytes == Array("idc1-idc1-idc1-1".utf8))
        #expect(id.description == "aWRjMS1pZGMxLWlkYzEtMQ")
        #expect(KafkaUUID.unknown.description == "AAAAAAAAAAAAAAAAAAAAAA")
        for text in [
            "", "aWRjMS1pZGMxLWlkYzEtM", "aWRjMS1pZGMxLWlkYzEtMR", "aWRjMS1pZGMxLWlkYzEtM=", "mockCluster7f00deadbeef",
        ] {
            #expect(KafkaUUID(base64URL: text) == nil)
        }
    }

    @Test("a commit's metadata is read back as it was written")
    func roundTrip() {
        let commit = MirrorCommit(
            copiedEnd: 7, highestFiltered: -1, copies: 9, targetCluster: "aWRjMS1pZGMxLWlkYzEtMQ", gap: 4,
            isUpperBound: true, generationFloor: 3)
        #expect(
            commit.metadata
                == "cut1;e=7;k=-1;n=9;x=aWRjMS1pZGMxLWlkYzEtMQ;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1;g=4;u=1;f=3")
        #expect(MirrorCommit(metadata: commit.metadata) == commit)
        let plain = MirrorCommit(copiedEnd: 0, highestFiltered: 12, copies: 0, targetCluster: "c")
        #expect(MirrorCommit(metadata: plain.metadata) == plain)
    }

    @Test(
        "metadata that no mirror wrote is no evidence",
        arguments: [
            "", "cut1", "cut2;e=1;k=0;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1", "cut1;e=1;k=0;n=0;x=c;le=-1",
            "cut1;e=-1;k=0;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1",
            "cut1;e=1;k=-2;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1",
            "cut1;e=1;e=2;k=0;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1",
            "cut1;e=1;k=0;n=0;x=;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1",
            "cut1;e=1;k=0;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1;u=2",
            "cut1;e=1;k=0;n=0;x=c;ti=AAAAAAAAAAAAAAAAAAAAAA;le=-1;g=x", "osync1;o=3",
        ])
    func malformed(text: String) {
        #expect(MirrorCommit(metadata: text) == nil)
    }

    @Test("accepted gaps are a list of partition and bounds")
    func acceptedGaps() {
        #expect(
            AcceptedGap.list("3:10-20, 0:5-0") == [
                .init(partition: 3, from: 10, to: 20), .init(partition: 0, from: 5, to: 0),
            ])
        #expect(AcceptedGap.list("") == [])
        for text in ["3", "3:10", "3:a-b", "x:1-2", "3:1-2-3"] { #expect(AcceptedGap.list(text) == nil) }
    }
}
