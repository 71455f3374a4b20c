/// The servers of one backend in HAProxy's reply to `show stat` (management guide, 9.1 "CSV format").
struct StatReply: Hashable, Sendable {
    /// By name.
    let servers: [String: Server]

    struct Server: Hashable, Sendable {
        let name: String
        /// As set, in 0...256; not lowered by a slow start.
        let weight: Int
        /// As HAProxy says it, for example `UP`, `UP 1/3`, `MAINT (via b/s)`, `no check`.
        let status: String
        let isBackup: Bool
    }

    /// Why a reply is of no use.
    enum Odd: Error, Hashable {
        /// HAProxy's own words, or what is wrong with the table.
        case malformed(String)
        case noBackend(others: [String])
    }

    init(_ text: String, backend: String) throws(Odd) {
        guard text.hasPrefix("# pxname,") else { throw .malformed("\"\(text.plainText)\" in place of its statistics") }
        // The table ends in an empty line: without it, rows may be missing.
        guard text.hasSuffix("\n\n") else { throw .malformed("its statistics were cut off") }
        var rows = Self.records(in: text.dropFirst(2))
        let header = rows.removeFirst()
        func column(_ name: String) -> Int? { header.firstIndex(of: name) }
        guard let proxy = column("pxname"), let server = column("svname"), let status = column("status"),
            let weight = column("uweight") ?? column("weight"), let backup = column("bck")
        else { throw .malformed("its statistics lack a column of pxname, svname, status, weight, bck") }
        let last = max(proxy, server, status, weight, backup)
        var servers: [String: Server] = [:]
        var proxies: Set<String> = []
        for row in rows {
            guard row.count > last else { throw .malformed("a row of its statistics is too short") }
            guard row[server] != "FRONTEND" else { continue }
            proxies.insert(row[proxy])
            guard row[proxy] == backend, row[server] != "BACKEND" else { continue }
            guard let weight = Int(row[weight]), (0...256).contains(weight) else {
                throw .malformed("server \(row[server].plainText) has the weight \"\(row[weight].plainText)\"")
            }
            let name = row[server]
            servers[name] = Server(
                name: name, weight: weight, status: row[status].plainText, isBackup: row[backup] == "1")
        }
        guard proxies.contains(backend) else { throw .noBackend(others: proxies.sorted()) }
        self.servers = servers
    }

    /// The records of a CSV text (RFC 4180: quoted fields may hold commas, line ends and doubled quotes), without
    /// empty lines. At least one, maybe empty.
    private static func records(in text: Substring) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = text.unicodeScalars[...]
        func endRecord() {
            record.append(String(field))
            field = .init()
            if record != [""] { records.append(record) }
            record = []
        }
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                scalars.removeFirst()
                field.append(scalar)
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                record.append(String(field))
                field = .init()
            case "\n" where !isQuoted: endRecord()
            case "\r" where !isQuoted: break
            default: field.append(scalar)
            }
        }
        endRecord()
        return records.isEmpty ? [[]] : records
    }
}

extension StatReply.Server {
    /// Whether HAProxy routes to it; `nil` for a status of a future version.
    ///
    /// `NOLB` is a server that only finishes what it has.
    var isServing: Bool? {
        if status == "no check" || status.hasPrefix("UP") { return true }
        return ["DOWN", "MAINT", "DRAIN", "NOLB"].contains(where: status.hasPrefix) ? false : nil
    }
}
