import Commands
import Operations

/// Writes a document in the format that was asked for.
enum ReportText {
    static func written(_ node: DataNode, as format: OutputFormat, text: @autoclosure () -> String) -> String {
        switch format {
        case .text: text()
        case .json: JSONText.written(node)
        case .yaml: YAMLText.written(node)
        }
    }
}
