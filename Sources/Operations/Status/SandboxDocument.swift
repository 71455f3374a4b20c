package import Domain

/// The sandbox's report as data: the last object that `bascule sandbox --headless` prints.
package enum SandboxDocument {
    package static func node(of report: SandboxReport) -> DataNode {
        .object([
            "scenario": .string(report.scenario), "seconds": .double(report.seconds),
            "produced": .integer(report.produced), "mirrored": .integer(report.mirrored),
            "deleted": .integer(report.deleted),
            "processed": .integer(report.processed), "lost": .integer(report.lost), "lostIn": node(of: report.lostIn),
            "stranded": .integer(report.stranded), "duplicates": .integer(report.duplicates),
            "duplicatesIn": node(of: report.duplicatesIn),
            "announcedDuplicates": .integer(report.announcedDuplicates),
            "runs": .array(report.runs.map(run)),
            "alarms": .array(
                report.alarms.map {
                    .object(["at": .double($0.at), "kind": .string($0.kind.rawValue), "text": .string($0.text)])
                }),
            "expectations": .array(
                report.expectations.map {
                    .object([
                        "text": .string($0.text), "met": .bool($0.isMet), "at": $0.at.map { .double($0) } ?? .null,
                    ])
                }),
        ])
    }

    private static func node(of places: [SandboxReport.Place]) -> DataNode {
        .array(
            places.map {
                .object([
                    "group": .string($0.group), "topic": .string($0.partition.topic),
                    "partition": .integer(Int64($0.partition.partition)), "records": .integer($0.records),
                ])
            })
    }

    private static func run(_ report: RunReport) -> DataNode {
        .object([
            "runbook": .string(report.header.runbook), "from": .string(report.header.from.rawValue),
            "outcome": .string(RunDocument.word(report.outcome)), "moved": .integer(moved(report)),
            "rtoMilliseconds": .optional(report.recovery?.wholeMilliseconds), "readTwice": .optional(report.readTwice),
            "records": .integer(Int64(report.records)), "resumed": .integer(Int64(report.resumptions.count)),
        ])
    }

    private static func moved(_ report: RunReport) -> Int64 {
        Int64(report.groups.count { $0.progress.stage == .moved })
    }

    private static func text(of place: SandboxReport.Place) -> String {
        "\(place.records) of \(place.partition.topic)-\(place.partition.partition) by \(place.group)"
    }

    /// For people.
    package static func text(of report: SandboxReport) -> String {
        var lines = [
            "\(report.scenario): \(report.isPassed ? "passed" : "FAILED") after \(report.seconds) s",
            "produced \(report.produced), mirrored \(report.mirrored), processed \(report.processed)"
                + (report.deleted > 0 ? "; deleted by retention and not compared \(report.deleted)" : ""),
            "lost \(report.lost), stranded \(report.stranded), read twice \(report.duplicates) "
                + "(at most \(report.announcedDuplicates) announced)",
        ]
        lines += report.lostIn.map { "  lost: \(text(of: $0))" }
        lines += report.duplicatesIn.map { "  read twice: \(text(of: $0))" }
        for run in report.runs {
            let recovery =
                run.recovery.map { ", the last group consumed \($0.inSeconds) s after the declaration" } ?? ""
            lines.append(
                "run of \(run.header.runbook) from \(run.header.from.rawValue): \(RunDocument.word(run.outcome)), "
                    + "\(moved(run)) groups moved\(recovery)")
        }
        if !report.alarms.isEmpty { lines.append("Alarms:") }
        for alarm in report.alarms { lines.append("  \(alarm.at) s  \(alarm.kind.rawValue): \(alarm.text)") }
        if !report.expectations.isEmpty { lines.append("Expected:") }
        for outcome in report.expectations {
            let at = outcome.at.map { ", at \($0) s" } ?? ""
            lines.append("  \(outcome.isMet ? "met" : "NOT MET"): \(outcome.text)\(at)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
