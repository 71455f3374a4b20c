package import Cells

/// Keys of one action as the configuration gives them.
package struct KeyOverride: Hashable, Sendable {
    package let action: String
    package let keys: [String]
    /// Where it stands, for messages: `bascule.yaml:41:5`.
    package let location: String

    package init(action: String, keys: [String], location: String) {
        self.action = action
        self.keys = keys
        self.location = location
    }
}

/// Why keys of the configuration are refused; each problem begins with its location.
package struct KeyMapRefusal: Error, Hashable, Sendable {
    package let problems: [String]

    package init(problems: [String]) {
        self.problems = problems
    }
}

/// Which key does what, where.
package struct KeyMap: Hashable, Sendable {
    private var bindings: [Place: [Key: ActionID]]
    private let names: [ActionID: [String]]

    /// The keys of ``KeyTable``.
    package static let standard = KeyMap(keys: [:])

    private init(keys overridden: [ActionID: [String]]) {
        var bindings: [Place: [Key: ActionID]] = [:]
        var names: [ActionID: [String]] = [:]
        for action in KeyTable.actions {
            let keys = overridden[action.id] ?? action.keys
            names[action.id] = keys
            for key in keys.compactMap(KeyName.key) {
                for place in action.places { bindings[place, default: [:]][key] = action.id }
            }
        }
        self.bindings = bindings
        self.names = names
    }

    /// The standard keys with the given actions rebound: the keys given are all that the action has then.
    package init(overrides: [KeyOverride]) throws(KeyMapRefusal) {
        var problems: [String] = []
        var keys: [ActionID: [String]] = [:]
        var locations: [ActionID: String] = [:]
        for override in overrides {
            guard let id = ActionID(rawValue: override.action) else {
                let hint = Self.nearest(to: override.action).map { "; did you mean \"\($0)\"?" } ?? ""
                problems.append("\(override.location): unknown action \"\(override.action)\"\(hint)")
                continue
            }
            if let earlier = locations[id] {
                problems.append("\(override.location): \"\(id.rawValue)\" already has keys at \(earlier)")
                continue
            }
            locations[id] = override.location
            let sound = override.keys.filter { name in
                guard let problem = Self.problem(withKey: name) else { return true }
                problems.append("\(override.location): \(problem)")
                return false
            }
            if override.keys.isEmpty, Self.essential.contains(id) {
                problems.append("\(override.location): \"\(id.rawValue)\" needs a key: there is no other way out")
            }
            keys[id] = sound
        }
        problems += Self.clashes(keys, locations)
        guard problems.isEmpty else { throw KeyMapRefusal(problems: problems) }
        self.init(keys: keys)
    }

    /// What a key does in a place.
    package func action(for key: Key, in place: Place) -> ActionID? { bindings[place]?[key] }

    /// The names of an action's keys, the first one being the one that hints show.
    package func keyNames(of id: ActionID) -> [String] { names[id] ?? [] }

    private static let essential: Set<ActionID> = [.back, .quit, .confirm, .help]

    private static func problem(withKey name: String) -> String? {
        switch KeyName.key(name) {
        case .none: "unknown key \"\(name)\"; examples: j, Ctrl-R, Alt-x, F5, PgUp, Space"
        case .control("c"): "Ctrl-C is always the interrupt"
        case .some: nil
        }
    }

    private static func clashes(_ keys: [ActionID: [String]], _ locations: [ActionID: String]) -> [String] {
        var problems: [String] = []
        let actions = KeyTable.actions
        for action in actions {
            guard let location = locations[action.id] else { continue }
            for name in keys[action.id] ?? [] {
                guard let key = KeyName.key(name) else { continue }
                for other in actions where other.id != action.id && !other.places.isDisjoint(with: action.places) {
                    let otherKeys = (keys[other.id] ?? other.keys).compactMap(KeyName.key)
                    // Of two that were both rebound, the one declared later reports.
                    let isReported = locations[other.id] == nil || isBefore(other.id, action.id)
                    guard otherKeys.contains(key), isReported else { continue }
                    let shared = Place.allCases.filter { action.places.contains($0) && other.places.contains($0) }
                    let place = shared.first?.title ?? ""
                    let whose =
                        locations[other.id].map { "\"\(other.id.rawValue)\" (\($0))" } ?? "\"\(other.id.rawValue)\""
                    problems.append(
                        "\(location): \(name) for \"\(action.id.rawValue)\" is already the key of \(whose) in \(place)")
                }
            }
        }
        return problems
    }

    private static func isBefore(_ one: ActionID, _ other: ActionID) -> Bool {
        let order = KeyTable.actions.map(\.id)
        return (order.firstIndex(of: one) ?? 0) < (order.firstIndex(of: other) ?? 0)
    }

    private static func nearest(to name: String) -> String? {
        let scored = ActionID.allCases.map { ($0.rawValue, editDistance(name.lowercased(), $0.rawValue)) }
        guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else { return nil }
        return best.0
    }
}

/// Levenshtein's distance: how many single-scalar changes turn one text into the other.
func editDistance(_ one: String, _ other: String) -> Int {
    let left = Array(one.unicodeScalars)
    let right = Array(other.unicodeScalars)
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
        var previous = row[0]
        row[0] = index + 1
        for column in right.indices {
            let cost = min(row[column + 1] + 1, row[column] + 1, previous + (scalar == right[column] ? 0 : 1))
            previous = row[column + 1]
            row[column + 1] = cost
        }
    }
    return row[right.count]
}
