import Cells
import Domain

extension RunWords {
    /// One thing that was seen, and how it looks.
    func evidence(_ evidence: Evidence) -> (text: String, role: Role) {
        switch evidence {
        case .leaseHeld(let sides):
            return (say("lease held on \(list(sides))", "\(list(sides))에서 운전 권한 확보"), .ok)
        case .leaseNotTaken(let side, let reason):
            return (say("no lease on \(names[side]): \(reason)", "\(names[side]) 운전 권한 없음: \(reason)"), .warning)
        case .approved(let by): return (say("approved by \(by)", "\(by) 승인"), .ok)
        case .readings(let kept, let missing):
            let text = say("\(kept) readings kept", "읽은 값 \(kept)건 기록")
            guard !missing.isEmpty else { return (text, .ok) }
            return (text + say("; not known: ", "; 알 수 없음: ") + missing.joined(separator: ", "), .unknown)
        case .finding(let finding):
            let role: Role =
                switch finding.verdict {
                case .green: .ok
                case .red: .critical
                case .unknown: .unknown
                }
            return ("\(check(finding.check)) \(verdict(finding.verdict)): \(finding.detail)", role)
        case .split(let split):
            return (say("split set to \(split) and read back", "비율 \(split) 설정, 다시 읽어 확인"), .ok)
        case .measured(let perMille, let sourceGrows):
            return measured(perMille, sourceGrows)
        case .mirrors(let done, let notReached):
            let text = say("\(Count(done, "mirror")) done", "미러 \(done)개 완료")
            guard !notReached.isEmpty else { return (text, .ok) }
            return (
                text + say("; not reached: ", "; 응답 없음: ") + Self.list(notReached, atMost: 8), .unknown
            )
        case .left(let records):
            return (
                say("\(count(records)) records left", "남은 레코드 \(count(records))건"), records == nil ? .unknown : .text
            )
        case .fenced(let groups):
            return (say("no members of \(self.groups(groups)) there", "\(self.groups(groups))에 멤버 없음"), .ok)
        case .notFenced(let group, let members):
            let seen = members.map { say("\(Count($0, "member"))", "멤버 \($0)") } ?? say("cannot be asked", "물을 수 없음")
            return ("\(group): \(seen)", members == nil ? .unknown : .critical)
        case .decided(let exact, let bounded, let held, let twice):
            return (
                say(
                    "\(exact) exact, \(bounded) with at most \(count(twice)) read twice, \(held) held",
                    "정확 \(exact), 최대 \(count(twice))건 중복 \(bounded), 보류 \(held)"), held > 0 ? .warning : .ok
            )
        case .written(let groups):
            return (say("offsets of \(self.groups(groups)) written", "\(self.groups(groups))의 오프셋 기록"), .ok)
        case .pointed(let endpoint, let side):
            return (say("\(endpoint) points to \(names[side])", "\(endpoint) → \(names[side])"), .ok)
        case .moved(let groups):
            return (
                say("seen to consume on the other side: \(self.groups(groups))", "\(self.groups(groups)) 반대쪽에서 소비 확인"),
                .ok
            )
        case .empty(let groups):
            return (
                say(
                    "without members, as before: \(self.groups(groups))", "이전처럼 멤버 없음: \(self.groups(groups))"),
                .text
            )
        case .stillThere(let group, let clients):
            let who = clients.isEmpty ? Figures.unknown : Self.list(clients, atMost: 8)
            return (say("\(group) is still there: \(who)", "\(group) 아직 남아 있음: \(who)"), .critical)
        case .ended(let status, let output):
            let last = output.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
            return (say("ended with status \(status)\(last)", "종료 상태 \(status)\(last)"), status == 0 ? .ok : .critical)
        case .typed(let text, let by): return ("\(by): \"\(text)\"", .text)
        case .failed(let reason): return (say("failed: \(reason)", "실패: \(reason)"), .critical)
        case .report(let path, let hash):
            return (say("report \(path), SHA-256 \(hash.prefix(12))", "보고서 \(path), SHA-256 \(hash.prefix(12))"), .ok)
        case .resumed(let by, let host):
            return (say("taken up by \(by) on \(host)", "\(by)이(가) \(host)에서 이어받음"), .warning)
        }
    }

    private func measured(_ perMille: Int?, _ sourceGrows: Bool?) -> (String, Role) {
        let share = Self.percent(perMille)
        let source =
            switch sourceGrows {
            case true?: say("the source still grows", "원본이 아직 증가함")
            case false?: say("the source no longer grows", "원본 증가 멈춤")
            case nil: say("whether the source grows is not known", "원본 증가 여부는 알 수 없음")
            }
        return (
            say("measured \(share) of the rate of before; \(source)", "이전 대비 \(share) 측정; \(source)"),
            perMille == nil ? .unknown : .text
        )
    }

    /// `? %` where it is not known.
    static func percent(_ perMille: Int?) -> String {
        guard let perMille else { return "\(Figures.unknown) %" }
        return "\(Figures.decimal(Double(perMille) / 10, places: 1)) %"
    }

    private func list(_ sides: [IDC]) -> String { sides.map { names[$0] }.joined(separator: ", ") }
}
