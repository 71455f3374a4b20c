import Domain
import Glibc

/// The machine's civil time. The one place that reads it.
enum WallClock {
    static let now: @Sendable () -> WallTime = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The local offset from UTC at `moment`.
    static func utcOffset(at moment: WallTime) -> Duration {
        var seconds = time_t(moment.milliseconds / 1_000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return .zero }
        return .seconds(Int64(parts.tm_gmtoff))
    }
}
