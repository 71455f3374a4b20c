import Cells

// What scrolls: overlays of text, details, the overview.
extension Model {
    /// The scroll position of whatever is on top.
    var scroll: Int {
        get {
            switch overlays.last {
            case .help(let scroll), .progress(let scroll): scroll
            case .preview(let preview): preview.scroll
            case .notice(let notice): notice.scroll
            case .runForm(let form): form.scroll
            case .chooser, .prompt, .question: 0
            case .none: detail?.scroll ?? overviewScroll
            }
        }
        set {
            let top = overlays.count - 1
            switch overlays.last {
            case .help: overlays[top] = .help(scroll: newValue)
            case .progress: overlays[top] = .progress(scroll: newValue)
            case .preview(var preview):
                preview.scroll = newValue
                overlays[top] = .preview(preview)
            case .notice(var notice):
                notice.scroll = newValue
                overlays[top] = .notice(notice)
            case .runForm(var form):
                form.scroll = newValue
                overlays[top] = .runForm(form)
            case .chooser, .prompt, .question: break
            case .none:
                if detail != nil { detail?.scroll = newValue } else { overviewScroll = newValue }
            }
        }
    }

    /// How many lines are seen of what scrolls.
    var scrollPage: Int {
        if let sheet = OverlaySheet(self) { return sheet.visibleLines }
        return detail == nil ? visibleBodyRows : visibleBodyRows - 1
    }

    /// The last position at which the end is still in sight.
    var lastScroll: Int { max(0, scrollableLineCount - scrollPage) }

    private var scrollableLineCount: Int {
        if let sheet = OverlaySheet(self) { return sheet.lines.count }
        if detail != nil { return DetailText.lines(of: self).count }
        return pane == .overview ? OverviewPane.height(of: self) : 0
    }

    /// After the content or the screen has changed.
    mutating func clampScroll() {
        guard scroll > 0 else { return }
        scroll = min(scroll, lastScroll)
    }
}
