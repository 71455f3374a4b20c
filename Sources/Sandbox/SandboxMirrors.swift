package import Domain
package import Operations

/// The mirror workers of the sandbox, one beside each IDC's cluster, which copy into it.
package protocol SandboxMirrors: Sendable {
    /// Works until the task is cancelled; workers run while this does.
    func live() async

    /// Where the worker beside an IDC answers Connect's requests; the same for as long as the world lives.
    func address(beside idc: IDC) -> String

    /// Starts the worker beside an IDC.
    func open(beside idc: IDC) async throws(PortError)

    /// Ends the worker beside an IDC.
    func kill(beside idc: IDC) async

    /// Makes the job that mirrors a topic one way, or makes it anew with these settings.
    func define(_ target: MirrorTarget, _ settings: MirrorJobSettings) async throws(PortError)

    func close() async
}

/// What the sandbox sets of one mirror's job.
package struct MirrorJobSettings: Hashable, Sendable {
    /// `nil`: as fast as it can.
    package var bytesPerSecond: Int?

    package init(bytesPerSecond: Int? = nil) {
        self.bytesPerSecond = bytesPerSecond
    }
}
