internal import Operations

/// An approval as it stands in `bascule-journal`, beside the records of the run: the key `RUN/approval/PERSON`, the value
/// the signature, and what was signed in headers. It is no link of the chain, as who approves holds no lease.
enum RunApprovalCoding {
    static let kind = "approval"
    static let stepHeader = "step"
    static let planHeader = "plan"

    static func record(_ approval: RunApproval) -> ProducerRecord {
        ProducerRecord(
            topic: DriverNames.topic, partition: 0, key: Array("\(approval.run)/\(kind)/\(approval.person)".utf8),
            value: approval.signature,
            headers: [
                .init(name: stepHeader, value: Array(approval.step.utf8)),
                .init(name: planHeader, value: approval.plan),
            ])
    }

    /// `nil` for anything else.
    static func read(key: [UInt8]?, value: [UInt8]?, headers: [ProducerRecord.Header]) -> RunApproval? {
        guard let key, let value, let text = String(validating: key, as: UTF8.self),
            let step = headers.first(where: { $0.name == stepHeader })?.value,
            let stepText = String(validating: step, as: UTF8.self),
            let plan = headers.first(where: { $0.name == planHeader })?.value
        else { return nil }
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[1] == kind else { return nil }
        return RunApproval(run: parts[0], step: stepText, person: parts[2], plan: plan, signature: value)
    }
}
