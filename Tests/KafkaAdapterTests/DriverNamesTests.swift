import Domain
import Testing

@testable import KafkaAdapter

@Suite("What a driver writes to the journal's topic")
struct DriverNamesTests {
    @Test("a record comes back from its key, value and headers byte for byte")
    func coding() {
        let record = RunRecord(
            run: "20261125-031200-kdmq", sequence: 17, bytes: Array(0...255),
            previous: [UInt8](repeating: 1, count: 32),
            hash: [UInt8](repeating: 2, count: 32))
        let written = RunRecordCoding.record(record)
        #expect(written.topic == "bascule-journal")
        #expect(written.partition == 0)
        #expect(written.value == record.bytes)
        #expect(RunRecordCoding.read(key: written.key, value: written.value, headers: written.headers) == record)
    }

    @Test("what no driver wrote is not taken for a record")
    func strangers() {
        let record = RunRecord(run: "a/b", sequence: 1, bytes: [1], previous: [2], hash: [3])
        let written = RunRecordCoding.record(record)
        #expect(RunRecordCoding.read(key: written.key, value: written.value, headers: written.headers) == record)
        for key in ["", "run", "/1", "run/", "run/x", "run/1 "] {
            #expect(RunRecordCoding.read(key: Array(key.utf8), value: [1], headers: written.headers) == nil)
        }
        #expect(RunRecordCoding.read(key: nil, value: [1], headers: written.headers) == nil)
        #expect(RunRecordCoding.read(key: [0xFF, 0x2F, 0x31], value: [1], headers: written.headers) == nil)
        #expect(RunRecordCoding.read(key: written.key, value: nil, headers: written.headers) == nil)
        #expect(RunRecordCoding.read(key: written.key, value: [1], headers: []) == nil)
    }

    @Test("a driver's name becomes a client id that every broker and metric takes")
    func clientIDs() {
        #expect(DriverNames.clientID(of: "kim@bastion-1.idc2") == "bascule-driver-kim@bastion-1.idc2")
        #expect(DriverNames.clientID(of: "김 x\n:,") == "bascule-driver-__x___")
    }
}
