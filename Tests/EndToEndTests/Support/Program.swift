import Foundation

/// Programs run to their end, with what they printed.
enum Program {
    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    /// The `bascule` that was built with these tests.
    static let bascule: String = {
        if let named = ProcessInfo.processInfo.environment["BASCULE"] { return named }
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().appendingPathComponent("bascule").path
    }()

    /// Runs a program; `environment` adds to the test's own, `nil` takes a variable away.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String?] = [:], input: String? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: a pipe that fills up would stop the program.
        let output = folder.appendingPathComponent("output")
        let error = folder.appendingPathComponent("error")
        for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        if let input {
            let file = folder.appendingPathComponent("input")
            try input.write(to: file, atomically: true, encoding: .utf8)
            process.standardInput = try FileHandle(forReadingFrom: file)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: (try? String(contentsOf: output, encoding: .utf8)) ?? "",
            error: (try? String(contentsOf: error, encoding: .utf8)) ?? "")
    }
}
