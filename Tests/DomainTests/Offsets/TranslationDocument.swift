import Foundation

/// docs/TRANSLATION.md, which the tests read their tables from.
enum TranslationDocument {
    enum Missing: Error {
        case document
        case table(under: String)
    }

    static func text() throws -> String {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let document = folder.appendingPathComponent("docs/TRANSLATION.md")
            if let text = try? String(contentsOf: document, encoding: .utf8) { return text }
            folder = folder.deletingLastPathComponent()
        }
        throw Missing.document
    }

    /// The rows of the first table under a heading, each by the names of the columns.
    static func table(under heading: String) throws -> [[String: String]] {
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(of: "## " + heading) else { throw Missing.table(under: heading) }
        let rows = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard let names = rows.first, rows.count > 2 else { throw Missing.table(under: heading) }
        return rows.dropFirst(2).map { row in
            Dictionary(zip(names, row), uniquingKeysWith: { first, _ in first })
        }
    }
}
