/// What `dig +noall +comments +answer` prints for several questions about one name.
enum DigReply {
    /// Why it is of no use.
    enum Odd: Error, Hashable {
        /// An answer that is neither a value nor "there is none".
        case status(String)
        /// The server answers from elsewhere.
        case withoutAuthority
        case signature(String)
        /// `dig` goes on without the key, and ends with status 0.
        case keyFile(String)
        case unreadable(String)
    }

    /// The records that the name itself has, of the types that can point it.
    ///
    /// - Parameter questions: how many answers there have to be.
    static func read(_ text: String, name: String, questions: Int) -> Result<[DomainRecord], Odd> {
        var records: [DomainRecord] = []
        var answers = 0
        for line in text.split(separator: "\n") {
            if line.hasPrefix(";; ->>HEADER<<-") {
                guard let status = word(after: "status: ", in: line) else { return .failure(.unreadable(String(line))) }
                guard status == "NOERROR" || status == "NXDOMAIN" else { return .failure(.status(status)) }
            } else if line.hasPrefix(";; flags:") {
                let flags = line.dropFirst(";; flags:".count).prefix { $0 != ";" }.split(separator: " ")
                guard flags.contains("aa") else { return .failure(.withoutAuthority) }
                answers += 1
            } else if line.hasPrefix(";; Couldn't verify signature") || line.contains("TSIG could not be validated") {
                return .failure(.signature(String(line)))
            } else if line.hasPrefix("Couldn't read key") {
                return .failure(.keyFile(String(line)))
            } else if !line.hasPrefix(";") {
                let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
                guard fields.count >= 5, fields[2] == "IN" else { return .failure(.unreadable(String(line))) }
                // Behind an alias the server adds what its target has.
                guard fields[0].lowercased() == name, let record = record(fields[3], fields[4]) else { continue }
                records.append(record)
            }
        }
        guard answers == questions else { return .failure(.unreadable(text)) }
        return .success(records)
    }

    /// The longest of the name's own records that can point it, in seconds; 0 where there is none.
    static func timeToLive(in text: String, name: String) -> Int {
        let times = text.split(separator: "\n").compactMap { line -> Int? in
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard !line.hasPrefix(";"), fields.count >= 5, fields[0].lowercased() == name,
                record(fields[3], fields[4]) != nil
            else { return nil }
            return Int(fields[1])
        }
        return times.max() ?? 0
    }

    private static func record(_ type: Substring, _ data: Substring) -> DomainRecord? {
        switch type {
        case "A", "AAAA":
            DomainRecord(
                type: String(type), data: NetworkAddressText.canonical(String(data)) ?? String(data))
        case "CNAME": DomainRecord(type: "CNAME", data: data.lowercased())
        default: nil
        }
    }

    private static func word(after label: String, in line: Substring) -> String? {
        guard let start = line.firstRange(of: label)?.upperBound else { return nil }
        return String(line[start...].prefix { $0 != "," && $0 != " " })
    }
}
