import FoundationEssentials

/// A text compared with the file that is kept beside the test, `Goldens/NAME`.
///
/// `RECORD_GOLDENS=1` in the environment writes the files anew; a changed one is then reviewed as what it is.
package enum GoldenText {
    /// Throws what speaks against the text; passes in silence where it is the expected one.
    package static func verify(
        _ shown: String, _ name: String, file: String = #filePath
    ) throws(GoldenMismatch) {
        let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Goldens")
        let golden = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(shown.utf8).write(to: golden, options: .atomic)
                return
            } catch {
                throw GoldenMismatch("cannot write \(golden.path): \(error)")
            }
        }
        guard let kept = try? Data(contentsOf: golden) else {
            throw GoldenMismatch("no \(golden.path): record it with RECORD_GOLDENS=1. It is\n\(shown)")
        }
        if let text = difference(shown: shown, kept: String(decoding: kept, as: UTF8.self), name: name) {
            throw GoldenMismatch(text)
        }
    }

    /// The lines in which two texts differ, the expected one with `-`, the shown one with `+`.
    static func difference(shown: String, kept: String, name: String) -> String? {
        guard shown != kept else { return nil }
        let new = shown.split(separator: "\n", omittingEmptySubsequences: false)
        let old = kept.split(separator: "\n", omittingEmptySubsequences: false)
        var text = "\(name) differs; RECORD_GOLDENS=1 takes it as it is now\n"
        for index in 0..<max(new.count, old.count) {
            let before = index < old.count ? old[index] : nil
            let after = index < new.count ? new[index] : nil
            guard before != after else { continue }
            if let before { text += "-\(index + 1): \(before)\n" }
            if let after { text += "+\(index + 1): \(after)\n" }
        }
        return text + "it is\n\(shown)"
    }
}

/// A screen that is not the expected one.
package struct GoldenMismatch: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
