import Domain

/// The mirrors that are sink connectors: which there are, and what they leave open. Their positions are the commits of their
/// consumer groups in the cluster that they copy from.
///
/// Connect commits for a sink task what its `flush` or `preCommit` has returned from: of a connector that returns before
/// the other side has acknowledged, positions say too much. That is what is relied on of it (docs/TRANSLATION.md).
package actor SinkMirrors {
    private struct Listing {
        let connectors: [RecognisedConnector]
        /// Each was told, and not merely some.
        let isWhole: Bool
    }

    private let recogniser: MirrorRecogniser
    private let readers: PerIDC<(any ConnectorReading)?>
    private let commits: PerIDC<any GroupOffsetReading>
    /// As they were read last: connectors go on existing where a Connect cluster does not answer.
    private var listings: PerIDC<Listing?> = PerIDC { _ in nil }

    init(_ rules: MirrorRecognition, _ sides: PerIDC<SyncSide>) {
        recogniser = MirrorRecogniser(rules)
        readers = sides.map(\.connectors)
        commits = sides.map(\.commits)
    }

    /// Reads which connectors run beside a side.
    func refresh(_ idc: IDC) async -> [PortError] {
        guard let reader = readers[idc] else { return [] }
        do throws(PortError) {
            let read = try await reader.connectors()
            listings[idc] = Listing(
                connectors: recogniser.recognise(read.value, on: idc), isWhole: read.isComplete)
            return read.failures
        } catch {
            return [error]
        }
    }

    /// Whether a mirror towards a side may leave out records and go on, or whether that is not known. Where none is recognised any connector may be one.
    func mayDrop(into target: IDC) -> Bool {
        for idc in IDC.allCases where readers[idc] != nil {
            guard listings[idc]?.isWhole == true else { return true }
        }
        let mirrors = mirrors(into: target)
        let judged = mirrors.isEmpty ? IDC.allCases.flatMap { listings[$0]?.connectors ?? [] } : mirrors
        return judged.contains { !$0.connector.omissions.isEmpty }
    }

    /// The next offsets to read of the mirrors towards a side, by connector.
    ///
    /// - Throws: where one of them cannot be read. Older positions stay true, and less is proven by them.
    func positions(into target: IDC) async throws(PortError) -> [String: [TopicPartition: Offset]] {
        let mirrors = mirrors(into: target)
        var positions: [String: [TopicPartition: Offset]] = [:]
        for start in stride(from: 0, to: mirrors.count, by: Self.inFlight) {
            let some = mirrors[start..<min(start + Self.inFlight, mirrors.count)]
            for (mirror, read) in await committed(some) {
                positions["\(mirror.connector.name) beside \(mirror.foundOn.rawValue)"] = try read.get()
            }
        }
        return positions
    }

    /// Groups whose commits are asked for at the same time.
    private static let inFlight = 32

    private typealias Committed = (RecognisedConnector, Result<[TopicPartition: Offset], PortError>)

    private func committed(
        _ mirrors: ArraySlice<RecognisedConnector>
    ) async -> [Committed] {
        await withTaskGroup(of: Committed.self) { group in
            for mirror in mirrors {
                guard case .mirror(_, let topic, let flow) = mirror.recognition.role else { continue }
                let commits = commits[flow.source]
                group.addTask {
                    do throws(PortError) {
                        let all = try await commits.offsets(of: mirror.connector.sinkGroup, for: nil)
                        return (mirror, .success(all.filter { $0.key.topic == topic }.mapValues(\.offset)))
                    } catch {
                        return (mirror, .failure(error))
                    }
                }
            }
            var read: [Committed] = []
            while let one = await group.next() { read.append(one) }
            return read
        }
    }

    private func mirrors(into target: IDC) -> [RecognisedConnector] {
        IDC.allCases.flatMap { listings[$0]?.connectors ?? [] }.filter { found in
            if case .mirror(.sink, _, let flow) = found.recognition.role { flow.target == target } else { false }
        }
    }
}

/// Where the sink connectors stand that mirror towards one side.
struct SinkPositions: MirrorPositionReading {
    private let mirrors: SinkMirrors
    private let target: IDC

    init(of mirrors: SinkMirrors, into target: IDC) {
        self.mirrors = mirrors
        self.target = target
    }

    func positions() async throws(PortError) -> [String: [TopicPartition: Offset]] {
        try await mirrors.positions(into: target)
    }
}
