import Domain
import Operations

extension RuntimeSocket {
    /// HAProxy answers an accepted command with an empty line, anything else is its complaint.
    func checkAcceptance(of command: String, setting what: String, _ reply: String) throws(PortError) {
        let said = reply.plainText
        let words = said.lowercased()
        if said.isEmpty { return }
        if words.hasPrefix("permission denied") {
            throw error(.refused, command, "\"\(said)\"; the stats socket needs `level admin`")
        }
        if words.hasPrefix("no such") {
            throw error(.notFound, command, "\"\(said)\"")
        }
        if words.hasPrefix("unknown command") {
            throw error(.unsupported, command, "it does not know this command")
        }
        throw error(.failed, command, "\(what) was not accepted: \"\(said)\"")
    }
}
