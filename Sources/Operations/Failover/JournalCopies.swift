internal import Digests
package import Domain

/// The copies of a run's journal: whether each one's hash chain holds, and which differs where.
package enum JournalCopies {
    /// What stands as the hash before the first record.
    package static let beginning = [UInt8](repeating: 0, count: 32)

    /// SHA-256 over the hash before and the record's bytes.
    package static func hash(of bytes: [UInt8], after previous: [UInt8]) -> [UInt8]? {
        SHA256.digest(of: previous + bytes)
    }

    /// What is wrong with a chain at one record.
    package enum Fault: Hashable, Sendable {
        /// The record is of another run.
        case foreign(sequence: Int64, run: String)
        /// The sequence does not go on there: records were left out, doubled, or are out of order.
        case sequence(expected: Int64, found: Int64)
        /// The record does not name the hash of the one before.
        case broken(sequence: Int64)
        /// The record's hash is not that of its bytes: it was changed.
        case changed(sequence: Int64)
        /// libcrypto refuses to hash, so nothing is proven.
        case unproven(sequence: Int64)

        /// Where the chain stops being proven, counted from 1.
        package var sequence: Int64 {
            switch self {
            case .foreign(let sequence, _), .broken(let sequence), .changed(let sequence), .unproven(let sequence):
                sequence
            case .sequence(let expected, _): expected
            }
        }
    }

    /// Computes every link of one copy again.
    ///
    /// - Parameter records: all that the copy has of the run, as it gives them.
    /// - Returns: the first fault; `nil` for a whole chain. Whether records are missing at its end, only another copy
    ///   can tell.
    package static func fault(in records: [RunRecord], of run: String) -> Fault? {
        var previous = beginning
        for (expected, record) in zip(Int64(1)..., records) {
            guard record.run == run else { return .foreign(sequence: expected, run: record.run) }
            guard record.sequence == expected else { return .sequence(expected: expected, found: record.sequence) }
            guard record.previous == previous else { return .broken(sequence: expected) }
            guard let hash = hash(of: record.bytes, after: previous) else { return .unproven(sequence: expected) }
            guard record.hash == hash else { return .changed(sequence: expected) }
            previous = record.hash
        }
        return nil
    }

    /// One copy of a run, and what it was found to be.
    package struct Copy: Hashable, Sendable {
        package enum Finding: Hashable, Sendable {
            /// Whole, and the longest there is.
            case whole
            /// Whole as far as it goes, and then the records from this one on are missing.
            case behind(from: Int64)
            /// Whole in itself, and from this record on another story than the reference tells.
            case differs(from: Int64)
            case faulty(Fault)
            /// Why it could not be read.
            case unread(PortError)
        }

        package let name: String
        package let finding: Finding

        package init(name: String, finding: Finding) {
            self.name = name
            self.finding = finding
        }
    }

    /// Copies of one run, compared.
    package struct Comparison: Hashable, Sendable {
        package let copies: [Copy]
        /// The copy that the others were compared with: the longest whole one, the first of them; `nil` where no copy
        /// is whole.
        package let reference: String?
        /// The records of the reference.
        package let records: [RunRecord]

        /// Nothing contradicts anything, and at least one copy has the run; copies that are behind or away leave it so.
        package var isProven: Bool {
            reference != nil && !records.isEmpty
                && copies.allSatisfy { copy in
                    switch copy.finding {
                    case .whole, .behind, .unread: true
                    case .differs, .faulty: false
                    }
                }
        }
    }

    /// Computes every copy's links again and compares the copies, record by record.
    package static func compare(
        _ copies: [(name: String, records: Result<[RunRecord], PortError>)], of run: String
    ) -> Comparison {
        let whole = copies.compactMap { copy -> (name: String, records: [RunRecord])? in
            guard case .success(let records) = copy.records, fault(in: records, of: run) == nil else { return nil }
            return (copy.name, records)
        }
        // Of equally long ones the first.
        let reference = whole.max { $0.records.count < $1.records.count }
        let findings = copies.map { copy in
            Copy(name: copy.name, finding: finding(copy.records, of: run, against: reference?.records ?? []))
        }
        return Comparison(copies: findings, reference: reference?.name, records: reference?.records ?? [])
    }

    private static func finding(
        _ copy: Result<[RunRecord], PortError>, of run: String, against reference: [RunRecord]
    ) -> Copy.Finding {
        switch copy {
        case .failure(let error): return .unread(error)
        case .success(let records):
            if let fault = fault(in: records, of: run) { return .faulty(fault) }
            if let different = zip(records, reference).first(where: { $0 != $1 }) {
                return .differs(from: different.0.sequence)
            }
            return records.count < reference.count ? .behind(from: Int64(records.count + 1)) : .whole
        }
    }
}
