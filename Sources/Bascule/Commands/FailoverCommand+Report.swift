import Commands
import Configuration
import Domain
import HistoryStore
import KafkaAdapter
import Operations

/// `bascule failover report`: what a run did, from the copies of its journal that can be read.
extension FailoverCommand {
    private typealias Copy = (name: String, records: Result<[RunRecord], PortError>)

    func report(
        _ run: String, _ format: ReportFormat, _ language: Language, isVerified: Bool
    ) -> ExitCode {
        var copies = copyOfThisHost(of: run)
        // Another host may have driven it.
        if isVerified || !copies.contains(where: Self.hasRecords) {
            do throws(SettingsError) {
                copies += try copiesOfClusters(of: run)
            } catch {
                guard copies.contains(where: Self.hasRecords) else {
                    Standard.error(error.text)
                    return .configuration
                }
                Standard.error("\(error.text)\nbascule: only this host's copy is looked at")
            }
        }
        let compared = JournalCopies.compare(copies, of: run, digest: ChainDigest.sha256)
        if !compared.copies.contains(where: { if case .faulty = $0.finding { true } else { false } }),
            compared.records.isEmpty
        {
            return missing(run, copies)
        }
        if isVerified || !compared.isProven {
            for copy in compared.copies { Standard.error("\(copy.name): \(Self.words(copy.finding, compared))") }
        }
        guard compared.isProven else {
            Standard.error("bascule: the journal of \(run) is not sound, so nothing is told of it")
            return .critical
        }
        switch Self.reading(compared.records) {
        case .failure(let problem):
            Standard.error("bascule: the journal of \(run) cannot be followed: \(problem.text)")
            return .critical
        case .success(let report):
            print(report, format, language)
            return .success
        }
    }

    private func print(_ report: RunReport, _ format: ReportFormat, _ language: Language) {
        let text = RunReportText(
            report, RunWords(language, names: names),
            offset: UTCOffset(minutes: Int(WallClock.utcOffset(at: report.declaredAt).components.seconds / 60)))
        switch format {
        case .text: Standard.output(text.plain)
        case .md: Standard.output(text.markdown)
        case .html: Standard.output(text.page)
        case .json: Standard.output(JSONText.written(RunDocument.node(of: report)))
        }
    }

    /// The IDCs' names of the configuration, which may not have the pair that the run was about.
    private var names: PerIDC<String> {
        do throws(SettingsError) {
            return try settings.context(named: options.context).idcs.map(\.name)
        } catch {
            return PerIDC { $0.rawValue }
        }
    }

    // MARK: Copies

    private static func hasRecords(_ copy: Copy) -> Bool {
        if case .success(let records) = copy.records { !records.isEmpty } else { false }
    }

    /// None where no journal is kept here.
    private func copyOfThisHost(of run: String) -> [Copy] {
        guard let journal else { return [] }
        return Background.run {
            do throws(PortError) {
                return [("this host", .success(try await journal.records(of: run)))]
            } catch {
                return [("this host", .failure(error))]
            }
        }
    }

    private func copiesOfClusters(of run: String) throws(SettingsError) -> [Copy] {
        let context = try settings.context(named: options.context)
        let log = ProgramLog(path: options.logPath ?? settings.logPath)
        let reading = try ReadingSide(context, log: log)
        return Background.run {
            var copies: [Copy] = []
            for idc in IDC.allCases {
                do throws(PortError) {
                    copies.append(
                        (context.idcs[idc].name, .success(try await reading.runJournals[idc].records(of: run))))
                } catch {
                    copies.append((context.idcs[idc].name, .failure(error)))
                }
            }
            await reading.close()
            return copies
        }
    }

    /// Nobody has the run, or nobody who has it could be asked.
    private func missing(_ run: String, _ copies: [Copy]) -> ExitCode {
        var isUnread = copies.isEmpty
        for copy in copies {
            guard case .failure(let error) = copy.records else { continue }
            Standard.error("bascule: \(copy.name): \(error.operation): \(error.detail)")
            isUnread = true
        }
        guard isUnread else {
            Standard.error("bascule: there is no run \(Spelling.quoted(run)): see bascule failover status")
            return .usage
        }
        return copies.isEmpty ? noJournal() : .unknown
    }

    private static func words(_ finding: JournalCopies.Copy.Finding, _ compared: JournalCopies.Comparison) -> String {
        switch finding {
        case .whole: "\(Count(compared.records.count, "record")), one unbroken chain"
        case .behind(let from): "one unbroken chain up to record \(from - 1) of \(compared.records.count)"
        case .differs(let from):
            "another story from record \(from) on than \(compared.reference ?? "the longest copy") tells"
        case .faulty(let flaw): "not sound: \(flaw)"
        case .unread(let error): "not read: \(error.operation): \(error.detail)"
        }
    }
}
