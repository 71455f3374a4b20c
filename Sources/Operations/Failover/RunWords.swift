package import Domain

/// What is said of a run to people, in one language.
package struct RunWords: Sendable {
    package let language: Language
    /// What people call the two IDCs.
    package let names: PerIDC<String>

    package init(_ language: Language, names: PerIDC<String> = PerIDC { $0.rawValue }) {
        self.language = language
        self.names = names
    }

    /// For documents that programs read.
    static let english = RunWords(.english)

    /// The text in the language of these words.
    func pick(_ english: String, _ korean: String) -> String {
        switch language {
        case .english: english
        case .korean: korean
        }
    }

    package func count(_ count: Int64?) -> String { count.map { "\($0)" } ?? pick("not known", "알 수 없음") }

    package func count(_ count: Int) -> String { self.count(Int64(count)) }

    /// `41 (9 ms)`; `about 41`, `at most 41` where that is all that is known, and of when it is where it is not of now.
    func stranded(_ stranded: StrandedRecords?, offset: UTCOffset = .utc) -> String {
        guard let stranded else { return count(Int64?.none) }
        let total = stranded.total
        guard !stranded.isCurrent, let readAt = Timestamp.rfc3339(total.readAt, offset) else { return lag(total) }
        return lag(total) + pick(", as last read at \(readAt)", ", 마지막으로 읽은 시각 \(readAt)")
    }

    func lag(_ lag: ReplicationLag) -> String {
        let age = lag.age.map { " (\($0.wholeMilliseconds) ms)" } ?? ""
        switch lag.precision {
        case .exact: return "\(lag.records)\(age)"
        case .estimated: return pick("about ", "약 ") + "\(lag.records)\(age)"
        case .atMost: return pick("at most ", "최대 ") + "\(lag.records)\(age)"
        }
    }

    package func text(of evidence: Evidence) -> String {
        switch evidence {
        case .leaseHeld(let sides):
            pick("the lease is held on ", "운전 권한 확보: ") + sides.map { names[$0] }.joined(separator: ", ")
        case .leaseNotTaken(let idc, let reason):
            pick("no lease on \(names[idc]): \(reason)", "\(names[idc])에서 운전 권한 없음: \(reason)")
        case .approved(let person): pick("approved by \(person)", "승인: \(person)")
        case .readings(let kept, let missing):
            missing.isEmpty
                ? pick("\(kept) readings kept", "측정값 \(kept)건 보관")
                : pick(
                    "\(kept) readings kept; not read: \(missing.joined(separator: "; "))",
                    "측정값 \(kept)건 보관; 읽지 못함: \(missing.joined(separator: "; "))")
        case .finding(let finding): "\(finding.check.rawValue): \(word(finding.verdict)), \(finding.detail)"
        case .split(let split): pick("the split reads \(split)", "설정된 비율 \(split)")
        case .measured(let perMille, let sourceGrows): measured(perMille, sourceGrows)
        case .mirrors(let done, let notReached):
            notReached.isEmpty
                ? pick("\(Count(done, "mirror"))", "미러 \(done)개")
                : pick(
                    "\(Count(done, "mirror")); not reached: \(notReached.joined(separator: "; "))",
                    "미러 \(done)개; 닿지 않음: \(notReached.joined(separator: "; "))")
        case .left(let records): pick("records left: \(count(records))", "남은 레코드: \(count(records))")
        case .fenced(let groups):
            pick("no members of \(Count(groups, "group")) on the source", "출발 쪽에 \(groups)개 그룹의 멤버 없음")
        case .notFenced(let group, let members):
            members.map { pick("\(group): \(Count($0, "member"))", "\(group): 멤버 \($0)명") }
                ?? pick("\(group): cannot be asked", "\(group): 물어볼 수 없음")
        case .decided(let exact, let bounded, let held, let readTwice):
            pick(
                "exact \(exact), bounded \(bounded) (at most \(readTwice) records twice), held \(held)",
                "정확 \(exact), 상한 있음 \(bounded) (두 번 읽기 최대 \(readTwice)건), 보류 \(held)")
        case .written(let groups):
            pick("offsets of \(Count(groups, "group")) written and read back", "\(groups)개 그룹의 오프셋 기록·확인")
        case .pointed(let endpoint, let idc):
            pick("\(endpoint) points to \(names[idc])", "\(endpoint) → \(names[idc])")
        case .empty(let groups):
            pick("\(Count(groups, "group")) without members, as before", "멤버 없는 그룹 \(groups)개, 이전과 같음")
        case .moved(let groups):
            pick(
                "\(Count(groups, "group")) \(groups == 1 ? "consumes" : "consume") on the target",
                "\(groups)개 그룹이 도착 쪽에서 소비 중")
        case .stillThere(let group, let clients):
            pick("\(group) is still on the source: ", "\(group) 아직 출발 쪽: ") + clients.joined(separator: ", ")
        case .ended(let status, let output):
            pick("ended with \(status)", "종료 상태 \(status)") + (output.isEmpty ? "" : ": \(output)")
        case .typed(let text, let person): "\(person): \(text)"
        case .failed(let reason): pick("failed: \(reason)", "실패: \(reason)")
        case .report(let path, let hash): pick("report \(path), SHA-256 \(hash)", "보고서 \(path), SHA-256 \(hash)")
        case .resumed(let person, let host): pick("resumed by \(person) on \(host)", "재개: \(person), \(host)")
        }
    }

    private func measured(_ perMille: Int?, _ sourceGrows: Bool?) -> String {
        let share = perMille.map { "\($0 / 10).\($0 % 10) %" } ?? pick("not measurable", "측정 불가")
        let source =
            sourceGrows.map { $0 ? pick("still produced to", "아직 생산됨") : pick("no longer produced to", "생산 멈춤") }
            ?? pick("not readable", "읽을 수 없음")
        return pick("the target produces \(share); the source is \(source)", "도착 쪽 생산 \(share); 출발 쪽 \(source)")
    }

    package func word(_ verdict: GateFinding.Verdict) -> String {
        switch verdict {
        case .green: pick("green", "정상")
        case .red: pick("red", "이상")
        case .unknown: pick("not known", "알 수 없음")
        }
    }
}
