import Cells

/// The help overlay: the keys that work in the place beneath it, now and in this session, and what signs mean.
enum HelpText {
    static func add(_ model: Model, to sheet: inout TextSheet) {
        // The reasons are those of the view beneath, not of the help itself.
        var beneath = model
        beneath.overlays = []
        let place = beneath.viewPlace
        FailoverHelp.add(model, place, to: &sheet)
        if let reason = model.settings.readOnlyReason { sheet.text(reason, .warning) }
        for section in Action.Section.allCases {
            let actions = KeyTable.actions.filter { $0.section == section && beneath.works($0, in: place) }
            guard !actions.isEmpty else { continue }
            sheet.heading(section.rawValue)
            for action in actions {
                let keys = model.settings.keyMap.keyNames(of: action.id).joined(separator: " ")
                sheet.field(keys, action.title, nameWidth: 14)
            }
        }
        sheet.heading("Signs")
        for (sign, meaning) in signs { sheet.field(sign, meaning, nameWidth: 14) }
    }

    private static let signs = [
        ("?", "not known; never zero"),
        ("-", "there is nothing to measure"),
        ("~41", "estimated from a sample"),
        ("41 + 3 ?", "41, and three more parts that are not known"),
        ("(14 s), 14s", "an old value, and its age"),
        ("! !!", "a warning; something critical"),
    ]
}
