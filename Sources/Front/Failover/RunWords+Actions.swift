import Domain

extension RunWords {
    /// What is being done now.
    func action(_ action: FailoverAction, in run: RunView) -> String {
        let source = names[run.from]
        let target = names[run.to]
        switch action {
        case .takeLease: return say("taking the right to drive", "운전 권한을 얻는 중")
        case .readApprovals: return say("reading approvals", "승인을 읽는 중")
        case .recordReadings: return say("writing down what is known of both sides", "양쪽 상태를 기록하는 중")
        case .examine(let checks):
            let list = checks.map(check).joined(separator: ", ")
            return say("looking at: \(list)", "확인 중: \(list)")
        case .setTraffic(let split): return say("setting the traffic to \(split)", "트래픽을 \(split)(으)로 설정 중")
        case .measureTraffic(let split, let least):
            return say(
                "measuring the traffic: \(split) is set, at least \(least) % has to be seen",
                "트래픽 측정 중: 설정 \(split), 최소 \(least) %가 보여야 함")
        case .actOnMirrors(let act, _): return mirrors(act)
        case .examineFence(let groups):
            return say(
                "asking \(source) for members of \(self.groups(groups.count))",
                "\(source)에 그룹 \(groups.count)개의 멤버를 묻는 중")
        case .decideOffsets(let groups, let isFinal):
            return isFinal
                ? say(
                    "final positions of \(Count(groups.count, "stopped group"))", "멈춘 그룹 \(groups.count)개의 최종 위치 계산 중")
                : say("positions of \(self.groups(groups.count))", "그룹 \(groups.count)개의 위치 계산 중")
        case .stopConsumers(let groups):
            return say("stopping \(self.groups(groups.count)) on \(source)", "\(source)에서 그룹 \(groups.count)개를 멈추는 중")
        case .restoreConsumers(let groups):
            return say(
                "starting \(self.groups(groups.count)) again on \(source)", "\(source)에서 그룹 \(groups.count)개를 다시 시작하는 중"
            )
        case .writeOffsets(let groups):
            return say(
                "writing offsets of \(self.groups(groups.count)) on \(target)",
                "\(target)에 그룹 \(groups.count)개의 오프셋을 쓰는 중")
        case .pointEndpoints(let endpoints):
            let list = Self.list(endpoints)
            return say("pointing \(list) to \(target)", "\(list) → \(target) 전환 중")
        case .startConsumers(let groups):
            return say("starting \(self.groups(groups.count)) on \(target)", "\(target)에서 그룹 \(groups.count)개를 시작하는 중")
        case .watchGroups(let groups):
            return say(
                "waiting until \(self.groups(groups.count)) consume on \(target)",
                "그룹 \(groups.count)개가 \(target)에서 소비하기를 기다리는 중")
        case .run(let call):
            let program = call.arguments.first ?? ""
            return say("running \(program)", "\(program) 실행 중")
        case .call(let call): return say("calling \(call.method) \(call.url)", "\(call.method) \(call.url) 호출 중")
        case .wait(let duration):
            return say("waiting for \(Spans.duration(duration))", "\(Spans.duration(duration)) 대기 중")
        case .writeReport: return say("writing the report", "보고서 작성 중")
        case .releaseLease: return say("giving the right to drive back", "운전 권한 반납 중")
        }
    }

    private func mirrors(_ act: MirrorsAct) -> String {
        switch act {
        case .pause: say("pausing mirrors", "미러를 멈추는 중")
        case .resume: say("resuming mirrors", "미러를 다시 돌리는 중")
        case .awaitClear: say("waiting until the crossing is clear", "건너올 레코드가 없어지기를 기다리는 중")
        case .catchUp: say("waiting until mirrors have caught up", "미러가 따라잡기를 기다리는 중")
        case .lateTail: say("counting the late tail", "늦은 레코드를 세는 중")
        }
    }
}
