import Foundation
import Testing

@testable import Configuration

struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `the document of the configuration is printed from its keys`() throws {
        let url = Self.root.appendingPathComponent("docs/CONFIGURATION.md")
        let printed = ConfigurationDocument.markdown()
        if ProcessInfo.processInfo.environment["RECORD_DOCS"] == "1" { try Data(printed.utf8).write(to: url) }
        let written = try String(contentsOf: url, encoding: .utf8)
        #expect(written == printed, "docs/CONFIGURATION.md is stale; RECORD_DOCS=1 writes it anew")
    }

    /// Every key there is, with where it stands.
    private static func keys(_ kind: SettingKind, _ path: String) -> [(path: String, key: SettingKey)] {
        switch kind {
        case .group(let keys):
            keys.flatMap { key in [(path + key.name, key)] + Self.keys(key.kind, "\(path)\(key.name).") }
        case .perIDC(let element, _): Self.keys(element, path + "IDC.")
        case .mapOr(let map, _): Self.keys(map, path)
        case .table(let element, _): Self.keys(element, path + "NAME.")
        case .list, .text, .secret, .boolean, .integer, .duration, .choice, .librarySettings: []
        }
    }

    private static let files = [
        "idc1.properties": "", "client.properties": "", "ca.pem": "x", "connect-ca.pem": "x", "bascule.pem": "x",
        "bascule.key": "x", "connect.password": "x", "update.key": "x",
        "kim.pub": "GxVGKwyLU8tYDGRpYpY0Wl1LhYAfO9H8fY7E3e9OZbA=",
        "lee.pub": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
    ]

    @Test func `every key is documented with an example that is accepted, and a default that is`() throws {
        let document = ConfigurationDocument.markdown()
        let directory = try ConfigurationDirectory(Self.files)
        let surroundings = Surroundings(environment: { _ in "x" })
        let all = Self.keys(.group(SettingSchema.single), "") + Self.keys(.group(SettingSchema.several), "")
        #expect(all.count > 50)
        for (path, key) in all where !path.hasPrefix("contexts.") {
            #expect(document.contains("| `\(path)` |"), "\(path)")
            #expect(!key.meaning.isEmpty)
            for text in [key.example, key.fallback ?? key.example] {
                var reader = SettingReader(surroundings: surroundings, directory: directory.path)
                let node = try YAMLDocument(Array(text.utf8), file: "example").root
                let item = reader.read(node, as: key.kind, path: path)
                #expect(item != nil && reader.problems.isEmpty, "\(path): \(reader.problems)")
            }
        }
    }

    /// The YAML blocks of a document.
    private static func blocks(_ markdown: String) -> [String] {
        markdown.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test func `every example of the document is read`() throws {
        let blocks = Self.blocks(ConfigurationDocument.markdown())
        #expect(blocks.count == 3)
        let directory = try ConfigurationDirectory(Self.files)
        for block in blocks { #expect(directory.message(block) == "") }
    }

    @Test func `every configuration in the other documents is read`() throws {
        let documents =
            try FileManager.default.contentsOfDirectory(atPath: Self.root.path).map { $0 }
            + FileManager.default.contentsOfDirectory(atPath: Self.root.appendingPathComponent("docs").path).map {
                "docs/\($0)"
            }
        let directory = try ConfigurationDirectory(Self.files)
        for name in documents where name.hasSuffix(".md") {
            let text = try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
            for block in Self.blocks(text) where block.contains("idcs:") {
                #expect(directory.message(block, environment: ["KAFKA_PASSWORD": "x"]) == "", "\(name)")
            }
        }
    }
}
