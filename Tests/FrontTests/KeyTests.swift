import Cells
import FoundationEssentials
import Front
import Testing

struct KeyTests {
    @Test func `every action is declared exactly once`() {
        #expect(KeyTable.actions.map(\.id).count == ActionID.allCases.count)
        #expect(Set(KeyTable.actions.map(\.id)) == Set(ActionID.allCases))
    }

    @Test func `every key of the table has a name that is read back as the same key`() {
        for action in KeyTable.actions {
            #expect(!action.keys.isEmpty, "\(action.id)")
            for name in action.keys {
                let key = KeyName.key(name)
                #expect(key.flatMap { KeyName.text($0) } == name, "\(action.id): \(name)")
            }
        }
    }

    @Test func `no key means two things in one place`() {
        for place in Place.allCases {
            var seen: [String: ActionID] = [:]
            for action in KeyTable.actions where action.places.contains(place) {
                for key in action.keys {
                    #expect(seen[key] == nil, "\(key) in \(place): \(action.id) and \(String(describing: seen[key]))")
                    seen[key] = action.id
                }
            }
        }
    }

    @Test(arguments: ["", "  ", "Ctrl-", "Ctrl-1", "Alt-", "F13", "F0", "jj", "\u{7}", "Hyper-x"])
    func `what is no key has no meaning`(name: String) {
        #expect(KeyName.key(name) == nil)
    }

    @Test func `names of keys are read in either case`() {
        #expect(KeyName.key("ctrl-R") == .control("r"))
        #expect(KeyName.key("PAGEUP") == .pageUp)
        #expect(KeyName.key("escape") == .escape)
        #expect(KeyName.key("G") == .character("G"))
        #expect(KeyName.key("g") == .character("g"))
    }

    @Test func `docs KEYS md is what the table prints`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/KEYS.md")
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Data(KeyTable.markdown().utf8).write(to: file)
        }
        #expect(
            try String(contentsOf: file, encoding: .utf8) == KeyTable.markdown(), "print it anew with `bascule keys`")
    }

    @Test func `a rebound action has its new keys and no old one`() throws {
        let map = try KeyMap(overrides: [KeyOverride(action: "pause", keys: ["F5", "x"], location: "a.yaml:3:1")])
        #expect(map.action(for: .function(5), in: .mirrors) == .pause)
        #expect(map.action(for: .character("x"), in: .mirrors) == .pause)
        #expect(map.action(for: .character("p"), in: .mirrors) == nil)
        #expect(map.action(for: .character("P"), in: .mirrors) == .resume)
        #expect(map.keyNames(of: .pause) == ["F5", "x"])
    }

    @Test func `two actions may exchange their keys`() throws {
        let map = try KeyMap(overrides: [
            KeyOverride(action: "pause", keys: ["S"], location: "a.yaml:3:1"),
            KeyOverride(action: "stop", keys: ["p"], location: "a.yaml:4:1"),
        ])
        #expect(map.action(for: .character("p"), in: .mirrors) == .stop)
        #expect(map.action(for: .character("S"), in: .mirrors) == .pause)
    }

    @Test(arguments: [
        (
            KeyOverride(action: "pauze", keys: ["x"], location: "a.yaml:7:3"),
            "a.yaml:7:3: unknown action \"pauze\"; did you mean \"pause\"?"
        ),
        (KeyOverride(action: "pause", keys: ["Ctl-X"], location: "a.yaml:8:3"), "a.yaml:8:3: unknown key \"Ctl-X\""),
        (
            KeyOverride(action: "pause", keys: ["Ctrl-C"], location: "a.yaml:9:3"),
            "a.yaml:9:3: Ctrl-C is always the interrupt"
        ),
        (
            KeyOverride(action: "pause", keys: ["j"], location: "a.yaml:10:3"),
            "a.yaml:10:3: j for \"pause\" is already the key of \"down\" in Mirrors"
        ),
        (KeyOverride(action: "quit", keys: [], location: "a.yaml:11:3"), "a.yaml:11:3: \"quit\" needs a key"),
    ])
    func `a bad binding is refused with its place in the file`(binding: KeyOverride, message: String) {
        #expect { _ = try KeyMap(overrides: [binding]) } throws: { error in
            (error as? KeyMapRefusal)?.problems.contains { $0.hasPrefix(message) } == true
        }
    }

    @Test func `a clash between two rebound actions names both places, once`() {
        let bindings = [
            KeyOverride(action: "pause", keys: ["x"], location: "a.yaml:3:1"),
            KeyOverride(action: "stop", keys: ["x"], location: "a.yaml:4:1"),
        ]
        #expect { _ = try KeyMap(overrides: bindings) } throws: { error in
            let problems = (error as? KeyMapRefusal)?.problems ?? []
            return problems.count == 1 && problems[0].contains("a.yaml:3:1") && problems[0].contains("a.yaml:4:1")
        }
    }

    @Test func `all problems are reported at once`() {
        let bindings = [
            KeyOverride(action: "nothing-like-it-at-all", keys: ["x"], location: "a.yaml:3:1"),
            KeyOverride(action: "stop", keys: ["Nope"], location: "a.yaml:4:1"),
        ]
        #expect { _ = try KeyMap(overrides: bindings) } throws: { ($0 as? KeyMapRefusal)?.problems.count == 2 }
    }

    @Test func `rebound keys work and stand in hints and help`() throws {
        let map = try KeyMap(overrides: [KeyOverride(action: "pause", keys: ["F5"], location: "")])
        let console = Console(FrontSettings(keyMap: map))
        console.type("2")
        #expect(console.row(-1).contains("F5 pause"))
        #expect(console.send(.key(.function(5))).contains { if case .makePlan = $0 { true } else { false } })
    }
}
