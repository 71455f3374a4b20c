import Testing

@testable import Domain

/// Groups that had no members before a run, and have none after it.
struct EmptyGroupTests {
    /// A disaster run in which `b` had no members, watching its second wave: `b` and `c`.
    private static func watching() throws -> FailoverMachine {
        var machine = FailoverMachine(
            FailoverFixture.header("disaster", empty: ["b"]), FailoverFixture.runbook("disaster"),
            at: FailoverFixture.start)
        let words = [
            "lease held", "readings kept", "all green", "go on", "split set", "traffic seen", "go on", "mirrors done",
            "no members", "decided", "go on", "groups done", "groups done", "groups done", "all moved", "go on",
            "groups done", "groups done", "groups done",
        ]
        for word in words {
            let event = try #require(FailoverFixture.event(word, machine), "\(word) in \(machine.label)")
            _ = machine.apply(event, at: FailoverFixture.start)
        }
        #expect(machine.wanted == .watchGroups(["b", "c"]))
        return machine
    }

    private static func sight(
        _ group: String, onSource: Int? = 0, onTarget: Int?, hasBegun: Bool? = true
    ) -> GroupSight {
        GroupSight(
            group: group, onSource: onSource, onTarget: onTarget, hasBegun: hasBegun, lag: 3, clientsOnSource: [])
    }

    @Test func `one that has no members yet is placed, and told from those that consume`() throws {
        var machine = try Self.watching()
        let sights = [Self.sight("b", onTarget: 0, hasBegun: false), Self.sight("c", onTarget: 2)]
        _ = machine.apply(.groupsSeen(sights), at: FailoverFixture.start)
        #expect(machine.wanted == .examine([.wrongSide]))
        #expect(machine.groups["b"]?.stage == .empty)
        #expect(machine.groups["b"]?.movedAt == nil)
        #expect(machine.view.numbers.moved == 2)
        #expect(machine.view.numbers.empty == 1)
        #expect(machine.view.waves[1].empty == 1)
        let evidence = machine.view.steps.flatMap(\.evidence)
        #expect(evidence.contains(.moved(groups: 1)))
        #expect(evidence.contains(.empty(groups: 1)))
    }

    @Test func `one whose members have come begins like the others`() throws {
        var machine = try Self.watching()
        #expect(machine.obstacle(Self.sight("b", onTarget: 1, hasBegun: false)) != nil)
        let sights = [Self.sight("b", onTarget: 1), Self.sight("c", onTarget: 2)]
        _ = machine.apply(.groupsSeen(sights), at: FailoverFixture.start)
        #expect(machine.groups["b"]?.stage == .moved)
    }

    @Test func `one that is somewhere it should not be, or cannot be read, is in the way`() throws {
        let machine = try Self.watching()
        #expect(machine.obstacle(Self.sight("b", onTarget: 0)) == nil)
        #expect(machine.obstacle(Self.sight("b", onSource: 1, onTarget: 0)) != nil)
        #expect(machine.obstacle(Self.sight("b", onSource: nil, onTarget: 0)) != nil)
        #expect(machine.obstacle(Self.sight("b", onTarget: nil)) != nil)
        #expect(machine.obstacle(Self.sight("c", onTarget: 0)) != nil, "c had members")
    }

    @Test func `they stand in the journal, and a journal of before knows of none`() throws {
        let header = FailoverFixture.header("disaster", empty: ["b"])
        #expect(try RunHeader(tree: header.tree) == header)
        guard case .object(let fields) = header.tree else {
            Issue.record("a header is written as an object")
            return
        }
        let before = JournalTree.object(fields.filter { $0.key != "emptyGroups" })
        #expect(try RunHeader(tree: before) == FailoverFixture.header("disaster"))
    }
}
