import Domain
import Operations

/// The records of runs beside the journal of acts, in the same file.
extension JournalDatabase {
    /// Returns when the record is on the disk. One that is there already is accepted again.
    func append(_ record: RunRecord) throws(PortError) {
        // One statement, so that a full disk leaves all of a record or nothing of it.
        try connection.execute(
            """
            INSERT INTO run_record (run, sequence, bytes, previous, hash) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(record.run), .integer(record.sequence), .blob(record.bytes), .blob(record.previous),
                .blob(record.hash),
            ])
        let kept = try connection.rows(
            of: "SELECT \(Self.columns) FROM run_record WHERE run = ? AND sequence = ?",
            [.text(record.run), .integer(record.sequence)], columns: 5)
        guard let row = kept.first, try runRecord(row) == record else {
            throw PortError(
                .conflict, operation: "append to journal",
                detail:
                    "The journal at \(path) has another record \(record.sequence) of run \(record.run). Somebody else has driven this run: read it again before going on."
            )
        }
    }

    /// The records of one run, by sequence.
    func records(of run: String) throws(PortError) -> [RunRecord] {
        guard hasRuns else { return [] }
        let rows = try connection.rows(
            of: "SELECT \(Self.columns) FROM run_record WHERE run = ? ORDER BY sequence", [.text(run)], columns: 5)
        var records: [RunRecord] = []
        records.reserveCapacity(rows.count)
        for row in rows { records.append(try runRecord(row)) }
        return records
    }

    /// Every run, oldest first: a run's name begins with its beginning.
    func runs() throws(PortError) -> [String] {
        guard hasRuns else { return [] }
        let rows = try connection.rows(of: "SELECT DISTINCT run FROM run_record ORDER BY run", columns: 1)
        var runs: [String] = []
        for row in rows {
            guard case .text(let run) = row[0] else { throw senseless("a record") }
            runs.append(run)
        }
        return runs
    }

    private static let columns = "run, sequence, bytes, previous, hash"

    private func runRecord(_ row: [SQLiteValue]) throws(PortError) -> RunRecord {
        guard case .text(let run) = row[0], case .integer(let sequence) = row[1], case .blob(let bytes) = row[2],
            case .blob(let previous) = row[3], case .blob(let hash) = row[4]
        else { throw senseless("a record of a run") }
        return RunRecord(run: run, sequence: sequence, bytes: bytes, previous: previous, hash: hash)
    }

    private func senseless(_ what: String) -> PortError {
        PortError(
            .malformed, operation: "read journal",
            detail:
                "The journal at \(path) holds \(what) that makes no sense. Something else has written there: move the file away and look at it."
        )
    }
}
