package import Domain

/// What has to be typed before a run begins, or with an answer to it.
package struct RunForm: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case begin(Runbook, from: IDC)
        case answer(run: String, DriverPrompt, DriverChoice)
    }

    package struct Field: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            /// Any text that is not blank.
            case reason
            /// Exactly this, as the screen shows it.
            case name(String)
            case split
        }

        package let kind: Kind
        package var editor = LineEditor()
    }

    package let subject: Subject
    package var fields: [Field]
    /// The field that is typed into.
    package var current = 0
    package var scroll = 0
    /// Why what stands there is not taken.
    package var problem: String?

    /// The first field whose text is not what it has to be.
    var firstProblem: (field: Int, Field.Kind)? {
        for (index, field) in fields.enumerated() {
            let text = field.editor.text
            switch field.kind {
            case .reason: if text.allSatisfy(\.isWhitespace) { return (index, field.kind) }
            case .name(let expected): if text != expected { return (index, field.kind) }
            case .split: if TrafficSplit(spelled: text) == nil { return (index, field.kind) }
            }
        }
        return nil
    }

    var reason: String {
        for field in fields { if case .reason = field.kind { return field.editor.text } }
        return ""
    }

    var split: TrafficSplit? {
        for field in fields where field.kind == .split { return TrafficSplit(spelled: field.editor.text) }
        return nil
    }
}
