import Domain

/// The words of the guided failover, in the language of the session. Names of clusters, groups and reasons that came
/// from elsewhere stay as they are.
struct RunWords {
    let language: Language
    let names: PerIDC<String>

    init(_ model: Model) {
        language = model.failover.language
        names = model.names
    }

    init(_ language: Language, names: PerIDC<String>) {
        self.language = language
        self.names = names
    }

    func say(_ english: @autoclosure () -> String, _ korean: @autoclosure () -> String) -> String {
        switch language {
        case .english: english()
        case .korean: korean()
        }
    }

    /// `?` where a figure is not known.
    func count(_ value: Int64?) -> String { Figures.count(value) }

    // MARK: Runs

    func promise(_ promise: Runbook.Promise) -> String {
        switch promise {
        case .nothingLost:
            say("nothing is lost; as little as possible is read twice", "잃는 레코드 없음, 중복 읽기는 최소한")
        case .nothingReadTwice:
            say("nothing is lost and nothing is read twice", "잃는 레코드도, 두 번 읽는 레코드도 없음")
        case .consumersUntouched: say("no consumer is touched", "컨슈머는 건드리지 않음")
        }
    }

    func outcome(_ outcome: RunOutcome) -> String {
        switch outcome {
        case .finished: say("FINISHED", "완료")
        case .finishedWithout(let groups):
            say("FINISHED, \(self.groups(groups)) stayed in place", "완료, 그룹 \(groups)개는 그대로 남음")
        case .aborted(let by, let reason): say("ABORTED by \(by): \(reason)", "\(by)이(가) 중단함: \(reason)")
        }
    }

    func status(_ status: StepStatus) -> String {
        switch status {
        case .pending: ""
        case .running: say("running", "진행 중")
        case .waiting: say("waits for the driver", "운전자 대기")
        case .passed: say("passed", "통과")
        case .failed(let reason): say("failed: \(reason)", "실패: \(reason)")
        case .waived(let by, let reason): say("waived by \(by): \(reason)", "\(by)이(가) 면제함: \(reason)")
        }
    }

    /// `1 group`, `12 groups`.
    func groups(_ count: Int) -> String {
        say(count == 1 ? "1 group" : "\(Figures.count(count)) groups", "그룹 \(Figures.count(count))개")
    }

    // MARK: Answers

    func choice(_ choice: DriverChoice) -> String {
        switch choice {
        case .goOn: say("go on", "계속 진행")
        case .retry: say("look again", "다시 확인")
        case .waive: say("waive, with a reason", "사유를 적고 면제")
        case .accept: say("accept what is seen, with a reason", "사유를 적고 현재 상태 수용")
        case .putBack: say("put the traffic back", "트래픽 원위치")
        case .state: say("state how they are known to be stopped", "멈춘 것을 어떻게 아는지 진술")
        case .leaveOut: say("leave out what is not ready", "준비되지 않은 것은 제외")
        case .abort: say("abort the run, with a reason", "사유를 적고 실행 중단")
        }
    }

    func check(_ check: GateCheck) -> String {
        switch check {
        case .brokers: say("brokers", "브로커")
        case .quorum: say("quorum", "쿼럼")
        case .partitions: say("partitions", "파티션")
        case .mirrors: say("mirrors", "미러")
        case .offsets: say("offsets", "오프셋")
        case .wrongSide: say("wrong side", "잘못된 쪽")
        case .splitConsumption: say("split consumption", "양쪽 동시 소비")
        case .draining: say("lag draining", "랙 감소")
        case .canary: say("canary record", "카나리아 레코드")
        }
    }

    func verdict(_ verdict: GateFinding.Verdict) -> String {
        switch verdict {
        case .green: say("green", "정상")
        case .red: say("RED", "이상")
        case .unknown: say("NOT KNOWN", "알 수 없음")
        }
    }

    // MARK: Forms

    func fieldLabel(_ kind: RunForm.Field.Kind) -> String {
        switch kind {
        case .reason: say("Why? It stands in the journal and in the report.", "이유를 적으십시오. 저널과 보고서에 남습니다.")
        case .name(let name):
            say("Type \(name), the side that takes over:", "넘겨받는 쪽의 이름 \(name)을(를) 입력하십시오:")
        case .split:
            say(
                "The split \(names.idc1):\(names.idc2) in percent, for example 0:100:",
                "트래픽 비율 \(names.idc1):\(names.idc2), 백분율(예: 0:100):")
        }
    }

    func fieldProblem(_ kind: RunForm.Field.Kind, typed: String) -> String {
        switch kind {
        case .reason: say("a reason has to be typed: nothing has been done", "이유가 필요합니다. 아직 아무것도 하지 않았습니다")
        case .name(let name):
            say(
                "\"\(typed)\" is not \"\(name)\": nothing has been done",
                "\"\(typed)\"은(는) \"\(name)\"이(가) 아닙니다. 아직 아무것도 하지 않았습니다")
        case .split:
            say(
                "\"\(typed)\" is no split: two shares in percent that sum to 100",
                "\"\(typed)\"은(는) 비율이 아닙니다. 합이 100인 두 백분율이어야 합니다")
        }
    }
}
