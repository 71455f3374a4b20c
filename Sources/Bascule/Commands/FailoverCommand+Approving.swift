import Commands
import Configuration
import Digests
import Domain
import KafkaAdapter
import Operations

/// `bascule failover approve`: a second person's signature, sent to the journals of both clusters.
extension FailoverCommand {
    func approve(_ run: String, confirmation: String?) -> ExitCode {
        guard let context = writableContext() else { return refusal }
        guard let path = context.failover.keyPath else {
            Standard.error("bascule: there is no key to sign with: set `failover.key` in the configuration")
            return .configuration
        }
        do throws(SettingsError) {
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let reading = try ReadingSide(context, log: log)
            return Background.run {
                let code: ExitCode
                do throws(PortError) {
                    code = try await Self.approve(
                        run, confirmation, context, reading, key: try SignedApprovals.privateKey(path), log)
                } catch {
                    Standard.error("bascule: \(error.operation): \(error.detail)")
                    code = .critical
                }
                await reading.close()
                return code
            }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    private static func approve(
        _ run: String, _ confirmation: String?, _ context: ContextSettings, _ reading: ReadingSide,
        key: Ed25519.PrivateKey, _ log: ProgramLog
    ) async throws(PortError) -> ExitCode {
        guard let person = try SignedApprovals.people(context.failover).first(where: { $0.key == key.publicKey })
        else {
            Standard.error("bascule: the key of `failover.key` belongs to nobody under `failover.approvers`")
            return .configuration
        }
        var found: (header: RunHeader, plan: [UInt8])?
        for idc in IDC.allCases {
            do throws(PortError) {
                let records = try await reading.runJournals[idc].records(of: run)
                if found == nil { found = try declaration(records, run) }
            } catch {
                Standard.error("\(context.idcs[idc].name): \(error.detail)")
            }
        }
        guard let (header, plan) = found else {
            Standard.error("bascule: neither cluster's journal has the run \(Spelling.quoted(run))")
            return .critical
        }
        let runbook: Runbook
        switch RunbookFile.journalled(header.runbookText) {
        case .success(let read): runbook = read
        case .failure(let problem): throw PortError(.malformed, operation: "runbook", detail: problem.text)
        }
        guard let step = runbook.steps.first?.id, header.driver != person.name else {
            Standard.error("bascule: \(person.name) drives this run, and somebody else has to approve it")
            return .critical
        }
        let target = context.idcs[header.to].name
        Standard.error("\(run): \(header.runbook), \(context.idcs[header.from].name) to \(target)")
        Standard.error("driven by \(header.driver) on \(header.host): \(header.reason)")
        Standard.error(
            "\(Count(header.endpoints.reduce(0) { $0 + $1.groups.count }, "group")); you sign as \(person.name)")
        var typed = confirmation
        if typed == nil {
            Standard.error("Type the name of the side that takes over, \(target):")
            typed = Standard.line()
        }
        guard typed == target else {
            Standard.error("bascule: not confirmed, nothing was signed")
            return .critical
        }
        guard let signature = key.signature(of: RunApproval.message(run: run, step: step, plan: plan)) else {
            Standard.error("bascule: libcrypto refuses to sign")
            return .critical
        }
        let approval = RunApproval(run: run, step: step, person: person.name, plan: plan, signature: signature)
        return await send(approval, context, log)
    }

    /// What was declared, of a chain that holds.
    private static func declaration(
        _ records: [RunRecord], _ run: String
    ) throws(PortError) -> (header: RunHeader, plan: [UInt8])? {
        guard let first = records.first else { return nil }
        if let flaw = RunChain.flaw(in: records, of: run, digest: ChainDigest.sha256) {
            throw PortError(.malformed, operation: "journal", detail: "the journal of \(run) is not sound: \(flaw)")
        }
        guard let entry = try? JournalEntry(bytes: first.bytes), case .begun(let header) = entry.event else {
            throw PortError(.malformed, operation: "journal", detail: "the journal of \(run) cannot be read")
        }
        return (header, first.hash)
    }

    /// To every side that answers; one is enough.
    private static func send(
        _ approval: RunApproval, _ context: ContextSettings, _ log: ProgramLog
    ) async -> ExitCode {
        var sent: [String] = []
        for idc in IDC.allCases {
            do throws(PortError) {
                try await ApprovalSender(
                    context.kafka(idc, clientID: "bascule"), log: { log.write("librdkafka: \($0)") }
                ).send(approval)
                sent.append(context.idcs[idc].name)
            } catch {
                Standard.error("\(context.idcs[idc].name): \(error.detail)")
            }
        }
        guard !sent.isEmpty else {
            Standard.error("bascule: the approval reached neither cluster")
            return .critical
        }
        Standard.error("approved \(approval.run) as \(approval.person): \(sent.joined(separator: ", "))")
        return .success
    }
}
