/// Where a record was produced, told from its headers.
package enum Provenance: Hashable, Sendable {
    /// Produced on the cluster it was read from.
    case local
    /// Copied here by a mirror.
    case copy
}

/// How the copies on one cluster are recognised, by the kind of mirror. mirroring.md, section 1.
package struct ProvenanceRule: Hashable, Sendable {
    /// Header names, any of which marks a record as a copy: `mm-origin-<alias of the other side>`, or the
    /// configured header of a sink mirror.
    package let copyHeaders: Set<String>

    package init(copyHeaders: Set<String>) {
        self.copyHeaders = copyHeaders
    }

    /// The provenance of a record that carries the given header names.
    package func provenance(ofHeaders names: some Sequence<String>) -> Provenance {
        names.contains(where: copyHeaders.contains) ? .copy : .local
    }
}

/// What was seen in one stretch of one partition's log.
package struct OriginSample: Hashable, Sendable {
    /// The stretch examined: every surviving record at an offset in `from ..< to`.
    package let from: Offset
    package let to: Offset
    /// Records read in it (offsets may be missing: compaction, transaction markers).
    package let records: Int64
    /// The records produced here, in order of offset.
    package let locals: [LocalRecord]

    package struct LocalRecord: Hashable, Sendable {
        package let offset: Offset
        /// `nil` where the record has no timestamp.
        package let timestamp: WallTime?

        package init(offset: Offset, timestamp: WallTime?) {
            self.offset = offset
            self.timestamp = timestamp
        }
    }

    package init(from: Offset, to: Offset, records: Int64, locals: [LocalRecord]) {
        self.from = from
        self.to = to
        self.records = records
        self.locals = locals
    }
}
