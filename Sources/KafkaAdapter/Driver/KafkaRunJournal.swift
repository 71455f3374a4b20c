package import Domain
package import Operations

/// The journals of runs in `bascule-journal` of one cluster, written under the lease: each record is one transaction.
package struct KafkaRunJournal: RunJournalWriting {
    private let idc: IDC
    private let lease: DriverLease
    private let reader: KafkaRunJournalReader

    package init(idc: IDC, lease: DriverLease, reader: KafkaRunJournalReader) {
        self.idc = idc
        self.lease = lease
        self.reader = reader
    }

    package var name: String { reader.name }

    package func records(of run: String) async throws(PortError) -> [RunRecord] { try await reader.records(of: run) }

    package func runs() async throws(PortError) -> [String] { try await reader.runs() }

    /// A reader may see it a moment later: the broker marks the end of a transaction after it has accepted it. After a
    /// time-out it is not known whether the record is kept: append it again.
    package func append(_ record: RunRecord) async throws(PortError) {
        let session = try await lease.session(on: idc)
        if !session.hasEnded, session.needsJournal { session.learn(try await reader.all()) }
        let appended: DriverSession.Appended
        do throws(KafkaError) {
            appended = try await session.append(record)
        } catch {
            if session.isFenced { throw await lease.fencedOut(on: idc) }
            throw session.report.portError(
                error, subject: "record \(record.sequence) of run \(record.run)",
                access: .writeTopic(DriverNames.topic))
        }
        switch appended {
        case .done: return
        case .other:
            throw PortError(
                .conflict, operation: "Produce",
                detail: "\(DriverNames.topic) of \(name) has another record \(record.sequence) of run \(record.run): "
                    + "somebody else has driven this run, read it again before going on")
        }
    }
}
