import Domain

/// Sandbox, of CommandTable.
extension CommandTable {
    /// What only the console of a sandbox knows.
    static let sandboxCommands: [Command] = [
        Command(
            ["fault"], "make something go wrong in the sandbox, or right again",
            description: ["FAULT and what follows it is one of:"]
                + Fault.words.map { "`\($0.word) \($0.arguments)`: \($0.meaning)." },
            arguments: [
                Argument("FAULT", .choice(Fault.words.map(\.word)), .one, "what goes wrong"),
                Argument("ABOUT", .text, .any, "what it is about"),
            ],
            writes: true, places: [.sandbox],
            make: { values throws(ValueProblem) in
                do throws(WordProblem) {
                    return .inject(
                        try Fault(word: values.arguments.first ?? "", arguments: Array(values.arguments.dropFirst())))
                } catch {
                    throw ValueProblem(error.message, suggestion: error.suggestion)
                }
            })
    ]
}
