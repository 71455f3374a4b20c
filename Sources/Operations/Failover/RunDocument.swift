package import Domain

/// A run's report as data, `schema` 1. What is not known is null.
package enum RunDocument {
    package static func node(of report: RunReport) -> DataNode {
        let header = report.header
        return .object([
            "schema": .integer(1), "run": .string(header.run), "runbook": .string(header.runbook),
            "promise": .string(report.promise.rawValue), "from": .string(header.from.rawValue),
            "to": .string(header.to.rawValue), "driver": .string(header.driver), "host": .string(header.host),
            "reason": .string(header.reason), "approvals": .array(report.approvals.map { .string($0) }),
            "declaredAt": .optional(Timestamp.rfc3339(report.declaredAt)),
            "endedAt": .optional(report.endedAt.flatMap { Timestamp.rfc3339($0) }),
            "outcome": .string(word(report.outcome)),
            "rpo": node(of: report.stranded),
            "rtoMilliseconds": .optional(report.recovery?.wholeMilliseconds), "readTwice": .optional(report.readTwice),
            "steps": .array(report.steps.map(step)), "groups": .array(report.groups.map(group)),
            "waivers": .array(
                report.waivers.map {
                    .object(["subject": .string($0.subject), "by": .string($0.by), "reason": .string($0.reason)])
                }),
            "commands": .array(
                report.commands.map {
                    .object(["command": .string($0.line), "status": .optional($0.status.map { Int64($0) })])
                }),
            "unknown": .array(report.unknowns.map { .string($0) }),
            "resumed": .array(report.resumptions.map { .string($0) }), "records": .integer(Int64(report.records)),
            "chainHead": .string(hexadecimal(report.chainHead)),
        ])
    }

    /// What has not crossed; null: not known.
    static func node(of stranded: StrandedRecords?, offset: UTCOffset = .utc) -> DataNode {
        guard let stranded else { return .null }
        return .object(
            members(of: stranded.total, offset) + [
                DataMember("isCurrent", .bool(stranded.isCurrent)),
                DataMember(
                    "topics",
                    .array(
                        stranded.topics.map {
                            .object([DataMember("topic", .string($0.topic))] + members(of: $0.lag, offset))
                        })),
            ])
    }

    private static func members(of lag: ReplicationLag, _ offset: UTCOffset) -> [DataMember] {
        [
            DataMember("stranded", .integer(lag.records)), DataMember("precision", .string(lag.precision.rawValue)),
            DataMember("milliseconds", .optional(lag.age?.wholeMilliseconds)),
            DataMember("readAt", .optional(Timestamp.rfc3339(lag.readAt, offset))),
        ]
    }

    package static func word(_ outcome: RunOutcome?) -> String {
        switch outcome {
        case .finished?: "finished"
        case .finishedWithout?: "finished-without"
        case .aborted?: "aborted"
        case nil: "under-way"
        }
    }

    package static func word(_ status: StepStatus) -> String {
        switch status {
        case .pending: "pending"
        case .running: "running"
        case .waiting: "waiting"
        case .passed: "passed"
        case .failed: "failed"
        case .waived: "waived"
        }
    }

    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static func step(_ step: RunReport.Step) -> DataNode {
        .object([
            "id": .string(step.id), "title": .string(step.title), "status": .string(word(step.status)),
            "beganAt": .optional(step.beganAt.flatMap { Timestamp.rfc3339($0) }),
            "milliseconds": .optional(step.duration?.wholeMilliseconds),
            "evidence": .array(step.evidence.map { .string(RunWords.english.text(of: $0)) }),
        ])
    }

    private static func group(_ group: RunReport.Group) -> DataNode {
        let progress = group.progress
        return .object([
            "group": .string(group.group), "stage": .string(progress.stage.rawValue),
            "reason": .optional(progress.reason), "exact": .optional(progress.decision.map { $0.verdict == .exact }),
            "readTwice": .optional(progress.decision.flatMap(readTwice)),
            "lagBefore": .optional(progress.decision?.lag), "lagAfter": .optional(progress.lagAfter),
            "movedAt": .optional(progress.movedAt.flatMap { Timestamp.rfc3339($0) }),
            "positions": .array(
                (progress.decision?.positions ?? []).map { move in
                    .object([
                        "topic": .string(move.partition.topic),
                        "partition": .integer(Int64(move.partition.partition)),
                        "from": .optional(move.from?.rawValue), "to": .integer(move.to.rawValue),
                        "method": .string(move.method),
                    ])
                }),
        ])
    }

    package static func readTwice(_ decision: GroupDecision) -> Int64? {
        switch decision.verdict {
        case .exact: 0
        case .bounded(let count): count
        case .held: nil
        }
    }
}
