internal import Domain

/// Somebody's signed consent to one step of a run as it was declared.
package struct RunApproval: Hashable, Sendable {
    package let run: String
    package let step: String
    package let person: String
    /// The hash of the run's first record: its groups, its direction, its reason and the runbook are in it.
    package let plan: [UInt8]
    /// Ed25519 over ``message(run:step:plan:)``.
    package let signature: [UInt8]

    package init(run: String, step: String, person: String, plan: [UInt8], signature: [UInt8]) {
        self.run = run
        self.step = step
        self.person = person
        self.plan = plan
        self.signature = signature
    }

    /// What is signed.
    package static func message(run: String, step: String, plan: [UInt8]) -> [UInt8] {
        Array("bascule approval\n\(run)\n\(step)\n\(RunDocument.hexadecimal(plan))\n".utf8)
    }
}
