import Domain
import Testing

@Suite struct `An operator's word about a group` {
    static func word(
        _ order: OperatorHold.Order = .hold, number: Int64 = 3, at seconds: Int64 = 0, reason: String = "replay"
    ) -> OperatorHold {
        OperatorHold(
            order: order, actor: "alice", host: "ops1",
            at: WallTime(milliseconds: 1_764_000_000_000 + seconds * 1_000), reason: reason, number: number)
    }

    @Test(arguments: ["replay of Tuesday, ticket 4711", "a; b=c; why=d", "", "한글 이유", "hold1;order=release"])
    func `it comes back from its record, whatever the reason says`(reason: String) {
        for order in [OperatorHold.Order.hold, .release] {
            let word = Self.word(order, reason: reason)
            #expect(OperatorHold(record: word.record) == word)
        }
    }

    @Test func `its record is what it was`() {
        #expect(
            Self.word().record == "hold1;order=hold;n=3;t=1764000000000;by=alice;on=ops1;why=replay")
        #expect(OperatorHold.key(of: .group("billing")) == "hold/billing")
        #expect(OperatorHold.subject(ofKey: "hold/a/b") == .group("a/b"))
        // A group may be called anything.
        for subject in [HoldSubject.everything, .group("freeze"), .group("*"), .group("")] {
            #expect(OperatorHold.subject(ofKey: OperatorHold.key(of: subject)) == subject)
        }
        for key in ["hold-noted/a", "freeze-noted/3", "hand-over", "freezer"] {
            #expect(OperatorHold.subject(ofKey: key) == nil)
        }
    }

    @Test(arguments: [
        "", "hold2;order=release;n=9;t=1;by=a;on=b;why=", "hold1;order=let-go;n=9;t=1;by=a;on=b;why=",
        "hold1;n=9;order=release;t=1;by=a;on=b;why=", "hold1;order=release;n=x;t=1;by=a;on=b;why=",
        "hold1;order=release;n=1;t=1;by=a", "hand-over",
    ])
    func `what makes no sense holds the group`(record: String) {
        let word = OperatorHold(record: record)
        #expect(word.order == .hold && word.reason.contains("does not know"))
        var words = HoldWords()
        words.take(key: "hold/billing", value: record)
        words.take(key: "freeze", value: record)
        #expect(words.words[.group("billing")]?.order == .hold && words.words[.everything]?.order == .hold)
    }

    @Test func `the highest number counts, then the later one, then the hold`() {
        #expect(Self.word(number: 4).supersedes(Self.word(number: 3, at: 9)))
        #expect(!Self.word(number: 3, at: 9).supersedes(Self.word(number: 4)))
        #expect(Self.word(at: 1).supersedes(Self.word(.release, at: 0)))
        #expect(Self.word(.hold).supersedes(Self.word(.release)))
        #expect(!Self.word(.release).supersedes(Self.word(.hold)))
        #expect(Self.word(.release).supersedes(nil))
    }

    @Test func `words come in any order, and notes tell which of them a daemon keeps to`() {
        var words = HoldWords()
        words.take(key: "hold/billing", value: Self.word(.release, number: 4).record)
        words.take(key: "hold/billing", value: Self.word(.hold, number: 3).record)
        words.take(key: "hold/audit", value: Self.word(.hold, number: 1).record)
        words.take(key: "hand-over", value: "somebody/1")
        let (billing, audit) = (HoldSubject.group("billing"), HoldSubject.group("audit"))
        #expect(words.words[billing]?.order == .release && words.words.count == 2)
        #expect(words.noted(billing, on: 0) == nil && words.noted(audit, on: 0) == nil)
        words.take(key: HoldWords.noteKey(of: billing, on: 0), value: HoldWords.note(4))
        words.take(key: HoldWords.noteKey(of: billing, on: 0), value: HoldWords.note(3))
        #expect(words.noted(billing, on: 7) == 4, "a group has one partition, however many there are")
        words.take(key: HoldWords.noteKey(of: .everything, on: 7), value: HoldWords.note(2))
        #expect(words.noted(.everything, on: 7) == 2 && words.noted(.everything, on: 0) == nil)
        words.take(key: "hold/audit", value: nil)
        #expect(words.words[audit] == nil)
    }

    @Test func `of both sides' words the newest counts, and a side that was not read says nothing`() {
        var (one, two) = (HoldWords(), HoldWords())
        one.take(key: "freeze", value: Self.word(.hold, number: 1).record)
        #expect(PerIDC<HoldWords?>(idc1: one, idc2: nil).newestWord(about: .everything)?.order == .hold)
        two.take(key: "freeze", value: Self.word(.release, number: 2).record)
        #expect(PerIDC<HoldWords?>(idc1: one, idc2: two).newestWord(about: .everything)?.order == .release)
        #expect(PerIDC<HoldWords?>(idc1: nil, idc2: nil).newestWord(about: .everything) == nil)
    }
}

@Suite struct `What had not crossed, as a daemon writes it down` {
    private static let said = StrandedRecords(
        atMost: ["orders": 41, "quiet": 0, "주문": 7], readAt: WallTime(milliseconds: 1_764_000_000_000))

    @Test func `it is read as it was written, and what makes no sense is nothing that was said`() {
        var words = HoldWords()
        let record = String(decoding: Self.said.record, as: UTF8.self)
        let isNew = words.take(key: HoldWords.strandedKey, value: record)
        #expect(isNew)
        #expect(words.stranded == Self.said)
        let isNewAgain = words.take(key: HoldWords.strandedKey, value: record)
        #expect(!isNewAgain)
        for nonsense in ["", "{}", "[1]", "41", record.replacing("records", with: "rekords"), record + "}"] {
            words.take(key: HoldWords.strandedKey, value: record)
            words.take(key: HoldWords.strandedKey, value: nonsense)
            #expect(words.stranded == nil, "\(nonsense)")
        }
        words.take(key: HoldWords.strandedKey, value: record)
        words.take(key: HoldWords.strandedKey, value: nil)
        #expect(words.stranded == nil)
        #expect(words.words.isEmpty)
    }

    @Test func `a record holds the topics that have most, and the sum of all`() {
        let counts = Dictionary(uniqueKeysWithValues: (1...5_000).map { ("topic-\($0)", Int64($0)) })
        let many = StrandedRecords(atMost: counts, readAt: Self.said.total.readAt)
        let kept = many.limited()
        #expect(kept.total == many.total && kept.total.records == 12_502_500)
        #expect(kept.topics.count == 2_000)
        #expect(kept.topics.allSatisfy { $0.lag.records > 3_000 })
        #expect(kept.topics.map(\.topic) == kept.topics.map(\.topic).sorted())
        // With the longest names that Kafka takes.
        let long = StrandedRecords(
            atMost: Dictionary(
                uniqueKeysWithValues: (1...5_000).map { (String(repeating: "x", count: 244) + "\($0)", Int64($0)) }),
            readAt: Self.said.total.readAt)
        #expect(long.limited().record.count < 1_000_000)
    }
}
