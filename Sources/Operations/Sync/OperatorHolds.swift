package import Domain

/// Holds and releases groups, and everything, by records in `bascule-sync` of both sides: a daemon that begins later, on either side, reads
/// them before it writes.
package actor OperatorHolds: GroupHoldControlling, WriteSettling {
    /// The ports of one side.
    package struct Side: Sendable {
        let name: String
        let reading: any GroupHoldReading
        let writing: any GroupHoldWriting
        /// Where the daemons' group `bascule-sync` is listed.
        let groups: any GroupStateReading

        package init(
            name: String, reading: any GroupHoldReading, writing: any GroupHoldWriting, groups: any GroupStateReading
        ) {
            self.name = name
            self.reading = reading
            self.writing = writing
            self.groups = groups
        }
    }

    private let sides: PerIDC<Side>
    private let configured: [Glob]
    private let author: JournalAuthor
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> WallTime

    /// How long what was written may take to be read back, and a daemon to take note: a hand-over may be under way.
    private static let patience = Duration.seconds(30)
    /// How long a side that does not answer in time is asked again what has been said before.
    private static let readingPatience = Duration.seconds(15)
    private static let pause = Duration.milliseconds(100)

    /// - Parameter configured: groups that the configuration holds: nothing said here changes that.
    package init(
        _ sides: PerIDC<Side>, configured: [Glob], author: JournalAuthor, clock: any Clock<Duration>,
        now: @escaping @Sendable () -> WallTime
    ) {
        self.sides = sides
        self.configured = configured
        self.author = author
        self.clock = clock
        self.now = now
    }

    package func order(
        _ order: OperatorHold.Order, _ subject: HoldSubject, because reason: String
    ) async throws(PortError) {
        if order == .release, case .group(let group) = subject, configured.contains(where: { $0.matches(group) }) {
            throw PortError(
                .failed, operation: "release",
                detail: "sync.hold in the configuration holds \(group): it is released there")
        }
        async let wordsOfOne = words(on: .idc1)
        async let wordsOfTwo = words(on: .idc2)
        let read = PerIDC(idc1: await wordsOfOne, idc2: await wordsOfTwo)
        let known = IDC.allCases.compactMap { read[$0].words }.map { $0.words[subject] }
        let newest = known.compactMap(\.self).max { $1.supersedes($0) }
        // Said on both sides already, in the same words.
        let isSaid = known.count == 2 && known.allSatisfy { $0 == newest }
        switch (order, newest?.order) {
        case (.release, .release) where isSaid, (.release, nil) where known.count == 2:
            throw PortError(.failed, operation: "release", detail: subject.notHeld)
        case (.hold, _), (.release, _): break
        }
        // An order that failed because a daemon had not taken note is given again by those who mean it.
        if let newest, newest.order == order, isSaid {
            async let one = unnoted(newest, about: subject, on: sides.idc1)
            async let two = unnoted(newest, about: subject, on: sides.idc2)
            return try Self.check([await one, await two], order)
        }
        let last = newest?.number ?? 0
        let word = OperatorHold(
            order: order, actor: author.actor.withoutControls, host: author.host.withoutControls, at: now(),
            reason: reason.withoutControls, number: last == .max ? .max : last + 1)
        async let one = say(word, about: subject, on: .idc1, read.idc1.problem)
        async let two = say(word, about: subject, on: .idc2, read.idc2.problem)
        try Self.check([await one, await two], order)
    }

    private static func check(_ problems: [String?], _ order: OperatorHold.Order) throws(PortError) {
        let problems = problems.compactMap(\.self)
        guard problems.isEmpty else {
            throw PortError(.failed, operation: order.rawValue, detail: problems.joined(separator: "; "))
        }
    }

    package func settle(on idc: IDC) async throws(PortError) {
        guard try await isServed(sides[idc]) else { return }
        let last = try await sides[idc].reading.holds().words[.writesUnderWay]?.number ?? 0
        let at = now()
        let word = OperatorHold(
            order: .release, actor: author.actor.withoutControls, host: author.host.withoutControls, at: at,
            // By the time: of two who ask at once, one would take the answer to the other for its own.
            reason: "what is under way shall land", number: max(last == .max ? .max : last + 1, at.milliseconds))
        if let problem = await say(word, about: .writesUnderWay, on: idc, nil) {
            throw PortError(.failed, operation: "settle", detail: problem)
        }
    }

    /// Whoever holds a group would give a refused order again: a broker that is late is waited for, one that is gone is not.
    private func words(on idc: IDC) async -> (words: HoldWords?, problem: PortError?) {
        let waited = clock.startStopwatch()
        while true {
            do throws(PortError) {
                return (try await sides[idc].reading.holds(), nil)
            } catch {
                guard error.kind == .timedOut, waited() < Self.readingPatience, !Task.isCancelled else {
                    return (nil, error)
                }
            }
            try? await clock.sleep(for: Self.pause)
        }
    }

    /// - Returns: what is amiss with it on this side.
    private func say(
        _ word: OperatorHold, about subject: HoldSubject, on idc: IDC, _ unread: PortError?
    ) async -> String? {
        let side = sides[idc]
        if let unread { return "nothing was said on \(side.name), which could not be read: \(unread.detail)" }
        do throws(PortError) {
            try await side.writing.write(word, about: subject)
        } catch {
            return "it could not be said on \(side.name): \(error.detail)"
        }
        return await unnoted(word, about: subject, on: side)
    }

    /// Waits until a word that was said can be read and every daemon that it concerns has taken note of it.
    ///
    /// - Returns: what is amiss with it on this side.
    private func unnoted(_ word: OperatorHold, about subject: HoldSubject, on side: Side) async -> String? {
        var isThere = false
        var isNoted = false
        var hasDaemon: Bool?
        var problem: PortError?
        let waited = clock.startStopwatch()
        while waited() < Self.patience, !Task.isCancelled {
            do throws(PortError) {
                let words = try await side.reading.holds()
                // Somebody may have said something else since.
                isThere = words.words[subject].map { $0.number >= word.number } ?? false
                isNoted = try await Self.isNoted(word, about: subject, in: words, of: side)
                if isThere, isNoted { return nil }
                if isThere, hasDaemon != true { hasDaemon = try await isServed(side) }
                if isThere, hasDaemon == false { return nil }
            } catch {
                problem = error
            }
            try? await clock.sleep(for: Self.pause)
        }
        let because = problem.map { ": \($0.detail)" } ?? ""
        if !isThere { return "it was said on \(side.name), and could not be read back\(because)" }
        return hasDaemon == nil
            ? "it is said on \(side.name), and whether a daemon is there to take note is not known\(because)"
            : "it is said on \(side.name), and the daemon there has not taken note: look at `bascule sync`\(because)"
    }

    /// Of what is no single group's every daemon takes note: each for the partitions of the topic that it has.
    private static func isNoted(
        _ word: OperatorHold, about subject: HoldSubject, in words: HoldWords, of side: Side
    ) async throws(PortError) -> Bool {
        let partitions: Int32 =
            switch subject {
            case .group: 1
            case .everything, .writesUnderWay: try await side.writing.partitions()
            }
        return partitions > 0
            && (0..<partitions).allSatisfy { words.noted(subject, on: $0).map { $0 >= word.number } ?? false }
    }

    /// Whether a daemon is there to take note.
    private func isServed(_ side: Side) async throws(PortError) -> Bool {
        let states = try await side.groups.groupStates()
        if states.value[Self.daemons]?.state.isLive ?? false { return true }
        if let failure = states.failures.first { throw failure }
        return false
    }

    /// The daemons' group.
    private static let daemons = "bascule-sync"
}

extension HoldSubject {
    fileprivate var notHeld: String {
        switch self {
        case .group(let group): "nobody holds \(group)"
        case .everything: "writes are not frozen"
        case .writesUnderWay: "what is under way is not held"
        }
    }
}
