/// A text that nobody may see: neither description, interpolation, reflection nor `dump` shows it.
package struct Secret: Hashable, Sendable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the library that needs it and for nothing else.
    package func reveal() -> String { text }

    /// What stands in its place.
    static let mask = "********"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
