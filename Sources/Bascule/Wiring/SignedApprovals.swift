import Configuration
import Digests
import Domain
import KafkaAdapter
import Operations

/// Approvals as the journals' topics of both clusters have them, of people whose keys stand in the configuration.
struct SignedApprovals: ApprovalReading {
    private let people: [(name: String, key: Ed25519.PublicKey)]
    /// The driver's own, which is not accepted; `nil`: none is configured here.
    private let ownKey: Ed25519.PublicKey?
    private let readers: PerIDC<KafkaRunJournalReader>

    /// - Throws: what is wrong with a key.
    init(_ failover: FailoverSettings, _ readers: PerIDC<KafkaRunJournalReader>) throws(PortError) {
        self.readers = readers
        people = try Self.people(failover)
        ownKey = try failover.keyPath.map { (path) throws(PortError) in try Self.privateKey(path).publicKey }
    }

    static func people(_ failover: FailoverSettings) throws(PortError) -> [(name: String, key: Ed25519.PublicKey)] {
        try failover.approvers.map { (approver) throws(PortError) in
            do throws(Ed25519.KeyRefused) {
                return (approver.name, try Ed25519.PublicKey(approver.publicKey))
            } catch {
                throw PortError(
                    .failed, operation: "approvers", detail: "the key of \(approver.name): \(error.description)")
            }
        }
    }

    static func privateKey(_ path: String) throws(PortError) -> Ed25519.PrivateKey {
        do throws(Ed25519.KeyRefused) {
            return try Ed25519.PrivateKey.read(from: path)
        } catch {
            throw PortError(.refused, operation: "read the key", detail: error.description)
        }
    }

    /// - Throws: where neither side can be read.
    func approvals(of run: String, step: String) async throws(PortError) -> [String] {
        var genuine: Set<String> = []
        var failure: PortError?
        var areRead = false
        for idc in IDC.allCases {
            do throws(PortError) {
                guard let plan = try await readers[idc].records(of: run).first?.hash else { continue }
                let message = RunApproval.message(run: run, step: step, plan: plan)
                for approval in try await readers[idc].approvals(of: run)
                where approval.step == step && approval.plan == plan {
                    guard let person = people.first(where: { $0.name == approval.person }), person.key != ownKey,
                        person.key.isSignature(approval.signature, of: message)
                    else { continue }
                    genuine.insert(person.name)
                }
                areRead = true
            } catch {
                failure = error
            }
        }
        if let failure, !areRead { throw failure }
        return genuine.sorted()
    }
}
