/// A metric with its samples, as Prometheus names things: `bascule_NAME`, base units, counters end in `_total`.
package struct MetricFamily: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case counter
        case gauge
        case histogram
    }

    package struct Sample: Hashable, Sendable {
        /// Names and values, in order.
        package let labels: [Label]
        package let value: Double
        /// What a histogram's samples have behind the family's name: `_bucket`.
        package let suffix: String

        package init(_ value: Double, _ labels: KeyValuePairs<String, String> = [:], suffix: String = "") {
            self.labels = labels.map { Label(name: $0.key, value: $0.value) }
            self.value = value
            self.suffix = suffix
        }
    }

    package struct Label: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package let name: String
    package let kind: Kind
    package let help: String
    package let samples: [Sample]

    package init(_ name: String, _ kind: Kind, help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }
}

/// Prometheus' text format 0.0.4.
package enum MetricText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families without samples are left out.
    package static func written(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) "
            append(family.help, quotes: false, to: &text)
            text += "\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += family.name
                text += sample.suffix
                append(sample.labels, to: &text)
                text += " "
                text += number(sample.value)
                text += "\n"
            }
        }
        return text
    }

    private static func append(_ labels: [MetricFamily.Label], to text: inout String) {
        guard !labels.isEmpty else { return }
        var separator = "{"
        for label in labels {
            text += separator
            text += label.name
            text += "=\""
            append(label.value, quotes: true, to: &text)
            text += "\""
            separator = ","
        }
        text += "}"
    }

    /// Ten thousand groups have a hundred thousand values here, of which hardly one has anything to escape.
    private static func append(_ value: String, quotes: Bool, to text: inout String) {
        let isPlain = value.utf8.allSatisfy {
            $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\"")
        }
        guard !isPlain else { return text += value }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return abs(value) < 9e15 && value == Double(Int64(value)) ? "\(Int64(value))" : "\(value)"
    }
}
