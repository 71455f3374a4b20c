/// What `bascule --version` prints.
enum ProgramVersion {
    static let number = "0.1.0"
    static let text = "bascule \(number)"
}
