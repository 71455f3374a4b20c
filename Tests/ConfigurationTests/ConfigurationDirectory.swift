import Configuration
import Foundation

/// A directory of its own with a configuration and what it refers to.
final class ConfigurationDirectory: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(Array(text.utf8), to: name) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Reads a configuration that stands in this directory.
    func settings(_ yaml: String, environment: [String: String] = [:]) throws(SettingsError) -> Settings {
        try SettingsFile.parse(
            Array(yaml.utf8), path: "\(path)/bascule.yaml", from: Surroundings(environment: { environment[$0] }))
    }

    /// The message about a configuration, with this directory left out; empty where it is sound.
    func message(_ yaml: String, environment: [String: String] = [:]) -> String {
        message(Array(yaml.utf8), environment: environment)
    }

    func message(_ bytes: [UInt8], environment: [String: String] = [:]) -> String {
        do throws(SettingsError) {
            _ = try SettingsFile.parse(
                bytes, path: "\(path)/bascule.yaml", from: Surroundings(environment: { environment[$0] }))
            return ""
        } catch {
            return error.text.replacingOccurrences(of: "\(path)/", with: "")
        }
    }
}

/// The least there has to be.
let minimalIDCs = """
    idcs:
      idc1: {bootstrap: "k1:9092"}
      idc2: {bootstrap: "k2:9092"}

    """

/// Everything that reflection and printing show of a value.
func everyText(of value: some Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value)" + String(describing: value) + String(reflecting: value) + dumped
}
