package import Domain

/// Durations and moments as the console writes them.
package enum Spans {
    /// `9 ms`, `14 s`, `3 m 41 s`, `2 h 05 m`, `12 d 3 h`: the two largest units, rounded down. A negative
    /// duration (a clock was set back) keeps its sign.
    package static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let sign = milliseconds < 0 ? "-" : ""
        let size = milliseconds.magnitude
        if size < 1_000 { return sign + "\(size) ms" }
        return sign + seconds(size / 1_000)
    }

    /// A duration without milliseconds: `0 s` below a second.
    package static func age(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let size = milliseconds.magnitude / 1_000
        return (milliseconds <= -1_000 ? "-" : "") + seconds(size)
    }

    /// An age in at most five cells, for narrow columns: `14s`, `3m`, `2h`, `12d`.
    package static func shortAge(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        let size = milliseconds.magnitude / 1_000
        let sign = milliseconds <= -1_000 ? "-" : ""
        switch size {
        case ..<60: return sign + "\(size)s"
        case ..<3_600: return sign + "\(size / 60)m"
        case ..<86_400: return sign + "\(size / 3_600)h"
        default: return sign + "\(size / 86_400)d"
        }
    }

    /// A refresh interval with one decimal: `1.0 s`, `0.25 s`.
    package static func interval(_ duration: Duration) -> String {
        let isInTenths = duration.wholeMilliseconds.isMultiple(of: 100)
        return Figures.decimal(duration.inSeconds, places: isInTenths ? 1 : 2) + " s"
    }

    /// Time of day: `03:12:07`.
    package static func clock(_ moment: WallTime, utcOffset: Duration) -> String {
        let civil = CivilTime(moment, utcOffset: utcOffset)
        return "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
    }

    /// An offset from UTC: `+0900`.
    package static func offset(_ utcOffset: Duration) -> String {
        let minutes = utcOffset.components.seconds / 60
        let size = minutes.magnitude
        return (minutes < 0 ? "-" : "+") + two(Int(size / 60)) + two(Int(size % 60))
    }

    /// Time of day if the moment is on the day of `now`, date and time otherwise: `11-22 23:58:01`.
    package static func moment(_ moment: WallTime, now: WallTime?, utcOffset: Duration) -> String {
        let time = clock(moment, utcOffset: utcOffset)
        guard let now else { return time }
        let day = CivilTime(moment, utcOffset: utcOffset)
        let today = CivilTime(now, utcOffset: utcOffset)
        if day.isSameDay(as: today) { return time }
        let date = "\(two(day.month))-\(two(day.day)) \(time)"
        return day.year == today.year ? date : "\(day.year)-\(date)"
    }

    private static func seconds(_ size: UInt64) -> String {
        switch size {
        case ..<60: return "\(size) s"
        case ..<3_600: return "\(size / 60) m \(two(Int(size % 60))) s"
        case ..<86_400: return "\(size / 3_600) h \(two(Int(size % 3_600 / 60))) m"
        default: return "\(size / 86_400) d \(size % 86_400 / 3_600) h"
        }
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// A moment on the proleptic Gregorian calendar. Howard Hinnant's `civil_from_days`
/// (howardhinnant.github.io/date_algorithms.html).
package struct CivilTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    package init(_ moment: WallTime, utcOffset: Duration) {
        let seconds = floorDivision(moment.milliseconds, 1_000) + utcOffset.components.seconds
        let days = floorDivision(seconds, 86_400)
        let time = Int(seconds - days * 86_400)
        hour = time / 3_600
        minute = time % 3_600 / 60
        second = time % 60

        let shifted = days + 719_468
        let era = floorDivision(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    package func isSameDay(as other: CivilTime) -> Bool {
        (year, month, day) == (other.year, other.month, other.day)
    }
}

private func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
