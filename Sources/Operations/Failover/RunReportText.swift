package import Domain

/// A run's report for people, as text, Markdown or a page of its own.
package struct RunReportText: Sendable {
    let report: RunReport
    let words: RunWords
    let offset: UTCOffset

    /// - Parameter offset: how far local time is ahead of UTC.
    package init(_ report: RunReport, _ words: RunWords, offset: UTCOffset = .utc) {
        self.report = report
        self.words = words
        self.offset = offset
    }

    /// What the report says, before anybody decides how it is written.
    struct Section {
        let title: String
        var facts: [(name: String, value: String)] = []
        var heading: [String] = []
        var rows: [[String]] = []
        /// Shown in red: what was waived.
        var isWarning = false
    }

    var title: String {
        let header = report.header
        return words.pick("Failover report", "페일오버 보고서") + " \(header.run)"
    }

    var sections: [Section] {
        [summary, stranded, timeline, groups, waivers, outside, unknowns].compactMap(\.self)
    }

    private func time(_ moment: WallTime?) -> String {
        moment.flatMap { Timestamp.rfc3339($0, offset) } ?? words.pick("not known", "알 수 없음")
    }

    private func duration(_ duration: Duration?) -> String {
        duration.map { value in
            let milliseconds = value.wholeMilliseconds
            return milliseconds < 60_000
                ? "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
                : "\(milliseconds / 60_000) min \(milliseconds / 1_000 % 60) s"
        } ?? words.pick("not known", "알 수 없음")
    }

    private func outcome(_ outcome: RunOutcome?) -> String {
        switch outcome {
        case .finished?: words.pick("finished", "완료")
        case .finishedWithout(let count)?:
            words.pick(
                "finished; \(Count(count, "group")) stayed where \(count == 1 ? "it was" : "they were")",
                "완료; \(count)개 그룹은 그대로 둠")
        case .aborted(let person, let reason)?:
            words.pick("aborted by \(person): \(reason)", "중단: \(person), \(reason)")
        case nil: words.pick("under way", "진행 중")
        }
    }

    private var summary: Section {
        let header = report.header
        let names = words.names
        var facts: [(String, String)] = [
            (words.pick("Outcome", "결과"), outcome(report.outcome)),
            (words.pick("Runbook", "런북"), "\(header.runbook), \(report.promise.rawValue)"),
            (words.pick("From and to", "방향"), "\(names[header.from]) → \(names[header.to])"),
            (words.pick("Driver", "운전자"), "\(header.driver), \(header.host)"),
            (words.pick("Reason", "사유"), header.reason),
            (words.pick("Declared", "선언"), time(report.declaredAt)),
        ]
        if let ended = report.endedAt { facts.append((words.pick("Ended", "종료"), time(ended))) }
        if !report.approvals.isEmpty {
            facts.append((words.pick("Approved by", "승인"), report.approvals.joined(separator: ", ")))
        }
        if !report.resumptions.isEmpty {
            facts.append((words.pick("Resumed by", "재개"), report.resumptions.joined(separator: "; ")))
        }
        facts.append(
            (
                words.pick("RPO: records the target never saw", "RPO: 도착 쪽이 받지 못한 레코드"),
                words.stranded(report.stranded, offset: offset)
            ))
        facts.append(
            (
                words.pick("RTO: declared to last group consuming", "RTO: 선언부터 마지막 그룹 소비까지"),
                duration(report.recovery)
            ))
        facts.append(
            (words.pick("Read twice, at most", "두 번 읽기, 최대"), words.count(report.readTwice)))
        facts.append(
            (
                words.pick("Journal", "저널"),
                "\(report.records) "
                    + words.pick("records, chain head ", "레코드, 체인 끝 ")
                    + RunDocument.hexadecimal(report.chainHead)
            ))
        return Section(title: words.pick("Summary", "요약"), facts: facts)
    }

    /// The recovery point by topic.
    private var stranded: Section? {
        guard let topics = report.stranded?.topics, !topics.isEmpty else { return nil }
        var section = Section(title: words.pick("Records the target never saw", "도착 쪽이 받지 못한 레코드"))
        section.heading = [words.pick("Topic", "토픽"), words.pick("Records", "레코드"), words.pick("Read", "읽은 시각")]
        section.rows = topics.map { [$0.topic, words.lag($0.lag), time($0.lag.readAt)] }
        return section
    }

    private var timeline: Section {
        var section = Section(title: words.pick("Timeline", "진행"))
        section.heading = [
            words.pick("Step", "단계"), words.pick("Began", "시작"), words.pick("Took", "소요"),
            words.pick("Status", "상태"), words.pick("Seen", "확인한 것"),
        ]
        section.rows = report.steps.map { step in
            [
                step.title, step.beganAt.map { time($0) } ?? "-", step.duration.map { duration($0) } ?? "-",
                status(step.status), step.evidence.map { words.text(of: $0) }.joined(separator: "; "),
            ]
        }
        return section
    }

    private func status(_ status: StepStatus) -> String {
        switch status {
        case .pending: words.pick("not begun", "시작 전")
        case .running: words.pick("running", "진행 중")
        case .waiting: words.pick("waiting for the driver", "운전자 대기")
        case .passed: words.pick("passed", "통과")
        case .failed(let reason): words.pick("failed: \(reason)", "실패: \(reason)")
        case .waived(let person, let reason): words.pick("waived by \(person): \(reason)", "면제 \(person): \(reason)")
        }
    }

    private var groups: Section? {
        guard !report.groups.isEmpty else { return nil }
        var section = Section(title: words.pick("Groups", "그룹"))
        section.heading = [
            words.pick("Group", "그룹"), words.pick("State", "상태"), words.pick("Method", "방법"),
            words.pick("Read twice", "두 번 읽기"), words.pick("Lag before", "이전 랙"),
            words.pick("Lag after", "이후 랙"), words.pick("Moved", "이동"), words.pick("Note", "비고"),
        ]
        section.rows = report.groups.map { group in
            let progress = group.progress
            let methods = Set((progress.decision?.positions ?? []).map(\.method)).sorted()
            return [
                group.group, stage(progress.stage), methods.joined(separator: ", "),
                words.count(progress.decision.flatMap(RunDocument.readTwice)), words.count(progress.decision?.lag),
                words.count(progress.lagAfter), progress.movedAt.map { time($0) } ?? "-", progress.reason ?? "",
            ]
        }
        return section
    }

    private func stage(_ stage: GroupProgress.Stage) -> String {
        switch stage {
        case .pending: words.pick("pending", "대기")
        case .ready: words.pick("ready", "준비됨")
        case .stopped: words.pick("stopped", "멈춤")
        case .written: words.pick("written", "기록됨")
        case .pointed: words.pick("pointed", "이름 전환됨")
        case .moved: words.pick("moved", "이동함")
        case .empty: words.pick("moved, without members", "이동함, 멤버 없음")
        case .blocked: words.pick("blocked", "막힘")
        case .leftOut: words.pick("left where it was", "그대로 둠")
        }
    }

    private var waivers: Section? {
        guard !report.waivers.isEmpty else { return nil }
        var section = Section(title: words.pick("Waived", "면제"), isWarning: true)
        section.heading = [words.pick("What", "대상"), words.pick("By", "누가"), words.pick("Reason", "사유")]
        section.rows = report.waivers.map { [$0.subject, $0.by, $0.reason] }
        return section
    }

    private var outside: Section? {
        guard !report.commands.isEmpty else { return nil }
        var section = Section(title: words.pick("Commands", "실행한 명령"))
        section.heading = [words.pick("Command", "명령"), words.pick("Status", "상태")]
        section.rows = report.commands.map { [$0.line, words.count($0.status.map { Int64($0) })] }
        return section
    }

    private var unknowns: Section? {
        guard !report.unknowns.isEmpty else { return nil }
        var section = Section(title: words.pick("Not known, failed or forbidden", "알 수 없음, 실패, 금지"))
        section.heading = [words.pick("What", "내용")]
        section.rows = report.unknowns.map { [$0] }
        return section
    }
}
