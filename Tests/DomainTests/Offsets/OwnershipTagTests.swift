import Domain
import Testing

@Suite struct `The ownership tag` {
    static let tag = OwnershipTag(
        sourceCluster: "aWRjMS1pZGMxLWlkYzEtMQ", committed: Offset(1_200),
        fence: LadderBounds(aLower: Offset(1_300), bLower: Offset(1_250)), resume: Offset(1_250), method: .cuts,
        writtenAt: WallTime(milliseconds: 1_764_000_000_123), token: 17)
    static let text = "osync1;src=aWRjMS1p;o=1200;a=1300;b=1250;r=1250;m=cuts;t=1764000000123;f=17"

    @Test func `is printed as the document says and read back the same`() {
        #expect(Self.tag.metadata == Self.text)
        #expect(OwnershipTag(metadata: Self.text) == Self.tag)
        for method in TranslationMethod.allCases {
            let tag = OwnershipTag(
                sourceCluster: "x", committed: Offset(0), fence: LadderBounds(aLower: nil, bLower: nil),
                resume: Offset(0), method: method, writtenAt: WallTime(milliseconds: 0), token: 0)
            #expect(OwnershipTag(metadata: tag.metadata) == tag)
        }
    }

    @Test func `names its cluster by the first eight characters`() {
        #expect(Self.tag.names(cluster: "aWRjMS1pZGMxLWlkYzEtMQ"))
        #expect(!Self.tag.names(cluster: "aWRjMi1pZGMyLWlkYzItMg"))
    }

    @Test func `unknown bounds are the resume position`() {
        let tag = OwnershipTag(
            sourceCluster: "x", committed: Offset(9), fence: LadderBounds(aLower: nil, bLower: Offset(3)),
            resume: Offset(5), method: .start, writtenAt: WallTime(milliseconds: 0), token: 0)
        #expect(tag.a == Offset(5) && tag.b == Offset(5))
    }

    @Test(arguments: [
        "", "meta", "osync1", "osync2" + Self.text.dropFirst(6), Self.text + "\0", "\0" + Self.text,
        Self.text.replacing("r=1250", with: "r=-1"), Self.text.replacing("o=1200", with: "o=x"),
        Self.text.replacing(";t=1764000000123", with: ""), Self.text.replacing("f=17", with: "f=x"), Self.text + ";r=7",
        Self.text + ";x", Self.text + ";ü=1",
        Self.text + ";y=" + String(repeating: "y", count: 4_096), Self.text.replacing("src=aWRjMS1p", with: "src="),
        Self.text.replacing("src=aWRjMS1p", with: "src=aWRjMS1pZ"),
    ])
    func `what no Bascule of this version wrote is foreign`(_ metadata: String) {
        #expect(OwnershipTag(metadata: metadata) == nil)
        #expect(CommitOwner(of: CommittedOffset(offset: Offset(1_250), metadata: metadata)) == .foreign)
    }

    @Test func `keys that came later are left aside`() {
        #expect(OwnershipTag(metadata: Self.text + ";z=1") == Self.tag)
    }

    @Test func `the short form is ours, without fence and token`() throws {
        #expect(Self.tag.shortMetadata == "osync1;src=aWRjMS1p;o=1200;r=1250;m=cuts;t=1764000000123")
        let tag = try #require(OwnershipTag(metadata: Self.tag.shortMetadata))
        #expect(tag.resume == Offset(1_250) && tag.a == tag.resume && tag.b == tag.resume && tag.token == 0)
    }

    @Test func `an unknown method is ours still`() throws {
        let tag = try #require(OwnershipTag(metadata: Self.text.replacing("m=cuts", with: "m=later")))
        #expect(tag.method == nil && tag.resume == Offset(1_250))
    }

    @Test func `ours stands where the tag says, a changed offset is foreign`() {
        #expect(CommitOwner(of: CommittedOffset(offset: Offset(1_250), metadata: Self.text)) == .ours(Self.tag))
        #expect(CommitOwner(of: CommittedOffset(offset: Offset(1_251), metadata: Self.text)) == .foreign)
    }

    @Test func `a cluster id with odd characters cannot break the tag`() {
        let tag = OwnershipTag(
            sourceCluster: "a;r=9\u{0}b", committed: Offset(1), fence: LadderBounds(aLower: nil, bLower: nil),
            resume: Offset(2), method: .cuts, writtenAt: WallTime(milliseconds: 3), token: 4)
        #expect(OwnershipTag(metadata: tag.metadata) == tag)
        #expect(tag.names(cluster: "a;r=9\u{0}b"))
    }
}
