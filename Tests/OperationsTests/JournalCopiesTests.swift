import Digests
import Domain
import Operations
import Testing

@Suite("The copies of a run's journal")
struct JournalCopiesTests {
    private let run = "20261125-031200-kdmq"

    private func link(_ bytes: [UInt8], after last: RunRecord?) -> RunRecord? {
        let previous = last?.hash ?? RunChain.beginning
        return SHA256.digest(of: previous + bytes).map { hash in
            RunRecord(run: run, sequence: (last?.sequence ?? 0) + 1, bytes: bytes, previous: previous, hash: hash)
        }
    }

    private func flaw(_ records: [RunRecord]) -> String? {
        RunChain.flaw(in: records, of: run, digest: digest)
    }

    private let digest: Digest = { SHA256.digest(of: $0) ?? [] }

    private func chain(_ count: Int, text: String = "record") -> [RunRecord] {
        (0..<count).reduce(into: []) { records, number in
            if let record = link(Array("\(text) \(number)".utf8), after: records.last) {
                records.append(record)
            }
        }
    }

    private func changed(
        _ record: RunRecord, run: String? = nil, sequence: Int64? = nil, bytes: [UInt8]? = nil,
        previous: [UInt8]? = nil, hash: [UInt8]? = nil
    ) -> RunRecord {
        RunRecord(
            run: run ?? record.run, sequence: sequence ?? record.sequence, bytes: bytes ?? record.bytes,
            previous: previous ?? record.previous, hash: hash ?? record.hash)
    }

    @Test("a link's hash is SHA-256 over 32 zeros, or the hash before, and the record's bytes")
    func links() {
        let records = chain(2)
        #expect(records.map(\.sequence) == [1, 2])
        #expect(records[0].previous == [UInt8](repeating: 0, count: 32))
        #expect(records[1].previous == records[0].hash)
        // printf '%064d' 0 | xxd -r -p | cat - <(printf 'record 0') | sha256sum
        let hex = records[0].hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == "157466d1c416026cb4803eb3decf5fa6805601d8556466c6f22c5e70201fd981")
    }

    @Test("a whole chain of any length has no fault")
    func whole() {
        for count in [0, 1, 2, 50] {
            #expect(chain(count).count == count)
            #expect(flaw(chain(count)) == nil)
        }
    }

    @Test("a record that was changed, left out, put in, swapped or of another run shows, with its sequence")
    func faults() {
        let records = chain(5)
        var edited = records
        edited[2] = changed(records[2], bytes: Array("record 9".utf8))
        #expect(flaw(edited) == "record 3 is not as it was written")
        edited[2] = changed(records[2], hash: records[1].hash)
        #expect(flaw(edited) == "record 3 is not as it was written")
        edited[2] = changed(records[2], previous: records[0].hash)
        #expect(flaw(edited) == "record 3 does not follow the one before it")
        // Changed with its own hash made to fit: the next one does not.
        let bytes = Array("forged".utf8)
        let hash = SHA256.digest(of: records[2].previous + bytes)
        edited[2] = changed(records[2], bytes: bytes, hash: hash)
        #expect(flaw(edited) == "record 4 does not follow the one before it")
        var short = records
        short.remove(at: 1)
        #expect(flaw(short) == "record 2 is missing: 3 follows 1")
        #expect(flaw(Array(records.dropFirst())) == "record 1 is missing: 2 follows 0")
        #expect(
            flaw(records + [records[4]]) == "record 6 is missing: 5 follows 5")
        var swapped = records
        swapped.swapAt(0, 1)
        #expect(flaw(swapped) == "record 1 is missing: 2 follows 0")
        edited = records
        edited[4] = changed(records[4], run: "other")
        #expect(flaw(edited) == "record 5 is of the run other")
    }

    @Test("copies are compared with the longest whole one: which copy differs, and from which record on")
    func comparison() {
        let records = chain(5)
        // Somebody drove on from record 3 without knowing of 4 and 5.
        var other = Array(records.prefix(3))
        if let forked = link(Array("fork".utf8), after: other.last) { other.append(forked) }
        var faulty = records
        faulty[1] = changed(records[1], bytes: [])
        let away = PortError(.unreachable, operation: "Metadata", detail: "gone")
        let comparison = JournalCopies.compare(
            [
                ("local", .success(Array(records.prefix(2)))), ("IDC1", .success(faulty)), ("IDC2", .success(records)),
                ("old", .success(other)), ("new", .success(records)), ("none", .success([])), ("away", .failure(away)),
            ], of: run, digest: digest)
        #expect(comparison.reference == "IDC2")
        #expect(comparison.records == records)
        #expect(
            comparison.copies.map(\.finding) == [
                .behind(from: 3), .faulty("record 2 is not as it was written"), .whole, .differs(from: 4), .whole,
                .behind(from: 1),
                .unread(away),
            ])
        #expect(!comparison.isProven)
        let good = JournalCopies.compare(
            [("local", .success(records)), ("IDC1", .failure(away)), ("IDC2", .success(Array(records.prefix(1))))],
            of: run, digest: digest)
        #expect(good.isProven)
        #expect(good.reference == "local")
        #expect(
            !JournalCopies.compare([("local", .success([])), ("IDC1", .failure(away))], of: run, digest: digest)
                .isProven)
        #expect(!JournalCopies.compare([("IDC1", .failure(away))], of: run, digest: digest).isProven)
    }
}
