import Configuration
import Domain
import Testing

struct ScenarioFileTests {
    private let text = """
        name: story
        summary: IDC1 is lost
        length: 30s
        world: {topics: 3, groups: 2, rate: 50, troubled: true, seed: 9}
        steps:
          - at: 20s
            act: {move: "bill* idc2"}
          - at: 5s
            inject: {cut: idc1}
            expect: {alarm: cluster-unreachable, within: 12s}
          - at: 6s
            inject: {stall: orders idc2:idc1}
          - at: 7s
            act: {traffic: 0:100}
        score: {lost: 0, stranded: 40, duplicates: announced, alarms: 3}
        """

    @Test("a scenario is read, its steps in the order of their moments") func sound() throws {
        let scenario = try ScenarioFile.parse(text, path: "story.yaml")
        #expect(scenario.name == "story")
        #expect(scenario.length == .seconds(30))
        #expect(
            scenario.world
                == Scenario.World(topics: 3, groups: 2, recordsPerSecond: 50, hasTroubledGroups: true, seed: 9))
        #expect(scenario.steps.map(\.at) == [.seconds(5), .seconds(6), .seconds(7), .seconds(20)])
        #expect(scenario.steps[0].fault == .cut(.idc1))
        #expect(scenario.steps[0].expectation == .init(alarm: .clusterUnreachable, within: .seconds(12)))
        let orders = MirrorTarget(topic: "orders", flow: ReplicationFlow(from: .idc2))
        #expect(scenario.steps[1].fault == .stallMirror(orders))
        #expect(scenario.steps[2].act == TrafficSplit(idc1: 0, idc2: 100).map { .setTraffic($0) })
        #expect(scenario.steps[3].act == .move(groups: "bill*", to: .idc2))
        #expect(scenario.score == .init(lost: 0, stranded: 40, duplicates: .announced, alarms: 3))
    }

    @Test("what is left out has defaults") func defaults() throws {
        let scenario = try ScenarioFile.parse("name: a\nlength: 10s\n", path: "a.yaml")
        #expect(scenario.steps.isEmpty)
        #expect(scenario.world.recordsPerSecond == 200)
        #expect(scenario.score == .init())
    }

    @Test(
        "mistakes are told by line and column",
        arguments: [
            ("length: 10s\n", #"s.yaml:1:1: the key "name" is missing"#),
            ("name: a\nlength: 10\n", "s.yaml:2:9: length: expected a duration"),
            ("name: a\nlength: 10s\nstep: []\n", #"s.yaml:3:1: unknown key "step"; did you mean "steps"?"#),
            (
                "name: a\nlength: 10s\nsteps:\n  - at: 1s\n    inject: {cutt: idc1}\n",
                #"s.yaml:5:14: there is no fault "cutt""#
            ),
            (
                "name: a\nlength: 10s\nsteps:\n  - at: 1s\n    inject: {cut: idc3}\n",
                #"s.yaml:5:14: cut: IDC "idc3": expected idc1 or idc2"#
            ),
            (
                "name: a\nlength: 10s\nsteps:\n  - at: 1s\n    inject: {cut: idc1, heal: idc2}\n",
                "s.yaml:5:13: expected one entry, a fault and what it is about"
            ),
            (
                "name: a\nlength: 10s\nsteps:\n  - at: 1s\n    expect: {alarm: broker-dwn}\n",
                #"s.yaml:5:21: steps[0].expect.alarm: expected one of"#
            ),
            (
                "name: a\nlength: 10s\nsteps:\n  - at: 1s\n",
                "s.yaml:4:5: a step without inject, act and expect does nothing"
            ),
            (
                "name: a\nlength: 10s\nscore: {duplicates: some}\n",
                "s.yaml:3:21: score.duplicates: expected any, announced"
            ),
        ]) func mistakes(text: String, message: String)
    {
        do throws(SettingsError) {
            _ = try ScenarioFile.parse(text, path: "s.yaml")
            Issue.record("it was accepted")
        } catch {
            #expect(error.text.contains(message), "\(error.text)")
        }
    }
}
