import Foundation

/// A folder of a test's own.
struct Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }

    /// A configuration of two clusters that nobody serves.
    func deadClusters() throws -> String {
        try write(
            """
            context: dead
            idcs:
              idc1: {name: "IDC1", bootstrap: "127.0.0.1:1", connect: ["http://127.0.0.1:1"]}
              idc2: {name: "IDC2", bootstrap: "127.0.0.1:2", connect: ["http://127.0.0.1:2"]}
            """, to: "dead.yaml")
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
