import Cells
import Domain
import Front
import TestSupport
import Testing

struct ReadOnlyTests {
    private static let watch = FrontSettings(mode: .watch, runbooks: FailoverFixture.runbooks)

    /// Every key that has any meaning anywhere.
    private static let keys: [Key] = {
        let named = KeyTable.actions.flatMap(\.keys).compactMap(KeyName.key)
        let printable = (0x20...0x7E).compactMap { Unicode.Scalar(UInt32($0)) }.map(Key.character)
        return Array(Set(named + printable))
    }()

    @Test func `no key of any place yields a plan or a change`() {
        for start in [
            "1", "2", "3", "6", "7", "6<Enter>", "2<Enter>", "3<Enter>", "7<Enter>", "2?", "2o", "2t",
            "2/^orders<Enter> ",
        ] {
            let begun = Console(Self.watch)
            begun.type(start)
            for key in Self.keys {
                let console = Console(copy: begun)
                for effect in console.send(.key(key)) { #expect(isHarmless(effect), "\(start) \(key): \(effect)") }
                // What is answered to a wish that was never uttered does nothing either.
                for answer in ["<Enter>", "y"] {
                    for effect in console.type(answer) { #expect(isHarmless(effect), "\(start) \(key) \(answer)") }
                }
            }
        }
    }

    private func isHarmless(_ effect: Effect) -> Bool {
        if case .makePlan = effect { return false }
        return !effect.writes
    }

    @Test func `a refused key says why and goes to the log`() {
        let console = Console(Self.watch)
        console.type("2")
        #expect(
            console.type("p") == [.refused(command: "pause", reason: "WATCH: this session cannot change anything")])
        #expect(console.row(-2).contains("WATCH: this session cannot change anything"))
    }

    @Test func `every action that writes is refused`() {
        for action in KeyTable.actions
        where action.writes && action.places != [.preview, .question] {
            let console = Console(Self.watch)
            console.type(action.places.contains(.failover) ? "6" : action.places.contains(.groups) ? "3" : "2")
            let key = action.keys.first.flatMap(KeyName.key)
            let effects = key.map { console.send(.key($0)) } ?? []
            #expect(effects.contains { if case .refused = $0 { true } else { false } }, "\(action.id)")
        }
    }

    @Test(arguments: [
        "mirrors pause orders", "mirrors delete '*'", "traffic set 0:100", "mirrors create --state none",
        "offsets sync --all",
        "failover run disaster", "failover resume", "failover abort",
    ])
    func `the command line is refused too`(line: String) {
        let console = Console(Self.watch)
        #expect(
            console.type(":\(line)<Enter>")
                == [.refused(command: line, reason: "WATCH: this session cannot change anything")])
    }

    @Test func `a plan that comes all the same cannot be confirmed`() {
        let console = Console(Self.watch)
        let plan = Plan(
            intent: .mirrors(.pause, []), title: "x", lines: [],
            leftOut: [], warnings: [], equivalentCommand: "x", confirmation: .yes, madeFrom: SnapshotBuilder.moment)
        console.send(.planned(.success(plan)))
        #expect(console.model.overlays.isEmpty)
        #expect(console.type("y").allSatisfy(isHarmless))
    }

    @Test func `hints and help leave out what the session may not do`() {
        let console = Console(Self.watch, columns: 120, rows: 60)
        console.type("2")
        #expect(!console.row(-1).contains("pause"))
        console.type("?")
        #expect(!console.screen.contains("Pause the marked mirrors"))
        #expect(console.screen.contains("WATCH: this session cannot change anything"))
        #expect(console.screen.contains("Next pane"))
    }

    @Test func `badges name the kind of session`() {
        #expect(Console(Self.watch).row(0).contains(" WATCH "))
        #expect(Console(FrontSettings(mode: .sandbox)).row(0).contains(" SANDBOX "))
        #expect(Console(FrontSettings(mode: .drill)).row(0).contains(" DRILL "))
        #expect(Console(FrontSettings(mode: .driver)).row(0).contains(" DRIVER "))
        let readOnly = FrontSettings(readOnlyReason: FrontSettings.readOnlyText)
        #expect(Console(readOnly).row(0).contains(" READ-ONLY "))
        #expect(!Console().row(0).contains("READ-ONLY"))
    }
}
