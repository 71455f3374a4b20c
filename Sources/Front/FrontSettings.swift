package import Cells
package import Domain

/// How a session of the console begins. Nothing in it changes afterwards.
package struct FrontSettings: Hashable, Sendable {
    package var mode: Mode
    /// `nil`: the session can act. Otherwise the sentence that refused keys show.
    package var readOnlyReason: String?
    /// Shown until the first snapshot names its own.
    package var context: String
    package var names: PerIDC<String>
    /// In the order of the theme chooser; never empty.
    package var palettes: [Palette]
    package var keyMap: KeyMap
    package var glyphs: Glyphs
    package var initialPane: PaneID
    package var refreshInterval: Duration
    /// In the order of the Failover pane.
    package var runbooks: [Runbook]
    package var language: Language

    /// - Parameters:
    ///   - readOnlyReason: defaults to the sentence of ``Mode/watch`` in that mode, else to none.
    ///   - palettes: empty for the themes that the program carries with it.
    package init(
        mode: Mode = .normal, readOnlyReason: String? = nil, context: String = "",
        names: PerIDC<String> = PerIDC(idc1: "IDC1", idc2: "IDC2"), palettes: [Palette] = [],
        keyMap: KeyMap = .standard, glyphs: Glyphs = .unicode, initialPane: PaneID = .overview,
        refreshInterval: Duration = .seconds(1), runbooks: [Runbook] = [], language: Language = .english
    ) {
        self.mode = mode
        self.readOnlyReason = readOnlyReason ?? (mode == .watch ? Self.watchReason : nil)
        self.context = context
        self.names = names
        self.palettes = palettes.isEmpty ? BuiltInThemes.palettes : palettes
        self.keyMap = keyMap
        self.glyphs = glyphs
        self.initialPane = initialPane
        self.refreshInterval = refreshInterval
        self.runbooks = runbooks
        self.language = language
    }

    package static let watchReason = "WATCH: this session cannot change anything"
    package static let readOnlyText = "READ-ONLY: this session cannot change anything"

    package var isReadOnly: Bool { readOnlyReason != nil }
}
