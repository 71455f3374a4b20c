package import Domain

/// One round of evidence for both directions: where the mirrors stand, then both logs' bounds, once for both.
package struct EvidenceRound: Sendable {
    private let gatherers: PerIDC<EvidenceGatherer>
    private let offsets: PerIDC<any OffsetReading>
    private let topics: PerIDC<[Topic]>

    /// - Parameter gatherers: by live side.
    package init(
        _ gatherers: PerIDC<EvidenceGatherer>, offsets: PerIDC<any OffsetReading>, topics: PerIDC<[Topic]>
    ) {
        self.gatherers = gatherers
        self.offsets = offsets
        self.topics = topics
    }

    private typealias Bounds = Partial<[TopicPartition: OffsetRange], PortError>

    /// Reads everything and hands it to the gatherers.
    ///
    /// - Returns: what could not be read; the evidence of that stays as it was.
    package func read() async -> [PortError] {
        var ends: PerIDC<[TopicPartition: OffsetRange]> = PerIDC { _ in [:] }
        let isFirst = (await gatherers.idc1.needsEnds, await gatherers.idc2.needsEnds)
        if isFirst.0 || isFirst.1 {
            switch await bounds() {
            case .failure(let error): return [error]
            case .success(let read): ends = read.map(\.value)
            }
        }
        let positions = await positions(ends)
        var failures = IDC.allCases.compactMap { if case .failure(let error) = positions[$0] { error } else { nil } }
        guard failures.count < IDC.allCases.count else { return failures }
        switch await bounds() {
        case .failure(let error): failures.append(error)
        case .success(let read):
            failures += IDC.allCases.flatMap { read[$0].failures }
            for idc in IDC.allCases {
                guard case .success(let found) = positions[idc] else { continue }
                failures += await gatherers[idc].take(found, live: read[idc].value, other: read[idc.other].value)
            }
        }
        return failures
    }

    private func positions(
        _ ends: PerIDC<[TopicPartition: OffsetRange]>
    ) async -> PerIDC<Result<EvidenceGatherer.Positions, PortError>> {
        func read(_ idc: IDC) async -> Result<EvidenceGatherer.Positions, PortError> {
            do throws(PortError) {
                return .success(
                    try await gatherers[idc].positions(
                        live: topics[idc], other: topics[idc.other], otherEnds: ends[idc.other]))
            } catch {
                return .failure(error)
            }
        }
        async let one = read(.idc1)
        async let two = read(.idc2)
        return PerIDC(idc1: await one, idc2: await two)
    }

    /// Of both sides; a round needs both.
    private func bounds() async -> Result<PerIDC<Bounds>, PortError> {
        func read(_ idc: IDC) async -> Result<Bounds, PortError> {
            do throws(PortError) {
                return .success(try await offsets[idc].ranges(of: topics[idc]))
            } catch {
                return .failure(error)
            }
        }
        async let one = read(.idc1)
        async let two = read(.idc2)
        switch (await one, await two) {
        case (.success(let one), .success(let two)): return .success(PerIDC(idc1: one, idc2: two))
        case (.failure(let error), _), (_, .failure(let error)): return .failure(error)
        }
    }
}
