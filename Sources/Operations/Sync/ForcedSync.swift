package import Domain

/// Synchronises a group because a person asks for it: by evidence read at that moment, and read back afterwards.
///
/// It overrides nothing but intervals: never a group with members there, a hold, or somebody else's commit.
package actor ForcedSync: GroupSyncControlling {
    private let engine: SyncEngine
    private let writer: SyncEngine.Writer
    private var hasEvidence = false

    /// - Parameter engine: of its own, as a group is worked on by one caller at a time.
    package init(_ engine: SyncEngine, writing sides: PerIDC<any GroupOffsetWriting>) {
        self.engine = engine
        // An order of a person's, beside whoever holds the lease: what is written is safe whoever writes it.
        writer = SyncEngine.Writer(sides: sides, token: { _, _ in 0 })
    }

    package func sync(_ group: String) async throws(PortError) {
        // Copies are looked at up to the end of the round before.
        if !hasEvidence { _ = await engine.refresh() }
        let failures = await engine.refresh()
        hasEvidence = true
        // A commit that rests is told from one that moves by a second look.
        _ = await engine.plan([group])
        guard let ordered = await engine.sync([group], by: writer, readsRecords: true).first,
            let seen = await engine.plan([group]).first
        else { throw failed("neither side lists the group") }
        if let problem = ordered.problem ?? seen.problem {
            throw PortError(problem.kind, operation: "offset sync", detail: problem.detail)
        }
        let standing = Dictionary(seen.partitions.map { ($0.partition, $0) }) { first, _ in first }
        var stands = 0
        for row in ordered.partitions {
            switch row.decision {
            case .keep: stands += 1
            case .hold, .skip: continue
            case .write(let write):
                guard let found = standing[row.partition], let offset = found.standing, offset >= write.offset,
                    case .ours? = found.owner
                else {
                    throw failed(
                        "\(row.partition) was written and does not stand there: "
                            + (standing[row.partition]?.decision.reason ?? "it could not be read back"))
                }
                stands += 1
            }
        }
        guard stands > 0 else {
            throw failed(ordered.reason ?? failures.first?.detail ?? "nothing is committed on the live side")
        }
    }

    private func failed(_ detail: String) -> PortError {
        PortError(.failed, operation: "offset sync", detail: detail)
    }
}
