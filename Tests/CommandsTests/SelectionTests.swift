import Commands
import Domain
import Testing

struct SelectionTests {
    private func flow(_ source: IDC, _ state: Reading<MirrorState>, _ connectors: [String]) -> MirrorFlow {
        MirrorFlow(
            flow: ReplicationFlow(from: source), connectors: connectors, kind: nil, state: state, positions: [],
            toCopy: nil, toScan: nil, lag: nil, recordsPerSecond: nil, latency: nil, timeUntilLoss: nil, notes: [])
    }

    private func row(_ topic: String, _ one: MirrorState, _ two: Reading<MirrorState>) -> MirrorRow {
        MirrorRow(
            topic: topic, partitionCounts: PerIDC(idc1: 1, idc2: 1),
            flows: PerIDC(
                idc1: flow(.idc1, .known(one, at: WallTime(milliseconds: 0)), ["mirror-idc1-idc2-\(topic)"]),
                idc2: flow(.idc2, two, ["mirror-idc2-idc1-\(topic)"])))
    }

    private var rows: [MirrorRow] {
        let now = WallTime(milliseconds: 0)
        return [
            row("orders", .running, .known(.failed(reason: "x"), at: now)),
            row("quotes", .paused, .unavailable(Unavailability(kind: .unreachable, detail: "", since: now))),
        ]
    }

    private func selected(_ selection: MirrorSelection) -> [String] {
        selection.targets(in: rows).map { "\($0.topic) from \($0.flow.source)" }
    }

    @Test func `no part selects everything`() {
        #expect(selected(MirrorSelection()).count == 4)
        #expect(MirrorSelection().isEverything)
        #expect(!MirrorSelection(flows: [ReplicationFlow(from: .idc1)]).isEverything)
    }

    @Test func `a name is a topic or a connector`() {
        #expect(selected(MirrorSelection(names: [Glob("orders")])) == ["orders from idc1", "orders from idc2"])
        #expect(selected(MirrorSelection(names: [Glob("mirror-idc2-*")])) == ["orders from idc2", "quotes from idc2"])
        #expect(selected(MirrorSelection(topics: [Glob("mirror-*")])) == [])
    }

    @Test func `every part that is given has to hold`() {
        let both = MirrorSelection(names: [Glob("o*"), Glob("q*")], states: [.paused, .failed])
        #expect(selected(both) == ["orders from idc2", "quotes from idc1"])
        let one = MirrorSelection(names: [Glob("o*")], states: [.paused])
        #expect(selected(one) == [])
        #expect(selected(MirrorSelection(flows: [ReplicationFlow(from: .idc2)])).count == 2)
    }

    @Test func `a mirror that could not be read is in no state but unknown`() {
        #expect(
            !selected(MirrorSelection(states: StateWord.allCases.filter { $0 != .unknown })).contains(
                "quotes from idc2"))
        #expect(selected(MirrorSelection(states: [.unknown])) == ["quotes from idc2"])
    }

    @Test func `names that match nothing are told`() {
        let selection = MirrorSelection(
            names: [Glob("ordres"), Glob("mirror-idc1*")], topics: [Glob("z*"), Glob("q*")])
        #expect(selection.withoutMatch(in: rows).map(\.pattern) == ["ordres", "z*"])
    }
}
