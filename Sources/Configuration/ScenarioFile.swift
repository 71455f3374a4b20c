package import Domain

/// Reads the sandbox's scenarios: YAML, checked by line and column like the settings.
package enum ScenarioFile {
    /// Reads the file at `path`.
    package static func load(path: String) throws(SettingsError) -> Scenario {
        let bytes: [UInt8]
        do throws(FileContents.Failure) {
            bytes = try FileContents.read(path, limit: YAMLDocument.sizeLimit)
        } catch {
            throw SettingsError("cannot read the scenario \(SourceLocation.printable(path)): \(error.reason)")
        }
        return try parsed(bytes, path).get()
    }

    /// Checks a scenario's text; `path` names it in messages.
    package static func parse(_ text: String, path: String) throws(SettingsError) -> Scenario {
        try parsed(Array(text.utf8), path).get()
    }

    private static func parsed(_ bytes: [UInt8], _ path: String) -> Result<Scenario, SettingsError> {
        do throws(SettingsError) {
            let document = try YAMLDocument(bytes, file: path)
            var builder = ScenarioBuilder(path)
            return .success(try builder.scenario(of: document.root))
        } catch {
            return .failure(error)
        }
    }

    /// A scenario's keys.
    static let keys: [SettingKey] = [
        SettingKey("name", .text(.contextName), required: true, example: "idc1-lost", "What the scenario is called."),
        SettingKey("summary", .text(.printable), default: "\"-\"", example: "IDC1 is gone", "One line for people."),
        SettingKey(
            "length", .duration(.seconds(1) ... .seconds(86_400)), required: true, example: "30s",
            "From the first step's zero to the last look."),
        SettingKey("world", .group(worldKeys), default: "{}", example: "{topics: 6}", "How large the world is."),
        SettingKey(
            "steps", .list(of: .group(stepKeys)), default: "[]", example: "[{at: 5s, inject: {cut: idc1}}]",
            "What happens, in the order of its moments."),
        SettingKey("score", .group(scoreKeys), default: "{}", example: "{lost: 0}", "What the end has to look like."),
    ]

    private static let worldKeys: [SettingKey] = [
        SettingKey("topics", .integer(1...5_000), default: "6", example: "6", "How many topics there are."),
        SettingKey("groups", .integer(0...100_000), default: "6", example: "6", "How many consumer groups there are."),
        SettingKey(
            "rate", .integer(0...100_000), default: "200", example: "200", "Records per second, over both IDCs."),
        SettingKey(
            "troubled", .boolean, default: "false", example: "true",
            "Whether a slow group, a stuck one and one with a poison record are among the groups."),
        SettingKey(
            "seed", .integer(0...1_000_000), default: "1", example: "7", "The same seed gives the same records."),
    ]

    private static let stepKeys: [SettingKey] = [
        SettingKey("at", .duration(.zero ... .seconds(86_400)), required: true, example: "20s", "When it happens."),
        SettingKey(
            "inject", .table(of: .text(.printable), keyName: "FAULT"), example: "{cut: idc1}", "What goes wrong."),
        SettingKey(
            "act", .table(of: .text(.printable), keyName: "ACT"), example: "{move: \"* idc2\"}",
            "What the operator does; a drill leaves it to the person."),
        SettingKey("expect", .group(expectKeys), example: "{alarm: broker-down, within: 10s}", "What has to be seen."),
    ]

    private static let expectKeys: [SettingKey] = [
        SettingKey(
            "alarm", .choice(AlertKind.allCases.map(\.rawValue)), required: true, example: "broker-down",
            "The kind of the alarm."),
        SettingKey(
            "within", .duration(.milliseconds(100) ... .seconds(86_400)), default: "10s", example: "10s",
            "Counted from the step's moment."),
    ]

    private static let scoreKeys: [SettingKey] = [
        SettingKey("lost", .integer(0...Int.max), default: "0", example: "0", "At most so many records lost."),
        SettingKey("stranded", .integer(0...Int.max), example: "500", "At most so many records left behind."),
        SettingKey(
            "duplicates", .text(.word), default: "any", example: "announced",
            "`any`, `announced` (no more than announced when groups were moved), or a number."),
        SettingKey("alarms", .integer(0...1_000), example: "0", "At most so many kinds of alarm."),
    ]
}

/// Makes a scenario of checked values.
private struct ScenarioBuilder {
    private var reader: SettingReader

    init(_ path: String) {
        // Scenarios name no files and expand nothing of the environment.
        reader = SettingReader(surroundings: Surroundings(environment: { _ in nil }), directory: "/")
    }

    mutating func scenario(of root: YAMLNode) throws(SettingsError) -> Scenario {
        let item = reader.read(root, as: .group(ScenarioFile.keys), path: "")
        var steps: [Scenario.Step] = []
        for step in item?.group?["steps"]?.list ?? [] {
            guard let group = step.group else { continue }
            steps.append(self.step(group))
        }
        let duplicates = item?.group?["score"]?.group?["duplicates"].map { self.duplicates($0) } ?? .any
        guard let group = item?.group, let name = group["name"]?.text, let length = group["length"]?.duration,
            reader.problems.isEmpty
        else { throw SettingsError(reader.problems) }
        let world = group["world"]?.group
        let score = group["score"]?.group
        return Scenario(
            name: name, summary: group["summary"]?.text ?? "", length: length,
            world: Scenario.World(
                topics: world?["topics"]?.integer ?? 6, groups: world?["groups"]?.integer ?? 6,
                recordsPerSecond: world?["rate"]?.integer ?? 200,
                hasTroubledGroups: world?["troubled"]?.boolean ?? false,
                seed: UInt64(world?["seed"]?.integer ?? 1)),
            steps: steps.sorted { $0.at < $1.at },
            score: Scenario.Score(
                lost: Int64(score?["lost"]?.integer ?? 0),
                stranded: score?["stranded"]?.integer.map { Int64($0) }, duplicates: duplicates,
                alarms: score?["alarms"]?.integer))
    }

    private mutating func step(_ group: SettingGroup) -> Scenario.Step {
        let fault = group["inject"].flatMap { item in
            words(item, "a fault") { word, arguments throws(WordProblem) in
                try Fault(word: word, arguments: arguments)
            }
        }
        let act = group["act"].flatMap { item in
            words(item, "an act") { word, arguments throws(WordProblem) in
                try OperatorAct(word: word, arguments: arguments)
            }
        }
        let expect = group["expect"]?.group
        let expectation = expect?["alarm"]?.text.flatMap(AlertKind.init(rawValue:)).map {
            Scenario.Expectation(alarm: $0, within: expect?["within"]?.duration ?? .seconds(10))
        }
        if fault == nil, act == nil, expectation == nil, reader.problems.isEmpty {
            reader.report("a step without inject, act and expect does nothing", at: group.location)
        }
        return Scenario.Step(
            at: group["at"]?.duration ?? .zero, fault: fault, act: act, expectation: expectation)
    }

    /// A map of one entry: a word, and the arguments that follow it in one text.
    private mutating func words<Value>(
        _ item: SettingItem, _ what: String,
        _ make: (_ word: String, _ arguments: [String]) throws(WordProblem) -> Value
    ) -> Value? {
        guard let entries = item.table, let entry = entries.first, entries.count == 1 else {
            reader.report("expected one entry, \(what) and what it is about", at: item.location)
            return nil
        }
        do throws(WordProblem) {
            return try make(entry.key, (entry.item.text ?? "").split(separator: " ").map(String.init))
        } catch {
            let hint = error.suggestion.map { "; did you mean \(Spelling.quoted($0))?" } ?? ""
            reader.report(error.message + hint, at: entry.keyLocation)
            return nil
        }
    }

    private mutating func duplicates(_ item: SettingItem) -> Scenario.Duplicates {
        switch item.text {
        case "any"?: return .any
        case "announced"?: return .announced
        case let text?:
            guard let number = Int64(text), number >= 0 else { break }
            return .atMost(number)
        case nil: break
        }
        reader.report("score.duplicates: expected any, announced or a number", at: item.location)
        return .any
    }
}
