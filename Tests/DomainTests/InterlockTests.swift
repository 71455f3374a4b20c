import Testing

@testable import Domain

@Suite("interlocks")
struct InterlockTests {
    private func sound(_ change: (inout Interlock.Readings) -> Void = { _ in }) -> Interlock.Readings {
        var readings = Interlock.Readings()
        readings.hasQuorum = PerIDC(idc1: true, idc2: true)
        readings.members = PerIDC(idc1: ["a": 0], idc2: ["a": 0])
        readings.holdsLease = true
        readings.isFrozen = false
        readings.isPlanCurrent = true
        readings.sinceTrafficChange = .seconds(60)
        change(&readings)
        return readings
    }

    private let traffic = Interlock.Act.traffic(PerIDC(idc1: 0, idc2: 100))
    private let write = Interlock.Act.writeOffsets(groups: ["a"], on: .idc2)
    private let start = Interlock.Act.startConsumers(groups: ["a"], on: .idc2)

    @Test("what is sound is allowed")
    func allowed() {
        for act in [traffic, write, start, .write] { #expect(Interlock.obstacle(to: act, in: sound()) == nil) }
    }

    @Test("nothing that was read, nothing that is allowed")
    func unread() {
        for act in [traffic, write, start, .write] {
            #expect(Interlock.obstacle(to: act, in: Interlock.Readings()) != nil)
        }
    }

    @Test("each interlock forbids what it is there for")
    func each() {
        func interlock(_ act: Interlock.Act, _ change: (inout Interlock.Readings) -> Void) -> Interlock? {
            Interlock.obstacle(to: act, in: sound(change))?.interlock
        }
        for shares in [PerIDC(idc1: 0, idc2: 0), PerIDC(idc1: 60, idc2: 60), PerIDC(idc1: -10, idc2: 110)] {
            #expect(interlock(.traffic(shares)) { _ in } == .splitSum)
        }
        #expect(interlock(traffic) { $0.hasQuorum.idc2 = false } == .noQuorum)
        #expect(interlock(traffic) { $0.hasQuorum.idc2 = nil } == .noQuorum)
        #expect(interlock(traffic) { $0.hasQuorum.idc1 = false } == nil)
        #expect(interlock(write) { $0.members.idc2["a"] = 1 } == .groupHasMembers)
        #expect(interlock(write) { $0.members.idc2 = [:] } == .groupHasMembers)
        #expect(interlock(start) { $0.members.idc1["a"] = 1 } == .membersOnOtherSide)
        #expect(interlock(start) { $0.members.idc1 = [:] } == .membersOnOtherSide)
        for act in [traffic, write, start, .write] {
            #expect(interlock(act) { $0.holdsLease = false } == .anotherDriver)
            #expect(interlock(act) { $0.holdsLease = nil } == .anotherDriver)
            #expect(interlock(act) { $0.isFrozen = true } == .frozen)
            #expect(interlock(act) { $0.isFrozen = nil } == .frozen)
            #expect(interlock(act) { $0.isPlanCurrent = false } == .stalePlan)
        }
        #expect(interlock(traffic) { $0.sinceTrafficChange = .seconds(4) } == .trafficTooSoon)
        #expect(interlock(traffic) { $0.sinceTrafficChange = .seconds(5) } == nil)
        func changed(_ seconds: Int, wait: Int) -> Interlock? {
            interlock(traffic) {
                $0.sinceTrafficChange = .seconds(seconds)
                $0.trafficWait = .seconds(wait)
            }
        }
        #expect(changed(9, wait: 10) == .trafficTooSoon)
        #expect(changed(10, wait: 10) == nil)
    }

    @Test("a waived quorum counts for its side only, and a statement never for members that are seen")
    func waived() {
        #expect(
            Interlock.obstacle(
                to: traffic,
                in: sound {
                    $0.hasQuorum.idc2 = false
                    $0.quorumWaivedOn = .idc2
                }) == nil)
        #expect(
            Interlock.obstacle(
                to: traffic,
                in: sound {
                    $0.hasQuorum.idc2 = false
                    $0.quorumWaivedOn = .idc1
                })?.interlock == .noQuorum)
        #expect(
            Interlock.obstacle(
                to: start,
                in: sound {
                    $0.members.idc1 = [:]
                    $0.statedStoppedOn = .idc1
                }) == nil)
        #expect(
            Interlock.obstacle(
                to: start,
                in: sound {
                    $0.members.idc1["a"] = 1
                    $0.statedStoppedOn = .idc1
                })?.interlock == .membersOnOtherSide)
    }
}

@Test("waves hold whole endpoints, the smallest first")
func waves() {
    let endpoints = (1...10).map { number in
        EndpointGroups(endpoint: "e\(number)", groups: (0..<number * 3).map { "g\(number)-\($0)" })
    }
    let waves = Wave.cut(endpoints, by: [.groups(1), .percent(5), .rest])
    #expect(
        waves.map { $0.endpoints.map(\.endpoint) } == [
            ["e1"], ["e2", "e3"].prefix(2).map { $0 }, (4...10).map { "e\($0)" },
        ])
    #expect(waves.flatMap(\.groups).count == endpoints.flatMap(\.groups).count)
    #expect(Wave.cut([], by: [.rest]).isEmpty)
    // A canary behind which nobody consumes would show nothing.
    let canary = Wave.cut(
        endpoints, by: [.groups(1), .rest], empty: Set(endpoints[0].groups + endpoints[1].groups[...0]))
    #expect(canary.map { $0.endpoints.map(\.endpoint) } == [["e2"], (3...10).map { "e\($0)" } + ["e1"]])
    #expect(Wave.cut(Array(endpoints.prefix(1)), by: [.groups(1), .percent(5), .rest]).count == 1)
}
