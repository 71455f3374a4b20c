import Cells
import Domain

extension RunWords {
    /// What the driver is asked, in a sentence or two.
    func question(_ question: DriverQuestion, in run: RunView) -> String {
        let source = names[run.from]
        let target = names[run.to]
        switch question {
        case .beginStep:
            return say(
                "This step changes something, and begins when you say so.", "이 단계는 실제로 변경을 일으킵니다. 진행하라고 답하면 시작합니다.")
        case .beginWave(let number):
            return waveQuestion(number, run)
        case .leaseTaken(let holder):
            return say("Somebody else drives: \(holder). Talk to them first.", "다른 사람이 운전 중입니다: \(holder). 먼저 연락하십시오.")
        case .approvalMissing(let have, let need):
            return say(
                "\(have) of \(need) approvals are there. Somebody else signs with: bascule failover approve \(run.run)",
                "승인 \(need)건 중 \(have)건이 있습니다. 다른 사람이 서명합니다: bascule failover approve \(run.run)")
        case .gateNotGreen(let checks):
            let list = checks.map(check).joined(separator: ", ")
            let next = checks.first.map(check) ?? ""
            return say(
                "Not green: \(list). A waiver is for one check; the next is for \(next).",
                "정상이 아님: \(list). 면제는 한 항목씩이며, 다음은 \(next)입니다.")
        case .trafficNotSeen:
            return say(
                "\(target) is not seen to take the traffic.", "\(target)(으)로 트래픽이 옮겨간 것이 보이지 않습니다.")
        case .notFenced(let groups, let areSeen):
            return areSeen
                ? say(
                    "Members are on \(source), of \(self.groups(groups)). Two sides would consume.",
                    "그룹 \(groups)개가 아직 \(source)에서 소비 중입니다. 이대로면 양쪽이 동시에 소비합니다.")
                : say(
                    "\(source) cannot be asked about \(self.groups(groups)). How do you know that their consumers are stopped?",
                    "\(source)에 그룹 \(groups)개의 상태를 물을 수 없습니다. 컨슈머가 멈춘 것을 어떻게 아십니까?")
        case .groupsHeld(let groups):
            return say(
                "Nothing is proven for \(self.groups(groups.count)): \(Self.list(groups)).",
                "그룹 \(groups.count)개는 위치가 증명되지 않았습니다: \(Self.list(groups)).")
        case .lateTail(let records):
            return say(
                "\(count(records)) records of \(target) were never seen by \(source). Going on lets them through, late.",
                "\(target)의 레코드 \(count(records))건은 \(source)에 도착한 적이 없습니다. 계속하면 늦게 전달됩니다.")
        case .groupsNotMoved(let groups):
            return say(
                "Not seen to consume on \(target): \(Self.list(groups)).",
                "그룹 \(groups.count)개가 \(target)에서 소비하는 것이 보이지 않습니다: \(Self.list(groups)).")
        case .written(let text):
            return text
        case .actionFailed(let reason, let isOutcomeKnown):
            return isOutcomeKnown
                ? say("It failed, and nothing was done: \(reason)", "실패했고, 바뀐 것은 없습니다: \(reason)")
                : say(
                    "It failed, and nobody knows whether it was done: \(reason)", "실패했고, 실행되었는지 알 수 없습니다: \(reason)")
        case .forbidden(let interlock, let detail):
            return say("Not allowed (\(interlock.rawValue)): \(detail)", "허용되지 않음 (\(interlock.rawValue)): \(detail)")
        }
    }

    private func waveQuestion(_ number: Int, _ run: RunView) -> String {
        let wave = run.waves.first { $0.number == number }
        let count = wave.map { "\($0.groups)" } ?? Figures.unknown
        let names = wave.map { Self.list($0.endpoints) } ?? Figures.unknown
        return say(
            "Wave \(number + 1) of \(run.waves.count) moves \(wave.map { groups($0.groups) } ?? "? groups"): \(names).",
            "웨이브 \(number + 1)/\(run.waves.count): 그룹 \(count)개를 옮깁니다: \(names).")
    }

    /// The first few, and how many more there are.
    static func list(_ items: [String], atMost limit: Int = 4) -> String {
        let shown = items.prefix(limit).map { CleanText($0).text }.joined(separator: ", ")
        return items.count > limit ? "\(shown) +\(items.count - limit)" : shown
    }
}
