/// What the truth counter found after a scenario was played: the last object that a headless sandbox prints.
package struct SandboxReport: Hashable, Sendable {
    package let scenario: String
    package let seconds: Double
    /// Records that the services' clusters acknowledged.
    package let produced: Int64
    /// Copies in the surviving logs, as far as they are still there.
    package let mirrored: Int64
    /// Records that were deleted from the surviving logs because they were old: not compared with what was processed.
    package let deleted: Int64
    /// Records processed by groups, each group's repeats included.
    package let processed: Int64
    /// Records in the surviving logs that no member of their group has processed or would process.
    package var lost: Int64 { lostIn.reduce(0) { $0 + $1.records } }
    /// Those, by group and partition.
    package let lostIn: [Place]
    /// A dead IDC's own records that never crossed.
    package let stranded: Int64
    /// Records that a group processed more than once, counted each time.
    package var duplicates: Int64 { duplicatesIn.reduce(0) { $0 + $1.records } }
    /// Those, by group and partition.
    package let duplicatesIn: [Place]
    /// At most so many were announced when groups were moved.
    package let announcedDuplicates: Int64
    /// The runs of the failover that were driven, in their order.
    package let runs: [RunReport]
    package let alarms: [Alarm]
    package let expectations: [Outcome]

    package init(
        scenario: String, seconds: Double, produced: Int64, mirrored: Int64, deleted: Int64, processed: Int64,
        lostIn: [Place], stranded: Int64, duplicatesIn: [Place], announcedDuplicates: Int64, runs: [RunReport],
        alarms: [Alarm], expectations: [Outcome]
    ) {
        self.scenario = scenario
        self.seconds = seconds
        self.produced = produced
        self.mirrored = mirrored
        self.deleted = deleted
        self.processed = processed
        self.lostIn = lostIn
        self.stranded = stranded
        self.duplicatesIn = duplicatesIn
        self.announcedDuplicates = announcedDuplicates
        self.runs = runs
        self.alarms = alarms
        self.expectations = expectations
    }

    /// A partition as a group reads it.
    package struct Place: Hashable, Sendable, Comparable {
        package let group: String
        package let partition: TopicPartition
        package let records: Int64

        package init(group: String, partition: TopicPartition, records: Int64) {
            self.group = group
            self.partition = partition
            self.records = records
        }

        package static func all(in records: [String: [TopicPartition: Int64]]) -> [Place] {
            records.flatMap { group, records in
                records.map { Place(group: group, partition: $0.key, records: $0.value) }
            }.sorted()
        }

        package static func < (one: Place, other: Place) -> Bool {
            (one.group, one.partition) < (other.group, other.partition)
        }
    }

    /// An alert of the console, when it was first seen.
    package struct Alarm: Hashable, Sendable {
        /// Seconds since the world was ready.
        package let at: Double
        package let kind: AlertKind
        package let text: String

        package init(at: Double, kind: AlertKind, text: String) {
            self.at = at
            self.kind = kind
            self.text = text
        }
    }

    package struct Outcome: Hashable, Sendable {
        package let text: String
        package let isMet: Bool
        /// Seconds since the world was ready; `nil`: never.
        package let at: Double?

        package init(text: String, isMet: Bool, at: Double?) {
            self.text = text
            self.isMet = isMet
            self.at = at
        }
    }

    /// Nothing was lost and everything that was expected came.
    package var isPassed: Bool { lost == 0 && expectations.allSatisfy(\.isMet) }
}
