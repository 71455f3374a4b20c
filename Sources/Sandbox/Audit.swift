import Domain
import KafkaAdapter
import Operations

/// Reads the logs at the end, record by record, and compares them with what the groups have processed.
///
/// It trusts no position, offset or mirror: only the marks in the records.
struct Audit: Sendable {
    struct Findings: Hashable, Sendable {
        var mirrored: Int64 = 0
        var deleted: Int64 = 0
        var stranded: Int64 = 0
        var lost: [SandboxReport.Place] = []
    }

    let sites: PerIDC<Site>
    let topics: TopicDirectory
    let applications: Applications
    let truth: Truth
    let clock: WorldClock
    let log: @Sendable (String) -> Void

    /// - Parameter dead: IDCs that are cut; their brokers are set up once more to be read, so nobody else may be
    ///   connected any longer.
    /// - Throws: a log could not be read to its end.
    func findings(dead: [IDC]) async throws(PortError) -> Findings {
        var findings = Findings()
        var copies: PerIDC<[Truth.Origin: NumberSet]> = PerIDC { _ in [:] }
        for idc in IDC.allCases where !dead.contains(idc) {
            copies[idc] = try await examine(idc, &findings)
        }
        for idc in dead {
            try await sites[idc].heal()
            let crossed = copies[idc.other]
            _ = try await read(idc) { record, mark in
                guard mark.origin == idc else { return }
                let origin = Truth.Origin(idc: idc, partition: record.partition)
                if crossed[origin]?.contains(mark.number) != true { findings.stranded += 1 }
            }
        }
        return findings
    }

    /// One surviving side: counts its copies, and the records that its groups have passed without processing them.
    private func examine(
        _ idc: IDC, _ findings: inout Findings
    ) async throws(PortError) -> [Truth.Origin: NumberSet] {
        var passed: [(group: String, reached: [TopicPartition: Offset], seen: [Truth.Origin: NumberSet])] = []
        for group in await applications.groups {
            let reached = await applications.reached(by: group.id, on: idc)
            // A group that now runs elsewhere looks at the records there.
            guard await applications.homes[group.id] == idc, !reached.isEmpty else { continue }
            passed.append((group.id, reached, truth.seen(by: group.id)))
        }
        var copies: [Truth.Origin: NumberSet] = [:]
        var losses: [String: [TopicPartition: Int64]] = [:]
        var mirrored: Int64 = 0
        findings.deleted += try await read(idc) { record, mark in
            let origin = Truth.Origin(idc: mark.origin, partition: record.partition)
            if mark.origin != idc, copies[origin, default: NumberSet()].insert(mark.number) { mirrored += 1 }
            for (group, reached, seen) in passed {
                guard let end = reached[record.partition], record.offset < end.rawValue else { continue }
                if seen[origin]?.contains(mark.number) != true {
                    losses[group, default: [:]][record.partition, default: 0] += 1
                }
            }
        }
        findings.mirrored += mirrored
        findings.lost += SandboxReport.Place.all(in: losses)
        return copies
    }

    /// Calls `body` with every record of the sandbox in a side's logs.
    ///
    /// - Returns: how many were in them and are not any more.
    private func read(_ idc: IDC, _ body: (ConsumedRecord, RecordMark) -> Void) async throws(PortError) -> Int64 {
        let site = sites[idc]
        let names = Set(topics.all.map(\.name))
        let ranges = try await bounds(of: site, names)
        let reader = try GroupConsumer(
            KafkaConfiguration(
                bootstrap: site.bootstrap,
                properties: [
                    "auto.offset.reset": "earliest", "fetch.wait.max.ms": "100", "fetch.error.backoff.ms": "50",
                ]
            ), group: "sandbox-audit", log: log)
        var left = ranges.filter { $0.value.logEnd > $0.value.logStart }
        let failure: PortError?
        do throws(PortError) {
            try reader.assign(left.mapValues(\.logStart))
            let deadline = clock.uptime() + .seconds(30)
            while !left.isEmpty {
                let records = try reader.poll(atMost: 5_000)
                for record in records {
                    if let mark = RecordMark(record.headers) { body(record, mark) }
                    if let end = left[record.partition]?.logEnd.rawValue, record.offset + 1 >= end {
                        left[record.partition] = nil
                    }
                }
                guard records.isEmpty else { continue }
                guard clock.uptime() < deadline else {
                    throw PortError(
                        .timedOut, operation: "audit",
                        detail: "\(left.count) partitions of \(idc.rawValue) were not read to their ends")
                }
                try? await clock.sleep(.milliseconds(5))
            }
            failure = nil
        } catch {
            failure = error
        }
        await reader.close()
        if let failure { throw failure }
        return ranges.values.reduce(0) { $0 + $1.logStart.rawValue }
    }

    /// The log bounds of a side whose brokers may have come up a moment ago.
    private func bounds(
        of site: Site, _ names: Set<String>
    ) async throws(PortError) -> [TopicPartition: OffsetRange] {
        var failure = PortError(
            .timedOut, operation: "audit", detail: "the bounds of \(site.idc.rawValue) are not known")
        let deadline = clock.uptime() + .seconds(15)
        repeat {
            do throws(PortError) {
                let metadata = try await site.kafka.metadata()
                let answer = try await site.kafka.ranges(of: metadata.topics.filter { names.contains($0.name) })
                if let first = answer.failures.first { throw first }
                return answer.value
            } catch {
                failure = error
            }
            try? await clock.sleep(.milliseconds(200))
        } while clock.uptime() < deadline
        throw failure
    }
}
