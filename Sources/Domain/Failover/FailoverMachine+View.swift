/// What a screen shows of a run.
extension FailoverMachine {
    package var view: RunView {
        RunView(
            run: header.run, runbook: header.runbook, promise: runbook.promise, from: header.from, to: header.to,
            driver: header.driver, host: header.host, reason: header.reason, declaredAt: declaredAt,
            endedAt: endedAt,
            steps: zip(runbook.steps, steps).map { step, state in
                RunView.StepView(
                    id: step.id, title: step.title, explanation: step.kind.explanation, status: state.status,
                    evidence: state.evidence, beganAt: state.beganAt, endedAt: state.endedAt)
            },
            current: position < steps.count ? position : nil, waves: waveViews,
            blocked: groups.filter { $0.value.stage == .blocked || $0.value.stage == .leftOut }
                .map { RunView.BlockedGroup(group: $0.key, reason: $0.value.reason ?? "") }
                .sorted { $0.group < $1.group },
            numbers: numbers, action: wanted, prompt: prompt, outcome: outcome)
    }

    private var waveViews: [RunView.WaveView] {
        waves.enumerated().map { number, wave in
            let stages = wave.groups.compactMap { groups[$0]?.stage }
            return RunView.WaveView(
                number: number, endpoints: wave.endpoints.map { $0.endpoint ?? $0.groups.joined(separator: ", ") },
                groups: stages.count, moved: stages.count { $0 == .moved }, empty: stages.count { $0 == .empty },
                ready: stages.count { [.ready, .stopped, .written, .pointed].contains($0) },
                blocked: stages.count { $0 == .blocked }, leftOut: stages.count { $0 == .leftOut })
        }
    }

    package var numbers: RunNumbers {
        var numbers = RunNumbers()
        numbers.groups = groups.count
        for progress in groups.values {
            switch progress.stage {
            case .pending: break
            case .ready, .stopped, .written, .pointed: numbers.ready += 1
            case .moved: numbers.moved += 1
            case .empty: numbers.empty += 1
            case .blocked: numbers.blocked += 1
            case .leftOut: numbers.leftOut += 1
            }
            guard progress.stage != .leftOut else { continue }
            switch progress.decision?.verdict {
            case .exact?: numbers.readTwice = numbers.readTwice ?? 0
            case .bounded(let count)?: numbers.readTwice = (numbers.readTwice ?? 0) + count
            case .held?, nil: break
            }
        }
        numbers.stranded = readings?.stranded
        numbers.targetPerMille = trafficSeen?.targetPerMille
        return numbers
    }
}

extension StepKind {
    package var explanation: StepExplanation {
        switch self {
        case .declare: .declare
        case .record(.readings): .recordReadings
        case .record(.report): .recordReport
        case .gate: .gate
        case .traffic: .traffic
        case .mirrors(.pause, _): .pauseMirrors
        case .mirrors(.resume, _): .resumeMirrors
        case .mirrors(.awaitClear, _): .awaitClear
        case .mirrors(.catchUp, _): .catchUp
        case .mirrors(.lateTail, _): .lateTail
        case .groups(.fence): .fence
        case .groups(.decide): .decide
        case .groups(.move): .move
        case .endpoint: .endpoint
        case .command: .command
        case .http: .http
        case .confirm: .confirm
        case .wait: .wait
        }
    }
}
