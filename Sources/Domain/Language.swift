/// A language that the guided failover speaks: its screens and its reports. The raw value is the one of the
/// configuration.
package enum Language: String, CaseIterable, Hashable, Sendable {
    case english = "en"
    case korean = "ko"
}
