import Cells
import Domain
import Front
import TestSupport

/// A console to type at: the model, and the effects that came out of it.
final class Console {
    private(set) var model: Model
    private(set) var effects: [Effect] = []

    /// - Parameter snapshot: `nil` for the time before anything has been read.
    init(
        _ settings: FrontSettings = FrontSettings(context: "securities-prod"), columns: Int = 80, rows: Int = 24,
        snapshot: SnapshotBuilder? = SnapshotBuilder()
    ) {
        model = Model(settings)
        send(.resized(columns: columns, rows: rows))
        send(.tick(SnapshotBuilder.moment, utcOffset: SnapshotBuilder.utcOffset))
        if let snapshot { send(.snapshot(snapshot.build())) }
    }

    /// Another console that stands where this one does.
    init(copy other: Console) {
        model = other.model
    }

    /// The effects of the one event.
    @discardableResult
    func send(_ event: Event) -> [Effect] {
        let new = update(&model, event)
        effects += new
        return new
    }

    /// The effects of all keys: characters, or names in angle brackets as in `gg<Enter>`.
    @discardableResult
    func type(_ text: String) -> [Effect] {
        var all: [Effect] = []
        var rest = Substring(text)
        while let first = rest.unicodeScalars.first {
            if first == "<", let end = rest.firstIndex(of: ">"),
                let key = KeyName.key(String(rest[rest.index(after: rest.startIndex)..<end])), rest.count > 2
            {
                all += send(.key(key))
                rest = rest[rest.index(after: end)...]
            } else {
                all += send(.key(.character(first)))
                rest = Substring(rest.unicodeScalars.dropFirst())
            }
        }
        return all
    }

    /// Time goes on, and nothing is read.
    func wait(_ duration: Duration) {
        let now = (model.now ?? SnapshotBuilder.moment).advanced(by: duration)
        send(.tick(now, utcOffset: SnapshotBuilder.utcOffset))
    }

    var grid: CellGrid { draw(model) }

    /// The screen as text, without colours.
    var screen: String { grid.plainText }

    func row(_ number: Int) -> String {
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
        let index = number >= 0 ? number : model.rows + number
        return index < rows.count ? String(rows[index]) : ""
    }
}
