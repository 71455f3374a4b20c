package import Domain
package import Operations

/// The right to drive, on each side: membership of the group `bascule-driver`, and the transactional id that fences
/// older drivers out of `bascule-journal`.
package actor DriverLease: DriverLeasing {
    private let clusters: PerIDC<KafkaCluster>
    private let names: PerIDC<String>
    private let log: @Sendable (String) -> Void
    private var sessions: [IDC: DriverSession] = [:]

    /// Joining a group that is empty takes `group.initial.rebalance.delay.ms`, 3 s by default.
    private static let joinLimit = Duration.seconds(20)

    /// - Parameters:
    ///   - names: what people call the sides.
    ///   - log: what deserves a line: settings of the journal's topic that could lose records.
    package init(
        clusters: PerIDC<KafkaCluster>, names: PerIDC<String>, log: @escaping @Sendable (String) -> Void
    ) {
        self.clusters = clusters
        self.names = names
        self.log = log
    }

    package func take(on idc: IDC, as driver: String) async throws(PortError) {
        if let session = sessions[idc] {
            if await isHeld(on: idc) == true { return }
            sessions[idc] = nil
            await session.close()
        }
        for problem in try await JournalTopicSetup(cluster: clusters[idc], name: names[idc]).prepare() { log(problem) }
        let members = try await holders(on: idc)
        if let holder = members.first(where: { !$0.assignment.isEmpty }) ?? members.first {
            throw taken(on: idc, by: holder)
        }
        let session: DriverSession
        do throws(KafkaError) {
            session = try DriverSession(clusters[idc], driver: driver)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
        do throws(PortError) {
            try await win(session, on: idc)
        } catch {
            await session.close()
            throw error
        }
        // Somebody may have taken it through this very object meanwhile.
        let other = sessions.updateValue(session, forKey: idc)
        await other?.close()
    }

    private func win(_ session: DriverSession, on idc: IDC) async throws(PortError) {
        var access = RequiredAccess.readGroup(DriverNames.group)
        do throws(KafkaError) {
            if try await session.join(within: Self.joinLimit) {
                access = .writeTransactions(DriverNames.transactionalID)
                return try await session.fenceOthers()
            }
        } catch {
            throw session.report.portError(error, subject: "the lease of \(names[idc])", access: access)
        }
        if let winner = try await holders(on: idc).first(where: { !$0.assignment.isEmpty }) {
            throw taken(on: idc, by: winner)
        }
        throw PortError(
            .timedOut, operation: "JoinGroup",
            detail: "the lease of \(names[idc]): the group \(DriverNames.group) gave this driver no partition in time")
    }

    /// `false` once this driver was fenced out, or the group has forgotten the member that took the lease, even if it is
    /// back under another id; `nil` while the coordinator does not say. Which member has the partition just now says
    /// nothing: one that comes back from a long absence can get it, and is fenced all the same.
    package func isHeld(on idc: IDC) async -> Bool? {
        guard let session = sessions[idc], !session.hasEnded, let taken = session.memberID else { return false }
        do throws(KafkaError) {
            guard try await session.currentMemberID() == taken else { return false }
        } catch {
            return nil
        }
        switch await clusters[idc].descriptions(of: [DriverNames.group])[DriverNames.group] {
        case .success(let group)?: return group.members.contains { $0.memberID == taken }
        case .failure?, nil: return nil
        }
    }

    package func release() async {
        let held = sessions
        sessions = [:]
        for session in held.values { await session.close() }
    }

    /// What appends under this lease.
    func session(on idc: IDC) throws(PortError) -> DriverSession {
        guard let session = sessions[idc] else {
            // No conflict: nobody has taken anything from this driver, which may not have asked for it yet.
            throw PortError(
                .refused, operation: "Produce",
                detail: "the lease of \(names[idc]) is not held, and only who holds it writes to \(DriverNames.topic)")
        }
        return session
    }

    /// The error of a driver that was fenced out, naming who did it as far as that can be told.
    func fencedOut(on idc: IDC) async -> PortError {
        let own = try? await sessions[idc]?.currentMemberID()
        let others = (try? await holders(on: idc))?.filter {
            $0.memberID != own && $0.memberID != sessions[idc]?.memberID
        }
        let newer = others?.first { !$0.assignment.isEmpty } ?? others?.first
        return PortError(
            .conflict, operation: "Produce",
            detail: "a newer driver has taken \(names[idc]) over"
                + (newer.map { ": \($0.clientID) at \(Self.host($0))" } ?? "") + "; this one drives no more")
    }

    private func taken(on idc: IDC, by holder: GroupMember) -> PortError {
        PortError(
            .conflict, operation: "JoinGroup",
            detail: "the lease of \(names[idc]) is held by \(holder.clientID) at \(Self.host(holder)). "
                + "If that one is gone, it ends \(DriverSession.sessionTimeout.components.seconds) s after its last sign of life"
        )
    }

    /// Brokers print an address with a slash before it.
    private static func host(_ member: GroupMember) -> String {
        member.host.hasPrefix("/") ? String(member.host.dropFirst()) : member.host
    }

    private func holders(on idc: IDC) async throws(PortError) -> [GroupMember] {
        switch await clusters[idc].descriptions(of: [DriverNames.group])[DriverNames.group] {
        case .success(let group)?: return group.members
        // A mock cluster describes no groups; who is alone there decides by fencing.
        case .failure(let error)? where error.kind == .unsupported: return []
        case .failure(let error)?:
            throw clusters[idc].report.portError(
                error, subject: "group \(DriverNames.group)", access: .describeGroup(DriverNames.group))
        case nil:
            throw PortError(
                .malformed, operation: "DescribeGroups",
                detail: "\(names[idc]) did not describe the group \(DriverNames.group)")
        }
    }
}
