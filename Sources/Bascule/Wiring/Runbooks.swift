import Configuration
import Domain

/// The runbooks that a console offers.
enum Runbooks {
    /// Those that come with the program. That each of them can be read is tested.
    static func builtIn() -> [Runbook] {
        BuiltInRunbooks.all.compactMap { try? RunbookFile.parse($0.text, path: $0.name) }
    }
}
