package import Domain

/// How far local time is ahead of UTC.
package struct UTCOffset: Hashable, Sendable {
    package let minutes: Int

    /// Offsets of a day and more do not exist; they count as UTC.
    package init(minutes: Int) {
        self.minutes = abs(minutes) < 24 * 60 ? minutes : 0
    }

    package static let utc = UTCOffset(minutes: 0)
}

/// Moments as RFC 3339 writes them.
package enum Timestamp {
    /// `2026-11-23T03:12:07.123+09:00`, with `Z` in UTC; `nil` outside the years 0000 to 9999, which RFC 3339
    /// cannot express.
    package static func rfc3339(_ moment: WallTime, _ offset: UTCOffset = .utc) -> String? {
        let (local, overflow) = moment.milliseconds.addingReportingOverflow(Int64(offset.minutes) * 60_000)
        guard !overflow else { return nil }
        let day = floorDivide(local, by: 86_400_000)
        let inDay = local - day * 86_400_000
        let date = civilDate(daysSince1970: day)
        guard (0...9_999).contains(date.year) else { return nil }
        let time =
            "\(digits(inDay / 3_600_000, 2)):\(digits(inDay / 60_000 % 60, 2)):\(digits(inDay / 1_000 % 60, 2)).\(digits(inDay % 1_000, 3))"
        return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))T\(time)\(zone(offset))"
    }

    private static func zone(_ offset: UTCOffset) -> String {
        if offset.minutes == 0 { return "Z" }
        let minutes = Int64(abs(offset.minutes))
        return "\(offset.minutes < 0 ? "-" : "+")\(digits(minutes / 60, 2)):\(digits(minutes % 60, 2))"
    }

    /// The proleptic Gregorian date; Howard Hinnant's `civil_from_days` (chrono-Compatible Low-Level Date
    /// Algorithms): years begin in March, so that the leap day is the last.
    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func digits(_ value: Int64, _ count: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
