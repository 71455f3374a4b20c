package import Domain
package import Operations
import Synchronization

/// The journals of runs and the lease of the sandbox: one copy beside the console, and one on each side, which only
/// answers while the side does.
///
/// Mock clusters do not fence transactions, so this does: whoever takes the lease last shuts the one before out.
package final class SandboxJournal: Sendable {
    private struct State {
        /// By copy and run. A copy is a side, or `nil` for the one beside the console.
        var records: [IDC?: [String: [RunRecord]]] = [:]
        var order: [String] = []
        /// Who holds the lease of a side; a driver that is no more has lost it.
        var holders: PerIDC<Holder> = PerIDC { _ in Holder() }
    }

    private struct Holder {
        weak var driver: SandboxDriver?
        var name = ""
        /// Counts up with every driver.
        var epoch = 0
    }

    private let state = Mutex(State())
    private let isGone: @Sendable (IDC) -> Bool

    init(isGone: @escaping @Sendable (IDC) -> Bool) {
        self.isGone = isGone
    }

    /// One console's way to the journals.
    package func driver() -> SandboxDriver { SandboxDriver(self) }

    /// Whether no copy has ever had a record of a run.
    func isUnknown(_ run: String) -> Bool { state.withLock { !$0.order.contains(run) } }

    private func reach(_ idc: IDC?, _ operation: String) throws(PortError) {
        if let idc, isGone(idc) {
            throw PortError(.unreachable, operation: operation, detail: "\(idc.rawValue) does not answer")
        }
    }

    fileprivate func records(of run: String, in copy: IDC?) throws(PortError) -> [RunRecord] {
        try reach(copy, "read the journal")
        return state.withLock { $0.records[copy]?[run] ?? [] }
    }

    fileprivate func runs(in copy: IDC?) throws(PortError) -> [String] {
        try reach(copy, "read the journal")
        return state.withLock { state in state.order.filter { state.records[copy]?[$0] != nil } }
    }

    fileprivate func append(_ record: RunRecord, to copy: IDC?, epochs: PerIDC<Int?>) throws(PortError) {
        try reach(copy, "append to the journal")
        let problem: String? = state.withLock { state in
            for idc in IDC.allCases {
                if let epoch = epochs[idc], epoch < state.holders[idc].epoch { return "a newer driver writes it" }
            }
            let known = state.records[copy]?[record.run] ?? []
            let index = Int(record.sequence) - 1
            if known.indices.contains(index) {
                return known[index].hash == record.hash ? nil : "another record has this number"
            }
            guard index == known.count else { return "the record before it is missing" }
            state.records[copy, default: [:]][record.run, default: []].append(record)
            if !state.order.contains(record.run) { state.order.append(record.run) }
            return nil
        }
        if let problem { throw PortError(.conflict, operation: "append to the journal", detail: problem) }
    }

    fileprivate func take(_ idc: IDC, _ driver: SandboxDriver, as name: String) throws(PortError) -> Int {
        try reach(idc, "take the lease")
        let taken: (epoch: Int, holder: String?) = state.withLock { state in
            if let holder = state.holders[idc].driver, holder !== driver {
                return (0, state.holders[idc].name)
            }
            state.holders[idc].driver = driver
            state.holders[idc].name = name
            state.holders[idc].epoch += 1
            return (state.holders[idc].epoch, nil)
        }
        if let holder = taken.holder {
            throw PortError(.conflict, operation: "take the lease", detail: "\(holder) holds it on \(idc.rawValue)")
        }
        return taken.epoch
    }

    fileprivate func isHeld(_ idc: IDC, by driver: SandboxDriver) -> Bool? {
        if isGone(idc) { return nil }
        return state.withLock { $0.holders[idc].driver === driver }
    }

    fileprivate func release(_ driver: SandboxDriver) {
        state.withLock { state in
            for idc in IDC.allCases where state.holders[idc].driver === driver { state.holders[idc].driver = nil }
        }
    }
}

/// One console's lease. Gone with its last reference, as a session ends with its process.
package final class SandboxDriver: DriverLeasing {
    private let journal: SandboxJournal
    private let epochs = Mutex<PerIDC<Int?>>(PerIDC { _ in nil })

    fileprivate init(_ journal: SandboxJournal) {
        self.journal = journal
    }

    /// The copies, the one beside the console first.
    package var journals: [any RunJournalWriting] {
        [
            Copy(idc: nil, driver: self, journal: journal), Copy(idc: .idc1, driver: self, journal: journal),
            Copy(idc: .idc2, driver: self, journal: journal),
        ]
    }

    package func take(on idc: IDC, as driver: String) async throws(PortError) {
        let epoch = try journal.take(idc, self, as: driver)
        epochs.withLock { $0[idc] = epoch }
    }

    package func isHeld(on idc: IDC) async -> Bool? { journal.isHeld(idc, by: self) }

    package func release() async { journal.release(self) }

    private struct Copy: RunJournalWriting {
        let idc: IDC?
        let driver: SandboxDriver
        let journal: SandboxJournal

        var name: String { idc?.rawValue ?? "local" }

        func records(of run: String) async throws(PortError) -> [RunRecord] { try journal.records(of: run, in: idc) }
        func runs() async throws(PortError) -> [String] { try journal.runs(in: idc) }
        func append(_ record: RunRecord) async throws(PortError) {
            try journal.append(record, to: idc, epochs: driver.epochs.withLock { $0 })
        }
    }
}
