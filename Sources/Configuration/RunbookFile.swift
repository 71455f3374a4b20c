package import Domain

/// Reads runbooks: YAML, checked by line and column like the settings, and then for orders that would break an interlock.
package enum RunbookFile {
    /// Reads the file at `path`.
    package static func load(path: String) throws(SettingsError) -> Runbook {
        let bytes: [UInt8]
        do throws(FileContents.Failure) {
            bytes = try FileContents.read(path, limit: YAMLDocument.sizeLimit)
        } catch {
            // A word alone is rather a name that was mistyped than a file.
            let isName = !path.contains("/") && !path.contains(".")
            let known = isName ? "; built in are \(BuiltInRunbooks.all.map(\.name).joined(separator: ", "))" : ""
            throw SettingsError("cannot read the runbook \(SourceLocation.printable(path)): \(error.reason)\(known)")
        }
        return try parsed(bytes, path)
    }

    /// Checks a runbook's text; `path` names it in messages.
    package static func parse(_ text: String, path: String) throws(SettingsError) -> Runbook {
        try parsed(Array(text.utf8), path)
    }

    /// A runbook as a run's journal has kept it.
    package static func journalled(_ text: String) -> Result<Runbook, JournalProblem> {
        do throws(SettingsError) {
            return .success(try parsed(Array(text.utf8), "runbook"))
        } catch {
            return .failure(JournalProblem(error.text))
        }
    }

    private static func parsed(_ bytes: [UInt8], _ path: String) throws(SettingsError) -> Runbook {
        let document = try YAMLDocument(bytes, file: path)
        var builder = RunbookBuilder()
        return try builder.runbook(of: document.root, text: String(decoding: bytes, as: UTF8.self))
    }

    /// A runbook's keys.
    static let keys: [SettingKey] = [
        SettingKey("runbook", .text(.contextName), required: true, example: "disaster", "What the runbook is called."),
        SettingKey("summary", .text(.printable), default: "\"-\"", example: "IDC1 is gone", "One line for people."),
        SettingKey(
            "promise", .choice(Runbook.Promise.allCases.map(\.rawValue)), required: true, example: "nothing-lost",
            "What the run promises about records."),
        SettingKey(
            "steps", .list(of: .group(stepKeys)), required: true, example: "[{id: note, record: readings}]",
            "What is done, in order. Every step has one of the keys from declare to wait."),
    ]

    private static let stepKeys: [SettingKey] = [
        SettingKey("id", .text(.contextName), required: true, example: "traffic", "Names the step within the runbook."),
        SettingKey("title", .text(.printable), example: "Traffic to IDC2", "One line for people; the id without it."),
        SettingKey(
            "declare",
            .group([
                SettingKey(
                    "approvals", .integer(0...9), default: "0", example: "1",
                    "How many people beside the driver have to approve.")
            ]), example: "{approvals: 1}", "Takes the lease and opens the journal; the first step."),
        SettingKey(
            "record", .choice(RecordedThing.allCases.map(\.rawValue)), example: "readings",
            "Keeps what is known, or writes the report, which is the last step."),
        SettingKey(
            "gate",
            .group([
                SettingKey(
                    "checks", .list(of: .choice(GateCheck.allCases.map(\.rawValue))), required: true,
                    example: "[brokers, quorum]", "What has to be green."),
                SettingKey(
                    "waive", .boolean, default: "false", example: "true",
                    "Whether the driver may go on past one by typing the reason and the target's name."),
            ]), example: "{checks: [brokers, quorum]}", "Stops unless every check is green."),
        SettingKey(
            "traffic",
            .group([
                SettingKey(
                    "to", .choice(["target", "given"]), example: "target", "All of it, or as the driver gave it."),
                SettingKey("shares", .text(.word), example: "50:50", "SOURCE:TARGET in percent, in place of to."),
                SettingKey(
                    "atLeast", .integer(1...100), default: "90", example: "90",
                    "The percentage of the rate of before that has to be seen on the side that gains."),
            ]), example: "{to: target}", "Sets the split, reads it back and measures it."),
        SettingKey(
            "mirrors",
            .group([
                SettingKey(
                    "act", .choice(MirrorsAct.allCases.map(\.rawValue)), required: true, example: "pause",
                    "What is done with the mirrors."),
                SettingKey(
                    "direction", .choice(MirrorsScope.allCases.map(\.rawValue)), required: true,
                    example: "source-to-target", "Which mirrors."),
            ]), example: "{act: pause, direction: source-to-target}", "Pauses, resumes or waits for mirrors."),
        SettingKey(
            "groups",
            .group([
                SettingKey(
                    "act", .choice(["fence", "decide", "move"]), required: true, example: "fence", "What is done."),
                SettingKey(
                    "waves", .list(of: .text(.word)), example: "[1, 5%, rest]", "How many groups move at a time."),
            ]), example: "{act: move, waves: [1, 5%, rest]}", "Looks at, decides about or moves every group."),
        SettingKey("endpoint", .text(.word), example: "billing", "Points one endpoint to the target."),
        SettingKey(
            "command", .group(commandKeys), example: "{run: [/bin/true], verify: [/bin/true]}", "Runs a program."),
        SettingKey(
            "http", .group(httpKeys), example: "{url: \"http://lb/x\", verify: \"http://lb/y\"}", "Makes a call."),
        SettingKey(
            "confirm", .text(.printable), example: "Is the market closed?", "Asks; the driver types the answer."),
        SettingKey(
            "wait", .duration(.milliseconds(1) ... .seconds(86_400)), example: "30s", "Waits."),
    ]

    private static let commandKeys: [SettingKey] = [
        SettingKey(
            "run", .list(of: .text(.printable)), required: true, example: "[/usr/bin/systemctl, stop, app]",
            "The program and its arguments, one by one: there is no shell."),
        SettingKey(
            "verify", .list(of: .text(.printable)), required: true, example: "[/usr/bin/test, -e, /run/x]",
            "A program that ends with 0 where what the first does has been done."),
        SettingKey(
            "limit", .duration(.seconds(1) ... .seconds(3_600)), default: "30s", example: "30s", "Ended after that."),
    ]

    private static let httpKeys: [SettingKey] = [
        SettingKey("url", .text(.url), required: true, example: "http://lb:8080/drain", "What is called."),
        SettingKey("method", .choice(["POST", "PUT", "DELETE"]), default: "POST", example: "PUT", "How."),
        SettingKey(
            "verify", .text(.url), required: true, example: "http://lb:8080/drained",
            "Answers GET by 200 where what the call does has been done."),
        SettingKey(
            "limit", .duration(.seconds(1) ... .seconds(300)), default: "10s", example: "10s", "Given up after that."),
    ]

    static let kindKeys = [
        "declare", "record", "gate", "traffic", "mirrors", "groups", "endpoint", "command", "http", "confirm", "wait",
    ]
}

/// Makes a runbook of checked values.
private struct RunbookBuilder {
    // Runbooks expand nothing: their text is kept in journals, and is no place for secrets.
    private var reader = SettingReader(surroundings: Surroundings(environment: { _ in nil }), directory: "/")

    mutating func runbook(of root: YAMLNode, text: String) throws(SettingsError) -> Runbook {
        let item = reader.read(root, as: .group(RunbookFile.keys), path: "")
        var steps: [RunbookStep] = []
        var locations: [SourceLocation] = []
        for step in item?.group?["steps"]?.list ?? [] {
            guard let group = step.group, let id = group["id"]?.text, let kind = kind(group, id) else { continue }
            steps.append(RunbookStep(id: id, title: group["title"]?.text ?? id, kind: kind))
            locations.append(group.location)
        }
        guard let item, let group = item.group, let name = group["runbook"]?.text,
            let promise = (group["promise"]?.text).flatMap(Runbook.Promise.init(rawValue:)), reader.problems.isEmpty
        else { throw SettingsError(reader.problems) }
        let runbook = Runbook(
            name: name, summary: group["summary"]?.text ?? "", promise: promise, steps: steps, text: text)
        for problem in runbook.problems {
            reader.report(
                problem.step.map { "\(steps[$0].id): \(problem.text)" } ?? problem.text,
                at: problem.step.map { locations[$0] } ?? item.location)
        }
        guard reader.problems.isEmpty else { throw SettingsError(reader.problems) }
        return runbook
    }

    private mutating func kind(_ group: SettingGroup, _ id: String) -> StepKind? {
        let given = RunbookFile.kindKeys.filter { group[$0] != nil }
        guard let word = given.first, given.count == 1, let item = group[word] else {
            reader.report(
                "\(id): expected one of \(RunbookFile.kindKeys.joined(separator: ", "))"
                    + (given.isEmpty ? "" : ", found \(given.joined(separator: " and "))"),
                at: group.location)
            return nil
        }
        let values = item.group
        switch word {
        case "declare": return .declare(approvals: values?["approvals"]?.integer ?? 0)
        case "record": return item.text.flatMap(RecordedThing.init(rawValue:)).map { .record($0) }
        case "gate":
            let checks = (values?["checks"]?.texts ?? []).compactMap(GateCheck.init(rawValue:))
            return .gate(checks: checks, mayBeWaived: values?["waive"]?.boolean ?? false)
        case "traffic": return traffic(values, id, item.location)
        case "mirrors":
            guard let act = (values?["act"]?.text).flatMap(MirrorsAct.init(rawValue:)),
                let scope = (values?["direction"]?.text).flatMap(MirrorsScope.init(rawValue:))
            else { return nil }
            return .mirrors(act, scope)
        case "groups": return groups(values, id, item.location)
        case "endpoint": return item.text.map { .endpoint(name: $0) }
        case "command":
            return .command(
                CommandCall(
                    arguments: values?["run"]?.texts ?? [], limit: values?["limit"]?.duration ?? .seconds(30),
                    verification: values?["verify"]?.texts ?? []))
        case "http":
            return .http(
                HTTPCall(
                    method: values?["method"]?.text ?? "POST", url: values?["url"]?.text ?? "",
                    limit: values?["limit"]?.duration ?? .seconds(10), verification: values?["verify"]?.text ?? ""))
        case "confirm": return item.text.map { .confirm(question: $0) }
        case "wait": return item.duration.map { .wait($0) }
        default: preconditionFailure("\(word) stands in the table of steps and has no case")
        }
    }

    private mutating func traffic(_ values: SettingGroup?, _ id: String, _ location: SourceLocation) -> StepKind? {
        let atLeast = values?["atLeast"]?.integer ?? 90
        switch (values?["to"]?.text, values?["shares"]?.text) {
        case ("target"?, nil): return .traffic(.target, atLeast: atLeast)
        case ("given"?, nil): return .traffic(.given, atLeast: atLeast)
        case (nil, let shares?):
            let parts = shares.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let source = parts[0], let target = parts[1] else { break }
            return .traffic(.shares(source: source, target: target), atLeast: atLeast)
        default: break
        }
        reader.report(
            "\(id): traffic takes either to, target or given, or shares, SOURCE:TARGET in percent", at: location)
        return nil
    }

    private mutating func groups(_ values: SettingGroup?, _ id: String, _ location: SourceLocation) -> StepKind? {
        let waves = values?["waves"]?.texts
        switch values?["act"]?.text {
        case "fence"? where waves == nil: return .groups(.fence)
        case "decide"? where waves == nil: return .groups(.decide)
        case "move"?:
            let sizes = (waves ?? ["1", "5%", "rest"]).map { WaveSize(spelled: $0) }
            guard sizes.allSatisfy({ $0 != nil }) else { break }
            return .groups(.move(waves: sizes.compactMap(\.self)))
        default: break
        }
        reader.report("\(id): waves go with move, and each is a number of groups, a percentage, or rest", at: location)
        return nil
    }
}
