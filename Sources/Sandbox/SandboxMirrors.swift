package import Domain
package import Operations

/// The mirror workers of the sandbox, one beside each IDC's cluster, which copy into it.
package protocol SandboxMirrors: Sendable {
    /// Where the worker beside an IDC answers Connect's requests; the same for as long as the world lives.
    func address(beside idc: IDC) -> String

    /// Starts the worker beside an IDC.
    func open(beside idc: IDC) async throws(PortError)

    /// Ends the worker beside an IDC, as a process is killed.
    func kill(beside idc: IDC) async

    /// Makes the job that mirrors a topic one way, or makes it again as it was.
    func define(_ target: MirrorTarget) async throws(PortError)

    /// Makes a mirror go wrong, or right again with `nil`.
    func set(_ trouble: MirrorTrouble?, of target: MirrorTarget) async throws(PortError)

    func close() async
}

/// What can be wrong with one mirror.
package enum MirrorTrouble: Hashable, Sendable {
    /// RUNNING, and nothing moves.
    case stalled
    /// A few records a second.
    case slow
    case failed
}
