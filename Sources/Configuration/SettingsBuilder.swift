import Domain

/// Makes settings of checked values, and checks what concerns several of them.
struct SettingsBuilder {
    var reader: SettingReader
    private var notes: [String] = []

    init(reader: SettingReader) {
        self.reader = reader
    }

    /// - Throws: every problem that was found, in the order of the files.
    static func settings(
        of node: YAMLNode, path: String, surroundings: Surroundings
    ) throws(SettingsError) -> Settings {
        let reader = SettingReader(surroundings: surroundings, directory: Surroundings.directory(of: path))
        var builder = SettingsBuilder(reader: reader)
        let settings = builder.settings(of: node, path: path)
        guard builder.reader.problems.isEmpty, let settings else { throw SettingsError(builder.reader.problems) }
        return settings
    }

    private mutating func settings(of node: YAMLNode, path: String) -> Settings? {
        var node = node
        var keys = SettingSchema.single
        if case .mapping(let entries, let location) = node, entries.contains(where: { $0.key == "contexts" }) {
            keys = SettingSchema.several
            let misplaced = entries.filter { entry in SettingSchema.pair.contains { $0.name == entry.key } }
            for entry in misplaced {
                reader.report(
                    "\(Spelling.quoted(entry.key)) stands beside \"contexts\"; expected it inside each of the contexts",
                    at: entry.keyLocation)
            }
            let isMisplaced = { (entry: YAMLNode.Entry) in misplaced.contains(entry) }
            node = .mapping(entries.filter { !isMisplaced($0) }, at: location)
        }
        guard let group = reader.read(node, as: .group(keys), path: "")?.group else { return nil }
        let contexts = contexts(of: group)
        return Settings(
            path: path, contexts: contexts, defaultContext: defaultContext(group, among: contexts),
            refreshInterval: group["refreshInterval"]?.duration ?? .seconds(1),
            theme: group["theme"]?.text ?? "midnight",
            language: group["language"]?.text.flatMap(Language.init(rawValue:)) ?? .english,
            keys: (group["keys"]?.table ?? []).map { entry in
                KeySetting(action: entry.key, keys: entry.item.texts ?? [], location: entry.keyLocation)
            },
            journalPath: group["journal"]?.text ?? statePath("journal.db"),
            logPath: group["log"]?.text ?? statePath("bascule.log"), notes: notes)
    }

    /// Where the program keeps a file of its own.
    private func statePath(_ name: String) -> String? {
        if let state = reader.surroundings.nonEmpty("XDG_STATE_HOME"), state.hasPrefix("/") {
            return "\(state)/bascule/\(name)"
        }
        return reader.surroundings.nonEmpty("HOME").map { "\($0)/.local/state/bascule/\(name)" }
    }

    // MARK: Contexts

    private mutating func contexts(of group: SettingGroup) -> [ContextSettings] {
        guard group.declared.contains(where: { $0.name == "contexts" }) else {
            let name = group["context"]?.text ?? "default"
            return context(name, group).map { [$0] } ?? []
        }
        let entries = group["contexts"]?.table ?? []
        if entries.isEmpty, reader.problems.isEmpty {
            reader.report("contexts: expected at least one context", at: group["contexts"]?.location ?? group.location)
        }
        return entries.compactMap { entry in
            if TextRule.contextName.problem(with: entry.key) != nil {
                reader.report(
                    "contexts: expected \(TextRule.contextName.expectation), found \(Spelling.quoted(entry.key))",
                    at: entry.keyLocation)
            }
            return entry.item.group.flatMap { context(entry.key, $0) }
        }
    }

    private mutating func defaultContext(_ group: SettingGroup, among contexts: [ContextSettings]) -> String? {
        guard let item = group["context"], let name = item.text else { return nil }
        let known = contexts.map(\.name)
        // Where contexts are missing because of problems of their own, the name may well be right.
        if !known.contains(name), reader.problems.isEmpty {
            let hint = Spelling.nearest(to: name, among: known).map { "; did you mean \(Spelling.quoted($0))?" } ?? ""
            reader.report(
                "context: there is no context \(Spelling.quoted(name)) in \"contexts\"\(hint)", at: item.location)
        }
        return name
    }

    private mutating func context(_ name: String, _ group: SettingGroup) -> ContextSettings? {
        guard let idcs = group["idcs"], let mirrors = group["mirrors"]?.group else { return nil }
        let sides = PerIDC { idc in idcs[idc]?.group.flatMap { side(idc, $0) } }
        let mirrorSettings = self.mirrors(mirrors, sides.map { $0?.bootstrap ?? [] })
        let haproxy = group["traffic"]?.group?["haproxy"]?.group.flatMap {
            self.haproxy($0, "traffic.haproxy")
        }
        let failover = self.failover(group)
        guard let one = sides.idc1, let two = sides.idc2 else { return nil }
        let both = PerIDC(idc1: one, idc2: two)
        checkDifferent(both, at: idcs)
        return ContextSettings(
            name: name, isProduction: group["production"]?.boolean ?? false, idcs: both, haproxy: haproxy,
            mirrors: mirrorSettings, excludedGroups: group["groups"]?.group?["exclude"]?.texts ?? [],
            sync: sync(group["sync"]?.group), failover: failover)
    }

    private func sync(_ group: SettingGroup?) -> OffsetSyncSettings {
        OffsetSyncSettings(
            interval: group?["interval"]?.duration ?? .milliseconds(250), held: group?["hold"]?.texts ?? [],
            offsetsRetention: group?["offsetsRetention"]?.duration ?? .seconds(168 * 3_600),
            raisesForeignCommits: group?["foreignCommits"]?.text != "hold",
            treatsBothSidesAsOne: group?["bothSidesAreOne"]?.boolean ?? false)
    }

    /// A pair of a cluster and itself would look perfectly mirrored.
    private mutating func checkDifferent(_ sides: PerIDC<IDCSettings>, at idcs: SettingItem) {
        let location = idcs[.idc2]?.location ?? idcs.location
        if let shared = sides.idc2.bootstrap.first(where: sides.idc1.bootstrap.contains) {
            reader.report("idcs: both IDCs have the bootstrap server \(Spelling.quoted(shared))", at: location)
        }
        if sides.idc1.name.lowercased() == sides.idc2.name.lowercased() {
            reader.report("idcs: both IDCs are named \(Spelling.quoted(sides.idc1.name))", at: location)
        }
        if let url = sides.idc2.connect?.urls.first(where: { sides.idc1.connect?.urls.contains($0) == true }) {
            reader.report("idcs: both IDCs have the Connect worker \(Spelling.quoted(url))", at: location)
        }
    }

    // MARK: A side

    private mutating func side(_ idc: IDC, _ group: SettingGroup) -> IDCSettings? {
        var inputs: [KafkaTranslation.Input] = []
        var isReadable = true
        if let item = group["properties"], let path = item.text {
            do throws(SettingsError) {
                inputs += try propertyInputs(path, at: item.location)
            } catch {
                for problem in error.problems { reader.report(problem) }
                isReadable = false
            }
        }
        inputs += group["kafka"]?.library ?? []
        let translation = KafkaTranslation(
            inputs, surroundings: reader.surroundings, directory: reader.directory)
        for problem in translation.problems { reader.report(problem) }
        notes += translation.notes
        let bootstrap = group["bootstrap"]?.texts ?? translation.bootstrap.map { [$0.servers] }
        let servers = (bootstrap ?? []).flatMap { $0.split(separator: ",") }.map { String(TextRule.trimmed($0)) }
        if servers.isEmpty, isReadable {
            reader.report(
                "idcs.\(idc): the key \"bootstrap\" is missing; expected a list, each HOST:PORT, for example "
                    + "bootstrap: [\"kafka-1:9092\"]", at: group.location)
        }
        if let mine = group["bootstrap"], let others = translation.bootstrap {
            notes.append("\(others.origin): \"bootstrap.servers\" has no effect: \(mine.location) names others")
        }
        return IDCSettings(
            name: group["name"]?.text ?? idc.rawValue.uppercased(), bootstrap: servers,
            kafka: KafkaSettings(translation.entries), connect: group["connect"].flatMap { connect($0, idc) })
    }

    /// The settings of a `.properties` file.
    private mutating func propertyInputs(
        _ path: String, at location: SourceLocation
    ) throws(SettingsError) -> [KafkaTranslation.Input] {
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(path, limit: PropertiesFile.sizeLimit)
        } catch {
            throw SettingsError("cannot read the file \(Spelling.quoted(path)): \(error.reason)", at: location)
        }
        let file = try PropertiesFile(bytes, file: path)
        let expansion = Expansion(surroundings: reader.surroundings, directory: reader.directory)
        for entry in file.repeated {
            notes.append("\(entry.location): \(Spelling.quoted(entry.name)) is given again; the last one holds")
        }
        var inputs: [KafkaTranslation.Input] = []
        for entry in file.entries {
            do throws(Expansion.Problem) {
                let result = try expansion.expand(entry.value, isStrict: false)
                inputs.append(
                    .init(
                        name: entry.name, text: result.text, isExpanded: result.isExpanded, origin: entry.location,
                        isInline: false))
            } catch {
                reader.report("\(Spelling.quoted(entry.name)): \(error.message)", at: entry.location)
            }
        }
        return inputs
    }

    private mutating func connect(_ item: SettingItem, _ idc: IDC) -> ConnectSettings? {
        let group = item.group
        let items = group.map { $0["urls"]?.list ?? [] } ?? item.list ?? []
        let addresses = items.compactMap { $0.text.flatMap { WebAddress($0) } }
        if addresses.isEmpty {
            reader.report("idcs.\(idc).connect: expected at least one address of a worker", at: item.location)
            return nil
        }
        let user = group?["user"]?.text
        let password = group?["password"]?.secret
        let inAddresses = Set(addresses.compactMap(\.user))
        if inAddresses.count > 1 || (user != nil && !inAddresses.isEmpty && inAddresses != [user ?? ""])
            || Set(addresses.compactMap(\.password)).count > 1
        {
            reader.report(
                "idcs.\(idc).connect: one user and password for all workers, expected as `user` and `password`",
                at: item.location)
        }
        if let group, password != nil, user == nil {
            reader.report(
                "idcs.\(idc).connect: `password` without `user`", at: group["password"]?.location ?? item.location)
        }
        let certificate = group?["certificate"]
        let key = group?["key"]
        if (certificate == nil) != (key == nil) {
            reader.report(
                "idcs.\(idc).connect: `certificate` and `key` belong together; one of them is missing",
                at: (certificate ?? key)?.location ?? item.location)
        }
        return ConnectSettings(
            urls: addresses.map(\.text), user: user ?? inAddresses.first,
            password: password ?? addresses.compactMap(\.password).first, caPath: group?["ca"]?.text,
            certificatePath: certificate?.text, keyPath: key?.text, keyPassword: group?["keyPassword"]?.secret,
            offsetTopic: group?["offsetTopic"]?.text)
    }

    // MARK: Traffic and mirrors

    mutating func haproxy(_ group: SettingGroup, _ path: String) -> HAProxySettings? {
        guard let sockets = group["socket"]?.texts?.compactMap(HAProxySocket.init),
            let backend = group["backend"]?.text,
            let servers = group["servers"]
        else { return nil }
        let names = PerIDC { servers[$0]?.texts ?? [] }
        for idc in IDC.allCases where names[idc].isEmpty {
            reader.report(
                "\(path).servers.\(idc): expected at least one server",
                at: servers[idc]?.location ?? servers.location)
        }
        if let shared = names.idc2.first(where: names.idc1.contains) {
            reader.report(
                "\(path).servers: \(Spelling.quoted(shared)) stands in both IDCs",
                at: servers[.idc2]?.location ?? servers.location)
        }
        if sockets.isEmpty {
            reader.report(
                "\(path).socket: expected at least one socket", at: group["socket"]?.location ?? group.location)
        }
        return HAProxySettings(sockets: sockets, backend: backend, servers: names)
    }

    private mutating func mirrors(_ group: SettingGroup, _ bootstrap: PerIDC<[String]>) -> MirrorSettings {
        let kind = group["kind"]?.text.flatMap(MirrorKind.init(rawValue:)) ?? .mirrormaker2
        for name in ["sinkPattern", "originHeader"] {
            let item = group[name]
            if kind == .sink, name == "sinkPattern", item == nil {
                reader.report("mirrors: the key \"\(name)\" is missing, which `kind: sink` needs", at: group.location)
            } else if kind != .sink, let item {
                reader.report(
                    "mirrors.\(name): only for `kind: sink`; here the kind is \(kind.rawValue)", at: item.location)
            }
        }
        let topics = group["topics"]?.group
        let create = group["create"]?.group
        let created = create?["bootstrap"]
        return MirrorSettings(
            kind: kind, includedTopics: topics?["include"]?.texts ?? [],
            excludedTopics: topics?["exclude"]?.texts ?? [],
            producedOn: PerIDC { group["producedOn"]?[$0]?.texts ?? [] },
            sinkPattern: group["sinkPattern"]?.text, originHeader: group["originHeader"]?.text,
            aliases: PerIDC { group["aliases"]?[$0]?.texts ?? [] },
            creation: MirrorCreationSettings(
                maximumTasks: create?["tasksMax"]?.integer ?? 1,
                replicationFactor: create?["replicationFactor"]?.integer ?? 3,
                bootstrap: PerIDC { idc in
                    (created?[idc]?.texts ?? bootstrap[idc]).flatMap { $0.split(separator: ",") }
                        .map { String(TextRule.trimmed($0)) }
                },
                configuration: LibrarySettings((create?["configuration"]?.library ?? []).map(Self.connectorSetting))))
    }

    private static func connectorSetting(_ input: KafkaTranslation.Input) -> LibrarySettings.Entry {
        let isSecret = input.isExpanded || LibrarySettings.isSecret(input.name)
        return .init(
            name: input.name, value: isSecret ? .secret(Secret(input.text)) : .plain(input.text), origin: input.origin)
    }
}
