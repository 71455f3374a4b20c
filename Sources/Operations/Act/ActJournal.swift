package import Domain

/// Who acts, and from where.
package struct JournalAuthor: Hashable, Sendable {
    /// The user, as the operating system names them.
    package let actor: String
    package let host: String

    package init(actor: String, host: String) {
        self.actor = actor
        self.host = host
    }
}

/// Writes the journal of one author.
package struct ActJournal: Sendable {
    private let journal: any JournalWriting
    private let author: JournalAuthor
    private let now: @Sendable () -> WallTime

    package init(journal: any JournalWriting, author: JournalAuthor, now: @escaping @Sendable () -> WallTime) {
        self.journal = journal
        self.author = author
        self.now = now
    }

    /// Returns when the record is on the disk. Control characters, which could come in with an answer from
    /// outside, are replaced.
    package func append(
        _ kind: JournalRecord.Kind, run: String, line: Int? = nil, text: String, command: String
    ) async throws(PortError) {
        try await journal.append(
            JournalRecord(
                at: now(), actor: author.actor.withoutControls, host: author.host.withoutControls, run: run, kind: kind,
                line: line, text: text.withoutControls, command: command.withoutControls))
    }

    /// Records that `command` was refused. Sessions that cannot change anything do not do this: they have no
    /// journal, and tell their log.
    package func refused(_ refusal: Refusal, command: String, run: String) async throws(PortError) {
        try await append(.refused, run: run, text: refusal.text, command: command)
    }
}

/// A new identity for a run of a plan: 16 hexadecimal digits.
package struct RunIdentity {
    package static func random() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension String {
    /// With U+FFFD for every control character.
    var withoutControls: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isControl ? "\u{FFFD}" : scalar) }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1; and the marks that turn the direction of text.
    var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
