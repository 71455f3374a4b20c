package import Domain

/// The copies of a run's journal: whether each one's chain of hashes holds, and which differs where.
package enum JournalCopies {
    /// One copy of a run, and what it was found to be.
    package struct Copy: Hashable, Sendable {
        package enum Finding: Hashable, Sendable {
            /// Whole, and the longest there is.
            case whole
            /// Whole as far as it goes, and then the records from this one on are missing.
            case behind(from: Int64)
            /// Whole in itself, and from this record on another story than the reference tells.
            case differs(from: Int64)
            /// Not one unbroken chain, and why.
            case faulty(String)
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
        _ copies: [(name: String, records: Result<[RunRecord], PortError>)], of run: String, digest: Digest
    ) -> Comparison {
        let whole = copies.compactMap { copy -> (name: String, records: [RunRecord])? in
            guard case .success(let records) = copy.records,
                RunChain.flaw(in: records, of: run, digest: digest) == nil
            else { return nil }
            return (copy.name, records)
        }
        // Of equally long ones the first.
        let reference = whole.max { $0.records.count < $1.records.count }
        let findings = copies.map { copy in
            Copy(
                name: copy.name,
                finding: finding(copy.records, of: run, against: reference?.records ?? [], digest: digest))
        }
        return Comparison(copies: findings, reference: reference?.name, records: reference?.records ?? [])
    }

    private static func finding(
        _ copy: Result<[RunRecord], PortError>, of run: String, against reference: [RunRecord], digest: Digest
    ) -> Copy.Finding {
        switch copy {
        case .failure(let error): return .unread(error)
        case .success(let records):
            if let flaw = RunChain.flaw(in: records, of: run, digest: digest) { return .faulty(flaw) }
            if let different = zip(records, reference).first(where: { $0 != $1 }) {
                return .differs(from: different.0.sequence)
            }
            return records.count < reference.count ? .behind(from: Int64(records.count + 1)) : .whole
        }
    }
}
