import Cells
import Domain
import FoundationEssentials
import Front
import Synchronization
import Terminal

/// Plays a file of keys into the console, for tests and for pictures (`--script`).
///
/// A line is `press KEY`, `type TEXT`, `wait TEXT` (until the screen shows it) or `#` and a comment.
struct KeyScript: Sendable {
    let path: String
    let mailbox: Mailbox<Event>
    let screen: ScreenWatch

    func play() async {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            mailbox.post(.message(.critical, "the script \(path) cannot be read"))
            return
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ", maxSplits: 1)
            guard let verb = words.first, !verb.hasPrefix("#") else { continue }
            let rest = words.count > 1 ? String(words[1]) : ""
            switch verb {
            case "press":
                guard let key = KeyName.key(rest) else { return refuse(number, "there is no key \(rest)") }
                mailbox.post(.key(key))
            case "type":
                for scalar in rest.unicodeScalars { mailbox.post(.key(.character(scalar))) }
            case "wait":
                while !screen.contains(rest) {
                    do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
                }
            default:
                return refuse(number, "expected press, type or wait, not \(verb)")
            }
        }
    }

    private func refuse(_ number: Int, _ problem: String) {
        mailbox.post(.message(.critical, "\(path):\(number + 1): \(problem)"))
    }
}

/// What the screen shows now, for whoever waits for it.
final class ScreenWatch: Sendable {
    private let grid = Mutex<CellGrid?>(nil)

    func show(_ newest: CellGrid) { grid.withLock { $0 = newest } }

    func contains(_ text: String) -> Bool {
        grid.withLock { $0 }?.plainText.contains(text) ?? false
    }
}
