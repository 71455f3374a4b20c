import Domain

/// Where something stands in a file.
package struct SourceLocation: Hashable, Sendable {
    /// As the file was named.
    package let file: String
    /// From 1.
    package let line: Int
    /// In characters from 1; `nil` where the line is all there is to say.
    package let column: Int?

    package init(file: String, line: Int, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourceLocation: CustomStringConvertible {
    /// `bascule.yaml:3:5`, as compilers and editors know it.
    package var description: String {
        "\(Self.printable(file)):\(line)" + (column.map { ":\($0)" } ?? "")
    }

    /// A path as it is, unless something in it would upset a terminal.
    static func printable(_ path: String) -> String {
        let quoted = Spelling.quoted(path, limit: 4_096)
        return quoted.dropFirst().dropLast() == path ? path : quoted
    }
}
