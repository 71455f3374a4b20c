package import Domain

/// The command line that does the same as a plan, ready to be pasted into a POSIX shell.
package enum EquivalentCommand {
    /// `bascule mirrors pause orders --direction idc1:idc2`; without a direction where both take the same topics,
    /// and two commands, joined by `&&`, where they take different ones.
    package static func mirrors(_ action: MirrorAction, _ targets: [MirrorTarget]) -> String {
        let topics = ReplicationFlow.all.map { flow in targets.filter { $0.flow == flow }.map(\.topic).sorted() }
        if topics[0] == topics[1] { return command(action, topics[0], nil) }
        return zip(ReplicationFlow.all, topics).compactMap { flow, topics in
            topics.isEmpty ? nil : command(action, topics, flow)
        }.joined(separator: " && ")
    }

    package static func traffic(_ split: TrafficSplit) -> String { trafficBeginning + "\(split)" }

    /// How every command that changes the traffic begins, in the journal too.
    package static let trafficBeginning = "bascule traffic set "

    package static func syncOffsets(_ groups: [String]) -> String {
        "bascule offsets sync \(names(groups))"
    }

    package static func holdOffsets(_ groups: [String], because reason: String) -> String {
        "bascule offsets hold --reason \(quoted(reason)) \(names(groups))"
    }

    package static func releaseOffsets(_ groups: [String]) -> String { "bascule offsets release \(names(groups))" }

    package static func freeze(because reason: String) -> String { "bascule freeze --reason \(quoted(reason))" }
    package static let thaw = "bascule thaw"

    private static func names(_ groups: [String]) -> String {
        (groups.contains { $0.hasPrefix("-") } ? "-- " : "") + groups.map(quoted).joined(separator: " ")
    }

    private static func command(_ action: MirrorAction, _ topics: [String], _ flow: ReplicationFlow?) -> String {
        let direction = flow.map { " --direction \($0.source.rawValue):\($0.target.rawValue)" } ?? ""
        let quoted = topics.map(quoted).joined(separator: " ")
        // A topic may begin with a dash: everything after `--` is a name.
        return topics.contains { $0.hasPrefix("-") }
            ? "bascule mirrors \(action.rawValue)\(direction) -- \(quoted)"
            : "bascule mirrors \(action.rawValue) \(quoted)\(direction)"
    }

    /// `word` as one word of a POSIX shell. Control characters, which no topic has but an answer from outside
    /// could hold, come as `$'\033'`, so that they reach no terminal.
    package static func quoted(_ word: String) -> String {
        if !word.isEmpty && word.unicodeScalars.allSatisfy(isPlain) { return word }
        if word.unicodeScalars.contains(where: \.isControl) { return dollarQuoted(word) }
        var result = "'"
        for scalar in word.unicodeScalars {
            if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }

    private static func dollarQuoted(_ word: String) -> String {
        var result = "$'"
        for scalar in word.unicodeScalars {
            if scalar.isControl {
                for byte in String(scalar).utf8 {
                    let octal = String(byte, radix: 8)
                    result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
                }
            } else {
                if scalar == "'" || scalar == "\\" { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "@", "%", "+", ",": true
        default: false
        }
    }
}
