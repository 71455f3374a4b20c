/// A direction of mirroring; MirrorMaker's `SourceAndTarget`.
package struct ReplicationFlow: Hashable, Sendable, Comparable {
    package let source: IDC
    package var target: IDC { source.other }

    package init(from source: IDC) {
        self.source = source
    }

    package static let all: [ReplicationFlow] = IDC.allCases.map(ReplicationFlow.init(from:))

    package static func < (lhs: ReplicationFlow, rhs: ReplicationFlow) -> Bool { lhs.source < rhs.source }
}

/// How the mirrors of a pair prevent loops, and so how a copy is told from a record produced here.
/// mirroring.md, section 1.
package enum MirrorKind: String, Hashable, Sendable, CaseIterable {
    /// Bascule's own worker: the `osync-origin` header.
    case bascule
    /// MirrorMaker 2 under the identity policy: a header named `mm-origin-<alias>`.
    case mirrormaker2
    /// A sink connector per topic: the header that the configuration names.
    case sink
}
