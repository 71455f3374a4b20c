import Domain
import HTTPTransport
import Operations

/// A connector as Connect describes it, read as far as it can be read.
///
/// Names and unmasked configuration values are left exactly as Connect gives them, since they identify and
/// decide; states, worker ids and traces are cleaned for people.
enum ConnectorPayload {
    /// The connector, and what about it could not be read; no connector when nothing could.
    ///
    /// - Parameters:
    ///   - status: the answer of `/status`, or that part of the expanded listing.
    ///   - info: the answer of `/connectors/{name}`, or that part.
    static func connector(
        _ name: String, status: JSONValue?, info: JSONValue?
    ) -> (connector: Connector?, problems: [String]) {
        guard status?.members != nil || info?.members != nil else {
            return (nil, ["neither status nor configuration can be read"])
        }
        var problems: [String] = []
        let connectorPart = status?["connector"]
        let state = connectorState(connectorPart?["state"], of: "the connector", &problems)
        let type = info?["type"]?.text ?? status?["type"]?.text ?? "unknown"
        let connector = Connector(
            name: name, type: type.plainLine(limit: 40), state: state,
            workerID: connectorPart?["worker_id"]?.text?.plainLine() ?? "",
            tasks: tasks(status?["tasks"], &problems),
            config: SecretMask.masked(config(info?["config"], &problems)),
            trace: connectorPart?["trace"]?.text.map(trace))
        return (connector, problems)
    }

    private static func connectorState(
        _ value: JSONValue?, of subject: String, _ problems: inout [String]
    ) -> ConnectorState {
        guard let word = value?.text, !word.isEmpty else {
            problems.append("\(subject) has no state")
            return .unknown("no state")
        }
        return ConnectorState(word.plainLine(limit: 40))
    }

    private static func tasks(_ value: JSONValue?, _ problems: inout [String]) -> [ConnectorTask] {
        guard let elements = value?.elements else {
            problems.append("its tasks cannot be read")
            return []
        }
        var tasks: [ConnectorTask] = []
        for element in elements {
            guard let id = element["id"]?.integer.flatMap(Int.init(exactly:)) else {
                problems.append("a task has no id")
                continue
            }
            tasks.append(
                ConnectorTask(
                    id: id, state: connectorState(element["state"], of: "task \(id)", &problems),
                    workerID: element["worker_id"]?.text?.plainLine() ?? "", trace: element["trace"]?.text.map(trace)))
        }
        return tasks.sorted { $0.id < $1.id }
    }

    /// Connect's values are texts or null; a null is no setting.
    private static func config(_ value: JSONValue?, _ problems: inout [String]) -> [String: String] {
        guard let members = value?.members else {
            problems.append("its configuration cannot be read")
            return [:]
        }
        var config: [String: String] = [:]
        for (key, value) in members {
            switch value {
            case .text(let text): config[key] = text
            case .integer(let integer): config[key] = String(integer)
            case .number(let number): config[key] = String(number)
            case .bool(let bool): config[key] = String(bool)
            case .null: break
            case .array, .object: problems.append("its setting \(key.plainLine(limit: 80)) is no text")
            }
        }
        return config
    }

    /// A stack trace with its lines kept and each of them made plain, without the secrets that exceptions quote.
    static func trace(_ text: String) -> String {
        let lines = SecretMask.redacted(String(text.prefix(200_000))).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let plain = lines.prefix(1_000).map { line in
            (line.first?.isWhitespace == true ? "    " : "") + String(line).plainLine(limit: 2_000)
        }
        return plain.joined(separator: "\n")
    }
}
