import Domain
import Foundation
import Operations
import TestSupport
import Testing

@testable import Sandbox

private let kcat = ["/usr/bin/kcat", "/usr/local/bin/kcat"].first { FileManager.default.isExecutableFile(atPath: $0) }

struct RealClientTests {
    @Test("kcat lists the sandbox's brokers and reads its records", .enabled(if: kcat != nil, "kcat is not installed"))
    func read() async throws {
        let kcat = try #require(kcat)
        try await withWorld { world in
            await eventually("quotes has records") {
                world.anchors.ranges(of: .idc1)[TopicPartition("quotes", 0)].map { $0.logEnd > Offset(20) } ?? false
            }
            let listed = try await run(kcat, ["-b", world.bootstrap(of: .idc1), "-L", "-t", "quotes"])
            #expect(listed.contains("3 brokers"))
            #expect(listed.contains(#"topic "quotes" with 3 partitions"#))
            let read = try await run(
                kcat,
                [
                    "-b", world.bootstrap(of: .idc1), "-C", "-t", "quotes", "-p", "0", "-o", "beginning", "-c", "10",
                    "-f", "%k|%h|%s\\n", "-X", "fetch.wait.max.ms=10",
                ])
            let lines = read.split(separator: "\n")
            #expect(lines.count == 10)
            #expect(lines.allSatisfy { $0.contains("sandbox-record=idc1") && $0.contains("\"request\":") })
        }
    }

    /// What a program prints, read off the cooperative pool: its records come from this process.
    private func run(_ path: String, _ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: path)
                process.arguments = arguments
                let pipe = Pipe()
                process.standardOutput = pipe
                process.standardError = FileHandle.nullDevice
                do {
                    try process.run()
                    let data = pipe.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(returning: String(decoding: data, as: UTF8.self))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
