import FoundationEssentials
import Glibc

/// What the kernel counts of a process.
struct ProcessFigures {
    /// Resident memory in bytes.
    let residentBytes: Int
    /// Processor time used so far, user and system.
    let processorTime: Duration
    let threads: Int

    /// Reads `/proc`; `nil` when the process is gone.
    init?(of process: pid_t) {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let afterName = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: afterName)...].split(separator: " ")
        guard fields.count > 17, let user = Int64(fields[11]), let system = Int64(fields[12]),
            let threads = Int(fields[17])
        else { return nil }
        let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
        processorTime = .milliseconds((user + system) * 1_000 / ticksPerSecond)
        self.threads = threads
        var kilobytes = 0
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            kilobytes = Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0
        }
        residentBytes = kilobytes * 1_024
    }
}

/// Percentile of measured values; `nil` of none.
func percentile(_ share: Double, of values: [Duration]) -> Duration? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

/// Milliseconds with one decimal.
func milliseconds(_ duration: Duration?) -> String {
    guard let duration else { return "not measured" }
    let (seconds, attoseconds) = duration.components
    let tenths = (seconds * 10_000) + attoseconds / 100_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) ms"
}
