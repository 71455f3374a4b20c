import Domain

// What each step is, for somebody who does this once a year.
extension RunWords {
    func explanation(_ step: StepExplanation, from source: IDC, to target: IDC) -> String {
        let from = names[source]
        let to = names[target]
        return switch language {
        case .english: Self.english(step, from, to)
        case .korean: Self.korean(step, from, to)
        }
    }

    private static func english(_ step: StepExplanation, _ from: String, _ to: String) -> String {
        switch step {
        case .declare:
            """
            Takes the right to drive, so that no second person can drive at the same time, and opens the journal on this \
            machine and on \(to). From here on everything is recorded before it is done. Nothing is changed yet. If \
            somebody else has the right, their name is shown: talk to them first.
            """
        case .recordReadings:
            """
            Writes down everything that is known of both sides now, with its age: positions, lags, mirrors, traffic. When \
            \(from) is gone this is the last that anybody knows of it. What cannot be read is noted as not known, and the \
            run goes on.
            """
        case .recordReport:
            """
            Ends the run: how many records were lost or read twice and how long it took, as measured, are written to a \
            report. Its hash goes into the journal, and the right to drive is given back.
            """
        case .gate:
            """
            Asks whether it is safe to go on. Every check is green, red or not known; not known counts as red. You can fix \
            the cause and look again, or, where the runbook allows it, waive one check after the other by typing why. A \
            waived check stands in red in the report.
            """
        case .traffic:
            """
            Changes which side the users' requests go to, reads the setting back, and then measures what is really \
            produced on each side: a setting that nobody obeys is not a move. If the traffic does not follow, look again \
            or put it back as it was.
            """
        case .pauseMirrors:
            """
            Pauses the mirrors from \(from) to \(to). If \(from) comes back in the middle, the records that it still has \
            would otherwise arrive out of order while consumers are being moved. A mirror that cannot be reached does \
            nothing either, and is noted.
            """
        case .resumeMirrors:
            "Lets the mirrors copy again. They go on where they stood; nothing is skipped."
        case .awaitClear:
            """
            Waits until the mirrors have copied the last record that \(from) itself took in. From then on \(to) holds \
            everything, and consumers can be moved without reading anything twice.
            """
        case .catchUp:
            "Waits until the mirrors have reached the ends of their logs, so that both sides hold the same records."
        case .lateTail:
            """
            Counts the records that the side that was lost still has and the other side never saw. They can be let \
            through now; they then arrive late, after newer ones.
            """
        case .fence:
            """
            Makes sure that nothing consumes on \(from) any more. If a group ran on both sides, every record would be \
            processed twice. When \(from) cannot be asked, you have to say how you know that its consumers are stopped: \
            the servers are off, the network is cut.
            """
        case .decide:
            """
            Works out for every group where it goes on in \(to). "Exact" reads nothing twice. "At most N" reads up to N \
            records again and skips none. "Held" means that nothing is proven: wait, leave the group out, or move it \
            anyway by typing why.
            """
        case .move:
            """
            Moves the consumers in waves, first one small group as a canary, then more. For each wave the positions are \
            written on \(to), the names that clients connect by are pointed there, and the groups are watched until they \
            really consume there. A wave with a blocked group stops and names it.
            """
        case .endpoint:
            "Points a name that clients connect by to \(to). Clients follow when they reconnect or restart."
        case .command:
            "Runs a program that the runbook names, with its arguments, without a shell. Its output is kept."
        case .http:
            "Calls an address that the runbook names, and looks afterwards whether it has had its effect."
        case .confirm:
            "Asks for something that only a person can know or do. What you type stands in the journal."
        case .wait:
            "Waits for the time that the runbook names. Nothing is changed."
        }
    }

    private static func korean(_ step: StepExplanation, _ from: String, _ to: String) -> String {
        switch step {
        case .declare:
            """
            두 사람이 동시에 진행하지 못하도록 운전 권한을 얻고, 이 컴퓨터와 \(to)에 저널을 엽니다. 지금부터 모든 일은 실행하기 \
            전에 기록됩니다. 아직 바뀌는 것은 없습니다. 다른 사람이 권한을 가지고 있으면 이름이 표시됩니다. 먼저 연락하십시오.
            """
        case .recordReadings:
            """
            지금 알고 있는 양쪽의 상태(위치, 랙, 미러, 트래픽)를 읽은 시각과 함께 모두 기록합니다. \(from)이(가) 사라졌다면 이것이 \
            마지막 정보입니다. 읽을 수 없는 것은 '알 수 없음'으로 적고 계속 진행합니다.
            """
        case .recordReport:
            """
            실행을 끝냅니다. 유실, 중복, 걸린 시간을 측정한 그대로 보고서에 적고, 보고서의 해시를 저널에 남긴 뒤 운전 권한을 \
            돌려줍니다.
            """
        case .gate:
            """
            계속해도 안전한지 확인합니다. 각 항목은 정상, 이상, 알 수 없음 중 하나이며 '알 수 없음'은 이상으로 봅니다. 원인을 고친 \
            뒤 다시 확인하거나, 런북이 허용하면 사유를 적고 항목을 하나씩 면제할 수 있습니다. 면제한 항목은 보고서에 붉게 남습니다.
            """
        case .traffic:
            """
            사용자 요청이 가는 쪽을 바꾸고, 설정을 다시 읽어 확인한 다음, 양쪽에서 실제로 생산되는 양을 잽니다. 설정만 바뀌고 \
            트래픽이 따르지 않으면 옮긴 것이 아닙니다. 그때는 다시 확인하거나 원래대로 되돌리십시오.
            """
        case .pauseMirrors:
            """
            \(from)에서 \(to)(으)로 가는 미러를 멈춥니다. 멈추지 않으면 \(from)이(가) 도중에 살아났을 때 남아 있던 레코드가 순서에 \
            어긋나게 들어옵니다. 응답하지 않는 미러는 어차피 복사하지 못하므로 기록만 해 둡니다.
            """
        case .resumeMirrors:
            "미러가 다시 복사합니다. 멈췄던 자리에서 이어 가며 건너뛰는 레코드는 없습니다."
        case .awaitClear:
            """
            \(from)이(가) 직접 받은 마지막 레코드까지 미러가 복사하기를 기다립니다. 그때부터 \(to)에 모든 레코드가 있으므로 두 번 \
            읽지 않고 컨슈머를 옮길 수 있습니다.
            """
        case .catchUp:
            "미러가 로그의 끝에 도달하기를 기다립니다. 그러면 양쪽에 같은 레코드가 있습니다."
        case .lateTail:
            """
            장애가 났던 쪽에만 남아 있고 반대쪽에는 도착한 적이 없는 레코드를 셉니다. 지금 전달할 수 있으며, 더 새로운 레코드보다 \
            늦게 도착하게 됩니다.
            """
        case .fence:
            """
            \(from)에서 아무도 소비하지 않는지 확인합니다. 한 그룹이 양쪽에서 돌면 모든 레코드가 두 번 처리됩니다. \(from)에 물을 \
            수 없으면 컨슈머가 멈춘 것을 어떻게 아는지(서버 전원 차단, 네트워크 단절 등) 직접 적어야 합니다.
            """
        case .decide:
            """
            그룹마다 \(to)에서 이어 갈 위치를 정합니다. '정확'은 두 번 읽지 않습니다. '최대 N건'은 N건까지 다시 읽고 건너뛰지는 \
            않습니다. '보류'는 증명된 위치가 없다는 뜻입니다. 기다리거나, 제외하거나, 사유를 적고 옮기십시오.
            """
        case .move:
            """
            컨슈머를 웨이브로 나누어 옮깁니다. 먼저 작은 그룹 하나로 시험합니다. 웨이브마다 \(to)에 위치를 쓰고, 접속 이름을 그쪽으로 \
            돌린 뒤, 그룹이 실제로 그곳에서 소비할 때까지 지켜봅니다. 막힌 그룹이 있으면 웨이브를 멈추고 이름을 보여 줍니다.
            """
        case .endpoint:
            "클라이언트가 접속하는 이름을 \(to)(으)로 돌립니다. 클라이언트는 다시 접속하거나 재시작할 때 따라갑니다."
        case .command:
            "런북에 적힌 프로그램을 셸 없이 인자 그대로 실행하고 출력을 보관합니다."
        case .http:
            "런북에 적힌 주소를 호출하고, 효과가 있었는지 확인합니다."
        case .confirm:
            "사람만이 알거나 할 수 있는 일을 묻습니다. 입력한 내용은 저널에 남습니다."
        case .wait:
            "런북에 적힌 시간만큼 기다립니다. 바뀌는 것은 없습니다."
        }
    }
}
