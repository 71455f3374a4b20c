package import Domain

/// What the engine reads, each thing of each side on its own: a cluster that is gone or slow delays nothing that the
/// other one tells. One caller at a time for one thing of one side.
///
/// Each returns what could not be read; what was known of it stays.
extension SyncEngine {
    package static let topicInterval: Duration = .seconds(5)
    static let settingsInterval: Duration = .seconds(60)

    /// What the settings of a side's topics were read of, and when.
    struct ReadTopicSettings: Sendable {
        let topics: Set<String>
        let at: WallTime
    }

    /// Reads everything once, both sides beside each other, and waits for all of it.
    ///
    /// - Parameter listsGroups: `false` where ``statuses(of:)`` is given them.
    /// - Returns: what could not be read; what was known of it stays.
    package func refresh(listsGroups: Bool = true) async -> [PortError] {
        async let groupsOfOne = listsGroups ? refreshGroups(.idc1) : []
        async let groupsOfTwo = listsGroups ? refreshGroups(.idc2) : []
        async let topicsOfOne = refreshTopics(.idc1)
        async let topicsOfTwo = refreshTopics(.idc2)
        // Which sink connectors there are says where their positions stand.
        async let sinksOfOne = sinks == nil ? [] : refreshConnectors(.idc1)
        async let sinksOfTwo = sinks == nil ? [] : refreshConnectors(.idc2)
        async let holdsOfOne = refreshHolds(.idc1)
        async let holdsOfTwo = refreshHolds(.idc2)
        var failures = (await topicsOfOne) + (await topicsOfTwo) + (await sinksOfOne) + (await sinksOfTwo)
        // Both sides' topics are known by now, if at all, and who takes in what the sink connectors leave open.
        if let sinks { await learnWhatIsLeftOut(of: sinks) }
        async let settingsOfOne = refreshTopicSettings(.idc1)
        async let settingsOfTwo = refreshTopicSettings(.idc2)
        async let connectorsOfOne = sinks == nil ? refreshConnectors(.idc1) : []
        async let connectorsOfTwo = sinks == nil ? refreshConnectors(.idc2) : []
        async let evidenceOfOne = refreshEvidence(live: .idc1)
        async let evidenceOfTwo = refreshEvidence(live: .idc2)
        async let arrivalsOfOne = refreshArrivals(live: .idc1)
        async let arrivalsOfTwo = refreshArrivals(live: .idc2)
        failures += (await groupsOfOne) + (await groupsOfTwo) + (await settingsOfOne) + (await settingsOfTwo)
        failures += (await holdsOfOne) + (await holdsOfTwo)
        failures += (await connectorsOfOne) + (await connectorsOfTwo)
        failures += (await evidenceOfOne) + (await evidenceOfTwo)
        // Both look at the same commits, which fail but once.
        for failure in (await arrivalsOfOne) + (await arrivalsOfTwo) where !failures.contains(failure) {
            failures.append(failure)
        }
        return failures
    }

    /// What operators have said, by the topic of the side.
    @discardableResult
    package func refreshHolds(_ idc: IDC) async -> [PortError] {
        guard let port = sides[idc].holds else { return [] }
        do throws(PortError) {
            holds[idc] = try await port.holds()
            holdsProblem[idc] = nil
            freezeReading = .known(frozenBy, at: now())
            return []
        } catch {
            holdsProblem[idc] = error
            // The other side tells it as well: it was said on both, as far as both were there.
            if sides[idc.other].holds == nil || holdsProblem[idc.other] != nil {
                freezeReading = freezeReading.failed(
                    error.kind, "\(error.operation): \(error.detail)", at: now())
            }
            return [error]
        }
    }

    /// The word that freezes all writes, on either side; `nil`: there is none where it could be read.
    private var frozenBy: OperatorHold? {
        holds.newestWord(about: .everything).flatMap { $0.order == .hold ? $0 : nil }
    }

    /// As it was read with the last evidence.
    package func freeze() -> Reading<OperatorHold?> { freezeReading }

    /// What has not crossed from a side at most, by the newest evidence of which all could be read; `nil`: there was none.
    package func stranded(on source: IDC) async -> StrandedRecords? { await gatherers?[source].stranded }

    /// What daemons have written down of that, by source, as it was read with the evidence.
    package func announced() -> PerIDC<StrandedRecords?> { PerIDC { holds[$0.other]?.stranded } }

    /// Whether writes are frozen, read now; `nil`: it cannot be told. A side that did not answer is not waited for again
    /// while the other one does: what is said is said on both.
    package func isFrozen() async -> Bool? {
        let asked = IDC.allCases.filter { holdsProblem[$0] == nil || holdsProblem[$0.other] != nil }
        await withTaskGroup(of: Void.self) { group in
            for idc in asked { group.addTask { await self.refreshHolds(idc) } }
        }
        return freezeReading.current.map { $0 != nil }
    }

    /// Why nothing shall be written for a group, by the side that would be written; `nil`: nothing speaks against it.
    ///
    /// A word on either side counts. On the side that is written it must have been read, once at least: whoever takes a
    /// group over there does not begin before.
    func hold(of group: String) -> PerIDC<HoldReason?> {
        if let word = frozenBy { return PerIDC { _ in .frozen(word) } }
        if settings.held.contains(where: { $0.matches(group) }) { return PerIDC { _ in .byConfiguration } }
        let newest = holds.newestWord(about: .group(group))
        return PerIDC { target in
            if let newest, newest.order == .hold { return .byOperator(newest) }
            guard sides[target].holds != nil, holds[target] == nil else { return nil }
            return .holdsNotRead(holdsProblem[target]?.detail ?? "it is not read yet")
        }
    }

    /// The side's topics; not every time.
    package func refreshTopics(_ idc: IDC) async -> [PortError] {
        if let at = topicsReadAt[idc], now().since(at) < Self.topicInterval { return [] }
        do throws(PortError) {
            let metadata = try await sides[idc].topics.metadata()
            clusterIDs[idc] = metadata.clusterID
            topics[idc] = metadata.topics.filter { !$0.isInternal && !Coverage.isNeverMirrored($0.name) }
            topicsReadAt[idc] = now()
        } catch {
            return [error]
        }
        if gatherers == nil, let one = clusterIDs.idc1, let two = clusterIDs.idc2 {
            gatherers = PerIDC { gatherer(live: $0, cluster: $0 == .idc1 ? one : two) }
        }
        return []
    }

    private func noteChanges(from before: [String: ListedGroup], to now: [String: ListedGroup], on idc: IDC) {
        var found = Set(before.keys.filter { now[$0] == nil })
        for (id, listed) in now where before[id]?.state.isLive != listed.state.isLive { found.insert(id) }
        guard !found.isEmpty else { return }
        changed[idc].formUnion(found)
        wanted = nil
    }

    /// Groups that the side has come to list, or does not list any more, or that have got members there or lost the last
    /// one, since this was asked last.
    package func takeChanged(on idc: IDC) -> Set<String> {
        defer { changed[idc] = [] }
        return changed[idc]
    }

    /// The side's groups.
    package func refreshGroups(_ idc: IDC) async -> [PortError] {
        do throws(PortError) {
            let groups = try await sides[idc].groups.groupStates()
            noteChanges(from: listings[idc]?.groups.value ?? [:], to: groups.value, on: idc)
            listings[idc] = Listing(groups: groups)
            for (id, listed) in groups.value where listed.state.isLive && settings.isWanted(id) {
                memories[id, default: SyncMemory()].lastLive = idc
            }
            return groups.failures
        } catch {
            // Nothing is known of its groups now, least of all that they have no members.
            wanted = nil
            listings[idc] = Listing(groups: Partial([:], failures: [error]), unread: error)
            return [error]
        }
    }

    /// Which of the side's topics are compacted; not every time, but at once for new ones.
    package func refreshTopicSettings(_ idc: IDC) async -> [PortError] {
        guard let gatherers else { return [] }
        let names = topics[idc].map(\.name)
        let wanted = Set(names)
        if let read = topicSettingsRead[idc], read.topics == wanted, now().since(read.at) < Self.settingsInterval {
            return []
        }
        do throws(PortError) {
            let read = try await sides[idc].topics.settings(of: names)
            let uncompacted = read.value.filter { !$0.value.cleanupPolicy.contains("compact") }.keys
            await gatherers[idc].learned(uncompacted: Set(uncompacted))
            let timestamped = Set(uncompacted.filter { read.value[$0]?.keepsCreateTime == true })
            await gatherers[idc].learned(timestamped: timestamped, onLiveSide: true)
            await gatherers[idc.other].learned(timestamped: timestamped, onLiveSide: false)
            topicSettingsRead[idc] = ReadTopicSettings(topics: wanted, at: now())
            return read.failures
        } catch {
            return [error]
        }
    }

    /// What the connectors beside the side leave open; not every time. The mirror towards a side runs in its Connect, but
    /// for sink connectors, which may run beside either.
    package func refreshConnectors(_ idc: IDC) async -> [PortError] {
        if let sinks { return await refreshSinks(idc, of: sinks) }
        guard let gatherers else { return [] }
        if let at = connectorsReadAt[idc], now().since(at) < Self.settingsInterval { return [] }
        var failures: [PortError] = []
        let condition = settings.kind == .bascule ? nil : await connectorCondition(on: idc, &failures)
        let mayDeadLetter = settings.kind == .bascule ? await mirrorMayDeadLetter(on: idc, &failures) : true
        let leavesNothingOut = settings.kind == .bascule ? !mayDeadLetter : condition == nil
        await learned(condition, mayDeadLetter, leavesNothingOut: leavesNothingOut, into: idc, gatherers)
        connectorsReadAt[idc] = now()
        return failures
    }

    private func refreshSinks(_ idc: IDC, of sinks: SinkMirrors) async -> [PortError] {
        if let at = connectorsReadAt[idc], now().since(at) < Self.topicInterval { return [] }
        let failures = await sinks.refresh(idc)
        connectorsReadAt[idc] = failures.isEmpty ? now() : nil
        await learnWhatIsLeftOut(of: sinks)
        return failures
    }

    private func learnWhatIsLeftOut(of sinks: SinkMirrors) async {
        guard let gatherers else { return }
        for target in IDC.allCases {
            let mayDrop = await sinks.mayDrop(into: target)
            await learned(mayDrop ? .connectorMayDrop : nil, true, leavesNothingOut: !mayDrop, into: target, gatherers)
        }
    }

    private func learned(
        _ condition: ProvenBound.Condition?, _ mayDeadLetter: Bool, leavesNothingOut: Bool, into target: IDC,
        _ gatherers: PerIDC<EvidenceGatherer>
    ) async {
        await gatherers[target].learned(condition: condition, mayDeadLetter: mayDeadLetter)
        await gatherers[target].learned(leavesNothingOut: leavesNothingOut, towardsLive: true)
        await gatherers[target.other].learned(leavesNothingOut: leavesNothingOut, towardsLive: false)
    }

    /// The evidence for groups that consume on a side.
    package func refreshEvidence(live: IDC) async -> [PortError] {
        guard let gatherers else { return [] }
        let failures = await EvidenceRound(
            gatherers[live], live: EvidenceRound.Side(sides[live].offsets, topics: topics[live]),
            other: EvidenceRound.Side(sides[live.other].offsets, topics: topics[live.other])
        ).read()
        let reached = await gatherers[live].connectorsReached
        await gatherers[live.other].learned(connectorsTowardsOther: reached)
        return failures
    }

    /// What of the records of groups that consume on a side has not arrived on the other one.
    package func refreshArrivals(live: IDC) async -> [PortError] {
        guard let gatherers else { return [] }
        return await gatherers[live].readArrivals(live: topics[live], other: topics[live.other])
    }

    private func gatherer(live: IDC, cluster: String) -> EvidenceGatherer {
        let (there, other) = (sides[live], sides[live.other])
        let names = settings.names
        let positions: (any MirrorPositionReading)? =
            switch settings.kind {
            case .bascule: nil
            case .mirrormaker2: there.mirrorPositions
            case .sink: sinks.map { SinkPositions(of: $0, into: live) }
            }
        let connectors = positions.map {
            ConnectorMirrors(
                towardsLive: $0, records: other.records, rule: settings.copyRules[live.other], syncs: there.syncs)
        }
        var producedOn: (@Sendable (String) -> OneSidedTimestamps.ProducedOn?)?
        if let side = settings.producedOn {
            producedOn = { topic in side(topic).map { $0 == live ? .liveSide : .otherSide } }
        }
        return EvidenceGatherer(
            ports: EvidenceGatherer.Ports(towardsLive: other.commits, towardsOther: there.commits),
            groups: EvidenceGatherer.PositionGroups(
                towardsLive: MirrorCommit.group(from: names[live.other], to: names[live]),
                towardsOther: MirrorCommit.group(from: names[live], to: names[live.other])),
            liveCluster: cluster, connectors: connectors, isMirrored: settings.isMirrored,
            producedOn: producedOn,
            condition: settings.kind == .bascule ? nil : .connectorMayDrop, now: now)
    }

    /// A connector that may leave records out makes every position conditional; so does one unseen. Sinks are none of
    /// MirrorMaker's.
    private func connectorCondition(on idc: IDC, _ failures: inout [PortError]) async -> ProvenBound.Condition? {
        guard let reader = sides[idc].connectors else { return .connectorMayDrop }
        do throws(PortError) {
            let read = try await reader.connectors()
            failures += read.failures
            let mayDrop = read.value.contains { $0.type != "sink" && !$0.omissions.isEmpty }
            return mayDrop || !read.isComplete ? .connectorMayDrop : nil
        } catch {
            failures.append(error)
            return .connectorMayDrop
        }
    }

    /// Unknown counts as yes: nothing is called exact then.
    private func mirrorMayDeadLetter(on idc: IDC, _ failures: inout [PortError]) async -> Bool {
        guard let reader = sides[idc].connectors else { return true }
        do throws(PortError) {
            let read = try await reader.connectors()
            failures += read.failures
            return !read.isComplete || read.value.contains { $0.config["errors.refused.records"] == "dead-letter" }
        } catch {
            failures.append(error)
            return true
        }
    }
}
