import Cells
import Commands
import Configuration
import Domain
import Operations

/// The commands that read the clusters once and print what they saw.
struct ReportCommand {
    private let settings: Settings
    private let options: GlobalOptions
    private let report: ReportOptions

    init(_ settings: Settings, _ options: GlobalOptions, _ report: ReportOptions) {
        self.settings = settings
        self.options = options
        self.report = report
    }

    /// What one reading came to.
    private enum Outcome {
        case printed(String, ExitCode)
        /// Nothing to print; the message says what was looked for.
        case notFound(String)
    }

    func overview() -> ExitCode {
        // It has a place of its own for what could not be read.
        print(tellsProblems: false) { snapshot, document, text in
            .printed(
                ReportText.written(document.overview, as: report.output, text: text.overview),
                ExitCode(snapshot.overall))
        }
    }

    func mirrors(_ selection: MirrorSelection) -> ExitCode {
        print { snapshot, document, text in
            let unmatched = selection.withoutMatch(in: snapshot.mirrors)
            if !unmatched.isEmpty, snapshot.hasReadTopics {
                return .notFound("no mirror matches \(Self.quoted(unmatched))")
            }
            let targets = Set(selection.targets(in: snapshot.mirrors))
            let states = snapshot.mirrors.flatMap { row in
                IDC.allCases.map { row.flows[$0] }
                    .filter { targets.contains(MirrorTarget(topic: row.topic, flow: $0.flow)) }.map(\.state)
            }
            return .printed(
                ReportText.written(
                    document.mirrors { targets.contains($0) }, as: report.output,
                    text: text.mirrors { targets.contains($0) }),
                snapshot.hasReadTopics ? ExitCode(states) : .unknown)
        }
    }

    func mirror(_ name: String) -> ExitCode {
        print { snapshot, document, text in
            // A connector's name stands for its topic.
            let row = snapshot.mirrors.first { row in
                row.topic == name || IDC.allCases.contains { row.flows[$0].connectors.contains(name) }
            }
            guard let row, let node = document.mirror(row.topic), let words = text.mirror(row.topic) else {
                return .notFound(
                    Self.missing(name, "topic or mirror", among: snapshot.mirrors.map(\.topic), snapshot.hasReadTopics))
            }
            return .printed(
                ReportText.written(node, as: report.output, text: words),
                ExitCode(IDC.allCases.map { row.flows[$0].state }))
        }
    }

    func groups(_ selection: GroupSelection) -> ExitCode {
        print { snapshot, document, text in
            let chosen = snapshot.groups.filter { selection.selects($0.id) }
            if chosen.isEmpty, !selection.names.isEmpty, snapshot.hasReadGroups {
                return .notFound("no group matches \(Self.quoted(selection.names))")
            }
            return .printed(
                ReportText.written(
                    document.groups { selection.selects($0) }, as: report.output,
                    text: text.groups { selection.selects($0) }),
                snapshot.hasReadGroups ? ExitCode(chosen) : .unknown)
        }
    }

    func group(_ id: String) -> ExitCode {
        print { snapshot, document, text in
            guard let node = document.group(id), let words = text.group(id) else {
                return .notFound(Self.missing(id, "group", among: snapshot.groups.map(\.id), snapshot.hasReadGroups))
            }
            return .printed(
                ReportText.written(node, as: report.output, text: words),
                snapshot.hasReadGroups ? ExitCode(snapshot.groups.filter { $0.id == id }) : .unknown)
        }
    }

    func traffic() -> ExitCode {
        print { snapshot, document, text in
            let isKnown =
                snapshot.traffic.measured.current != nil
                && (snapshot.traffic.configured.current != nil || snapshot.traffic.source == "none")
            return .printed(
                ReportText.written(document.overview["traffic"] ?? .null, as: report.output, text: text.traffic),
                isKnown ? .success : .unknown)
        }
    }

    // MARK: One reading

    private func print(
        tellsProblems: Bool = true, _ outcome: (Snapshot, StatusDocument, StatusText) -> Outcome
    ) -> ExitCode {
        do throws(SettingsError) {
            let snapshot = try OneReading.snapshot(of: settings, options, within: report.timeout)
            let offset = UTCOffset(minutes: Int(WallClock.utcOffset(at: snapshot.at).components.seconds / 60))
            let text = StatusText(snapshot, offset: offset, width: { TextWidth.of($0) })
            switch outcome(snapshot, StatusDocument(snapshot, offset: offset), text) {
            case .printed(let words, let code):
                Standard.output(words)
                // What is not listed may be there all the same.
                if tellsProblems, code == .unknown { tellProblems(of: snapshot) }
                return code
            case .notFound(let message):
                tellProblems(of: snapshot)
                Standard.error("bascule: \(message)")
                return snapshot.problems.isEmpty ? .critical : .unknown
            }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    private func tellProblems(of snapshot: Snapshot) {
        for problem in snapshot.problems {
            Standard.error("bascule: \(problem.source) could not be read: \(problem.because.detail)")
        }
    }

    private static func quoted(_ globs: [Glob]) -> String {
        globs.map { Spelling.quoted($0.pattern) }.joined(separator: ", ")
    }

    private static func missing(_ name: String, _ kind: String, among known: [String], _ isRead: Bool) -> String {
        guard isRead else { return "whether there is a \(kind) \(Spelling.quoted(name)) is not known: see above" }
        let hint = Spelling.nearest(to: name, among: known).map { "; did you mean \(Spelling.quoted($0))?" } ?? ""
        return "there is no \(kind) \(Spelling.quoted(name))\(hint)"
    }
}

extension Snapshot {
    /// Whether the topics of both sides have been read: only then "no such topic" may be said.
    var hasReadTopics: Bool { IDC.allCases.allSatisfy { clusters[$0].metadata.current != nil } }

    /// As ``hasReadTopics``, for consumer groups.
    var hasReadGroups: Bool { IDC.allCases.allSatisfy { clusters[$0].groups.current != nil } }

    /// That nothing was found says nothing where not everything was read.
    func notKnown(_ what: String) -> Refusal {
        let problems = problems.map { "\($0.source): \($0.because.detail)" }.joined(separator: "; ")
        return Refusal(
            .unknownObject, "Whether \(what) is not known\(problems.isEmpty ? "." : ": \(problems)")")
    }
}

extension ExitCode {
    init(_ health: OverallHealth) {
        switch health {
        case .ok: self = .success
        case .warning: self = .warning
        case .critical: self = .critical
        case .unknown: self = .unknown
        }
    }

    /// The worst of the states; a state that is not known ranks above a warning.
    init(_ states: [Reading<MirrorState>]) {
        if states.contains(where: { $0.current?.severity == .critical }) {
            self = .critical
        } else if states.contains(where: { $0.current == nil }) {
            self = .unknown
        } else {
            self = states.contains { $0.current?.severity == .warning } ? .warning : .success
        }
    }

    /// Split consumption is critical; a group that stands still or falls behind is a warning.
    init(_ rows: [GroupRow]) {
        if rows.contains(where: { $0.side == .both }) {
            self = .critical
        } else if rows.contains(where: { $0.side == .unknown || $0.lag == nil || $0.lag?.isPartial == true }) {
            self = .unknown
        } else {
            let worrying: [LagVerdict] = [.stalled, .rewound, .fallingBehind, .stopped]
            self = rows.contains { $0.verdict.map(worrying.contains) ?? false } ? .warning : .success
        }
    }
}
