import Domain

/// Endpoints and the failover's policy.
extension SettingsBuilder {
    mutating func failover(_ context: SettingGroup) -> FailoverSettings {
        let nameServer = context["nameServer"]?.group.flatMap { self.nameServer($0) }
        let entries = context["endpoints"]?.table ?? []
        let endpoints = entries.compactMap { endpoint($0, hasNameServer: nameServer != nil) }
        checkGlobs(entries)
        let policy = context["failover"]?.group
        let approvers = approvers(policy?["approvers"])
        let secondPerson = policy?["secondPerson"]?.text.flatMap(SecondPersonPolicy.init(rawValue:)) ?? .never
        if secondPerson != .never, approvers.isEmpty, let item = policy?["secondPerson"] {
            reader.report(
                "failover.secondPerson: \(secondPerson.rawValue) needs somebody who can approve: name them and their public keys under failover.approvers",
                at: item.location)
        }
        return FailoverSettings(
            nameServer: nameServer, endpoints: endpoints, approvers: approvers, secondPerson: secondPerson,
            keyPath: policy?["key"]?.text, waitPeriod: policy?["waitPeriod"]?.duration ?? .seconds(5))
    }

    private mutating func nameServer(_ group: SettingGroup) -> NameServerSettings? {
        guard let address = group["address"]?.text, let port = group["port"]?.integer, let zone = group["zone"]?.text,
            let ttl = group["ttl"]
        else { return nil }
        let (seconds, fraction) = (ttl.duration ?? .seconds(5)).components
        if fraction != 0 {
            reader.report("nameServer.ttl: expected whole seconds, for example 5s", at: ttl.location)
        }
        return NameServerSettings(
            address: address, port: UInt16(port), zone: zone, keyPath: group["key"]?.text, timeToLive: Int(seconds))
    }

    private mutating func endpoint(_ entry: SettingItem.TableEntry, hasNameServer: Bool) -> EndpointSettings? {
        guard let group = entry.item.group else { return nil }
        let path = "endpoints.\(entry.key)"
        if TextRule.contextName.problem(with: entry.key) != nil {
            reader.report(
                "endpoints: expected \(TextRule.contextName.expectation), found \(Spelling.quoted(entry.key))",
                at: entry.keyLocation)
        }
        let globs = group["groups"]?.texts ?? []
        if globs.isEmpty {
            reader.report(
                "\(path).groups: expected at least one group, for example groups: [\"\(entry.key)-*\"]",
                at: group["groups"]?.location ?? group.location)
        }
        guard let source = source(group, path, hasNameServer: hasNameServer) else { return nil }
        return EndpointSettings(name: entry.key, groups: globs.map { Glob($0) }, source: source)
    }

    private mutating func source(
        _ group: SettingGroup, _ path: String, hasNameServer: Bool
    ) -> EndpointSettings.Source? {
        let given = ["dns", "haproxy", "command", "byHand"].filter { name in
            guard let item = group[name] else { return false }
            return item.boolean ?? true
        }
        guard given.count == 1 else {
            reader.report(
                given.isEmpty
                    ? "\(path): nothing points it: give one of dns, haproxy, command, or byHand: true"
                    : "\(path): \(given.joined(separator: " and ")) both point it; keep one of them",
                at: group.location)
            return nil
        }
        if let dns = group["dns"]?.group {
            if !hasNameServer {
                reader.report(
                    "\(path).dns: there is no name server to change it at; add nameServer: {address: ..., zone: ...}",
                    at: dns.location)
            }
            return self.dns(dns, "\(path).dns").map { .dns($0) }
        }
        if let haproxy = group["haproxy"]?.group {
            return self.haproxy(haproxy, "\(path).haproxy").map { .haproxy($0) }
        }
        if let command = group["command"]?.group {
            return self.command(command, "\(path).command").map { .command($0) }
        }
        return .byHand
    }

    private mutating func dns(_ group: SettingGroup, _ path: String) -> DNSEndpointSettings? {
        guard let name = group["name"]?.text else { return nil }
        let values = PerIDC { group[$0.rawValue]?.texts ?? [] }
        for idc in IDC.allCases {
            let names = values[idc].filter { !TextRule.isAddress($0) }
            let location = group[idc.rawValue]?.location ?? group.location
            if values[idc].isEmpty {
                reader.report("\(path).\(idc): expected at least one address, or a name", at: location)
            } else if let other = names.first, values[idc].count > 1 {
                reader.report(
                    "\(path).\(idc): \(Spelling.quoted(other)) is no address, and another name has to stand alone",
                    at: location)
            } else if let other = names.first, TextRule.domainName.problem(with: other) != nil {
                reader.report(
                    "\(path).\(idc): expected addresses, or one name of the DNS, found \(Spelling.quoted(other))",
                    at: location)
            }
        }
        if let shared = values.idc2.first(where: values.idc1.contains) {
            reader.report(
                "\(path): \(Spelling.quoted(shared)) stands for both IDCs",
                at: group["idc2"]?.location ?? group.location)
        }
        return DNSEndpointSettings(name: name, values: values)
    }

    private mutating func command(_ group: SettingGroup, _ path: String) -> CommandEndpointSettings? {
        guard let point = group["point"], let read = group["read"], let limit = group["limit"]?.duration else {
            return nil
        }
        let arguments = PerIDC { point[$0]?.texts ?? [] }
        for idc in IDC.allCases where arguments[idc].isEmpty {
            reader.report(
                "\(path).point.\(idc): expected a program and its arguments",
                at: point[idc]?.location ?? point.location)
        }
        if read.texts?.isEmpty ?? true {
            reader.report("\(path).read: expected a program and its arguments", at: read.location)
        }
        return CommandEndpointSettings(point: arguments, read: read.texts ?? [], limit: limit)
    }

    /// The same glob twice would leave its groups between two endpoints.
    private mutating func checkGlobs(_ entries: [SettingItem.TableEntry]) {
        var owners: [String: String] = [:]
        for entry in entries {
            for item in entry.item.group?["groups"]?.list ?? [] {
                guard let glob = item.text else { continue }
                if let owner = owners[glob] {
                    reader.report(
                        "endpoints.\(entry.key).groups: \(Spelling.quoted(glob)) stands under endpoints.\(owner) too; a group belongs to one endpoint",
                        at: item.location)
                }
                owners[glob] = entry.key
            }
        }
    }

    private mutating func approvers(_ item: SettingItem?) -> [ApproverSettings] {
        var owners: [String: String] = [:]
        var approvers: [ApproverSettings] = []
        for entry in item?.table ?? [] {
            guard let key = entry.item.text else { continue }
            if TextRule.word.problem(with: entry.key) != nil {
                reader.report(
                    "failover.approvers: expected a person's name without spaces, found \(Spelling.quoted(entry.key))",
                    at: entry.keyLocation)
            }
            if let owner = owners[key] {
                reader.report(
                    "failover.approvers.\(entry.key): this is \(owner)'s key; each person has one of their own",
                    at: entry.item.location)
            }
            owners[key] = entry.key
            approvers.append(ApproverSettings(name: entry.key, publicKey: key))
        }
        return approvers
    }
}
