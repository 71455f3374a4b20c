import Commands
import Foundation
import Testing

/// Expected texts beside the tests; `RECORD_GOLDENS=1` writes them anew.
private func expectGolden(_ text: String, _ name: String, _ file: String = #filePath) throws {
    let url = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
        try Data(text.utf8).write(to: url)
        return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(text == expected, "\(name) differs; RECORD_GOLDENS=1 writes it anew")
}

/// Runs a program and returns its exit status and what it printed.
private func run(_ arguments: [String], input: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let source = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID().uuidString)")
    try Data(input.utf8).write(to: source)
    defer { try? FileManager.default.removeItem(at: source) }
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

private func isInstalled(_ program: String) -> Bool {
    (try? run(["sh", "-c", "command -v \(program)"], input: ""))?.status == 0
}

struct DocumentTests {
    private static let paths: [[String]] =
        CommandTable.commands(in: .shell).map(\.path) + CommandTable.families.map(\.path)

    @Test(arguments: paths)
    func `the help of every command is as expected and fits 80 columns`(path: [String]) throws {
        let text = Usage.text(for: path)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(path)")
        try expectGolden(text, "help.\((["bascule"] + path).joined(separator: "-")).txt")
    }

    @Test func `the help of the line is as expected`() throws {
        let paths = [[]] + CommandTable.commands(in: .console).map(\.path)
        try expectGolden(paths.map { Usage.text(for: $0, in: .console) }.joined(separator: "--\n"), "line.txt")
    }

    @Test func `hidden options stand in no text`() {
        let texts =
            Self.paths.map { Usage.text(for: $0) } + Shell.allCases.map { Completions.script(for: $0) } + [
                ManualPage.roff()
            ]
        #expect(
            texts.allSatisfy { !$0.contains("--script") && !$0.contains("-l script") && !$0.contains("\\-\\-script") })
    }

    @Test func `every example is a line that the program understands`() throws {
        for command in CommandTable.commands {
            for example in command.examples {
                let shellWords = try run(
                    ["bash", "-c", "printf '%s\\n' \(example.call.prefix { !">|&".contains($0) })"], input: "")
                let words = shellWords.output.split(separator: "\n").map(String.init)
                #expect(words.first == "bascule")
                _ = try CommandTable.parse(arguments: Array(words.dropFirst())).get()
            }
        }
    }

    @Test func `options of the same name complete alike everywhere`() {
        var kinds: [String: ValueKind?] = [:]
        for option in CommandTable.globalOptions + CommandTable.commands.flatMap(\.options) {
            let known = kinds[option.name] ?? option.value?.kind
            if case .duration = known, case .duration = option.value?.kind { continue }
            // Neither a number nor a text is completed.
            if case .integer = known, case .text = option.value?.kind { continue }
            #expect(known == option.value?.kind, "\(option.name)")
            kinds[option.name] = option.value?.kind
        }
    }

    @Test(arguments: Shell.allCases)
    func `completion scripts are as expected, and their shell accepts them`(shell: Shell) throws {
        let script = Completions.script(for: shell)
        try expectGolden(script, "completions.\(shell.rawValue)")
        guard isInstalled(shell.rawValue) else { return }
        let arguments = shell == .fish ? ["fish", "--no-execute", "/dev/stdin"] : [shell.rawValue, "-n"]
        let result = try run(arguments, input: script)
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(arguments: [
        ("bascule mir", "mirrors\nmirror"), ("bascule mirrors pa", "pause"), ("bascule status -o j", "json"),
        ("bascule mirrors list --state not", "not-flowing"), ("bascule --ascii completions f", "fish"),
        ("bascule mirrors pause --dry", "--dry-run"), ("bascule help gr", "groups"),
        ("bascule groups show x --rea", "--read-only"),
    ])
    func `bash completes by the script`(line: String, expected: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let program =
            Completions.script(for: .bash)
            + "COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1); _bascule\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        // In any order: the shell sorts what it shows.
        let offered = try run(["bash"], input: program).output
        #expect(offered.split(separator: "\n").sorted() == expected.split(separator: "\n").sorted(), "\(offered)")
    }

    @Test func `the manual page is as expected, and roff accepts it`() throws {
        let page = ManualPage.roff()
        try expectGolden(page, "bascule.1")
        #expect(page.utf8.allSatisfy { $0 < 128 })
        guard isInstalled("groff") else { return }
        let result = try run(["groff", "-ww", "-man", "-Tascii", "-z"], input: page)
        #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
    }
}
