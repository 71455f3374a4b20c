import Domain

/// Checks YAML against declared keys and collects every problem, so that one run shows them all.
struct SettingReader {
    let surroundings: Surroundings
    /// The configuration's directory: relative paths are relative to it.
    let directory: String
    private(set) var problems: [SettingsError.Problem] = []

    private let expansion: Expansion

    init(surroundings: Surroundings, directory: String) {
        self.surroundings = surroundings
        self.directory = directory
        expansion = Expansion(surroundings: surroundings, directory: directory)
    }

    mutating func report(_ message: String, at location: SourceLocation) {
        problems.append(SettingsError.Problem(message, at: location))
    }

    mutating func report(_ problem: SettingsError.Problem) {
        problems.append(problem)
    }

    /// The value, or `nil` after a problem has been reported. `path` names it in messages: `idcs.idc1.name`.
    mutating func read(_ node: YAMLNode, as kind: SettingKind, path: String) -> SettingItem? {
        switch kind {
        case .mapOr(let map, let other):
            if case .mapping = node { return read(node, as: map, path: path) }
            return read(node, as: other, path: path)
        case .group(let keys):
            return entries(of: node, kind, path).flatMap { group($0, at: node.location, keys, path) }
        case .perIDC(let element, let isComplete):
            return entries(of: node, kind, path).flatMap { perIDC($0, at: node.location, element, isComplete, path) }
        case .table(let element, _):
            return entries(of: node, kind, path).map { table($0, at: node.location, element, path) }
        case .librarySettings:
            return entries(of: node, kind, path).map { library($0, at: node.location, path) }
        case .list(let element):
            return list(node, of: element, kind, path)
        case .text, .secret, .boolean, .integer, .duration, .choice:
            return scalar(node, as: kind, path: path)
        }
    }

    // MARK: Scalars

    private mutating func scalar(_ node: YAMLNode, as kind: SettingKind, path: String) -> SettingItem? {
        guard case .scalar(let raw, _, let location) = node, !node.isNothing else {
            report("\(path): expected \(kind.expectation), found \(node.kindName)", at: node.location)
            return nil
        }
        guard let expanded = expand(raw, path, at: location) else { return nil }
        guard let value = value(expanded.text, as: kind, path: path, at: location) else {
            // What came from a variable or a file may be a secret in the wrong place, an address may hold one.
            let isShown = !expanded.isExpanded && !raw.contains("@")
            let shown =
                isShown ? Spelling.quoted(raw) : expanded.isExpanded ? "what \(raw.prefix(80)) holds" : "something else"
            let reason = detail(expanded.text, as: kind)
            let hint = isShown ? suggestion(for: raw, kind) : ""
            report("\(path): expected \(kind.expectation), found \(shown)\(reason)\(hint)", at: location)
            return nil
        }
        return SettingItem(value: value, location: location)
    }

    private mutating func expand(_ raw: String, _ path: String, at location: SourceLocation) -> Expansion.Result? {
        do throws(Expansion.Problem) {
            return try expansion.expand(raw)
        } catch {
            report("\(path): \(error.message)", at: location)
            return nil
        }
    }

    private func value(
        _ text: String, as kind: SettingKind, path: String, at location: SourceLocation
    ) -> SettingItem.Value? {
        switch kind {
        case .text(let rule): rule.problem(with: text) == nil ? checked(text, rule) : nil
        case .secret: text.isEmpty || text.unicodeScalars.contains("\0") ? nil : .secret(Secret(text))
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .integer(let range):
            Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .duration(let range):
            Duration(spelled: text).flatMap { range.contains($0) ? .duration($0) : nil }
        case .choice(let words): words.contains(text) ? .text(text) : nil
        case .list, .group, .perIDC, .table, .librarySettings, .mapOr: nil
        }
    }

    private func checked(_ text: String, _ rule: TextRule) -> SettingItem.Value? {
        switch rule {
        case .existingFile:
            let path = surroundings.resolved(text, in: directory)
            return FileContents.obstacle(to: path) == nil ? .text(path) : nil
        case .path: return .text(surroundings.resolved(text, in: directory))
        case .printable, .contextName, .displayName, .bootstrap, .url, .pattern, .socket, .topic, .word, .address,
            .domainName, .publicKey:
            return .text(text)
        }
    }

    /// What more there is to say about a wrong text.
    private func detail(_ text: String, as kind: SettingKind) -> String {
        guard case .text(let rule) = kind else { return "" }
        if let problem = rule.problem(with: text) { return problem.isEmpty ? "" : " (\(problem))" }
        guard case .existingFile = rule else { return "" }
        let reason = FileContents.obstacle(to: surroundings.resolved(text, in: directory))?.reason
        return reason.map { " (\($0))" } ?? ""
    }

    private func suggestion(for text: String, _ kind: SettingKind) -> String {
        switch kind {
        case .choice(let words):
            Spelling.nearest(to: text, among: words).map { "; did you mean \(Spelling.quoted($0))?" } ?? ""
        case .boolean:
            switch text.lowercased() {
            case "yes", "on", "y", "true": "; did you mean \"true\"?"
            case "no", "off", "n", "false": "; did you mean \"false\"?"
            default: ""
            }
        case .duration:
            Int(text) != nil ? "; a duration has a unit, for example \(text)s" : ""
        case .text, .secret, .integer, .list, .group, .perIDC, .table, .librarySettings, .mapOr: ""
        }
    }

    // MARK: Lists and maps

    private mutating func list(
        _ node: YAMLNode, of element: SettingKind, _ kind: SettingKind, _ path: String
    ) -> SettingItem? {
        guard case .sequence(let nodes, let location) = node else {
            guard case .scalar = node, !node.isNothing else {
                report("\(path): expected \(kind.expectation), found \(node.kindName)", at: node.location)
                return nil
            }
            return read(node, as: element, path: path).map { SettingItem(value: .list([$0]), location: node.location) }
        }
        let items = nodes.enumerated().compactMap { read($1, as: element, path: "\(path)[\($0)]") }
        return items.count == nodes.count ? SettingItem(value: .list(items), location: location) : nil
    }

    private mutating func entries(of node: YAMLNode, _ kind: SettingKind, _ path: String) -> [YAMLNode.Entry]? {
        guard case .mapping(let entries, _) = node else {
            let place = path.isEmpty ? "" : "\(path): "
            report("\(place)expected \(kind.expectation), found \(node.kindName)", at: node.location)
            return nil
        }
        return entries
    }

    private mutating func group(
        _ entries: [YAMLNode.Entry], at location: SourceLocation, _ keys: [SettingKey], _ path: String
    ) -> SettingItem? {
        var items: [String: SettingItem] = [:]
        var isSound = true
        for entry in entries {
            guard let key = keys.first(where: { $0.name == entry.key }) else {
                reportUnknown(entry, known: keys.map(\.name), path)
                isSound = false
                continue
            }
            let item = read(entry.value, as: key.kind, path: Self.joined(path, key.name))
            if item == nil { isSound = false }
            items[key.name] = item
        }
        for key in keys where !entries.contains(where: { $0.key == key.name }) {
            if key.isRequired {
                report(
                    "\(path.isEmpty ? "" : "\(path): ")the key \(Spelling.quoted(key.name)) is missing; expected "
                        + "\(key.kind.expectation), for example \(key.name): \(key.example)", at: location)
                isSound = false
            } else if let fallback = key.fallback {
                items[key.name] = defaultItem(fallback, key, at: location)
            }
        }
        let group = SettingGroup(declared: keys, items: items, location: location)
        return isSound ? SettingItem(value: .group(group), location: location) : nil
    }

    /// The default of a key, read as if it stood in the file.
    private mutating func defaultItem(_ text: String, _ key: SettingKey, at location: SourceLocation) -> SettingItem? {
        do throws(SettingsError) {
            let node = try YAMLDocument(Array(text.utf8), file: location.file).root
            return read(node, as: key.kind, path: key.name).map { SettingItem(value: $0.value, location: location) }
        } catch {
            report("\(key.name): its default cannot be read: \(error.text)", at: location)
            return nil
        }
    }

    private mutating func perIDC(
        _ entries: [YAMLNode.Entry], at location: SourceLocation, _ element: SettingKind, _ isComplete: Bool,
        _ path: String
    ) -> SettingItem? {
        var items: [IDC: SettingItem] = [:]
        var isSound = true
        for entry in entries {
            guard let idc = IDC(rawValue: entry.key) else {
                reportUnknown(entry, known: IDC.allCases.map(\.rawValue), path)
                isSound = false
                continue
            }
            items[idc] = read(entry.value, as: element, path: "\(path).\(entry.key)")
            if items[idc] == nil { isSound = false }
        }
        for idc in IDC.allCases where isComplete && !entries.contains(where: { $0.key == idc.rawValue }) {
            report("\(path): the key \"\(idc)\" is missing; expected \(element.expectation)", at: location)
            isSound = false
        }
        return isSound ? SettingItem(value: .perIDC(items), location: location) : nil
    }

    private mutating func table(
        _ entries: [YAMLNode.Entry], at location: SourceLocation, _ element: SettingKind, _ path: String
    ) -> SettingItem {
        var result: [SettingItem.TableEntry] = []
        for entry in entries {
            guard let item = read(entry.value, as: element, path: "\(path).\(Self.shown(entry.key))") else { continue }
            result.append(.init(key: entry.key, keyLocation: entry.keyLocation, item: item))
        }
        return SettingItem(value: .table(result), location: location)
    }

    private mutating func library(
        _ entries: [YAMLNode.Entry], at location: SourceLocation, _ path: String
    ) -> SettingItem {
        var inputs: [KafkaTranslation.Input] = []
        for entry in entries {
            let name = Self.shown(entry.key)
            guard case .scalar(let raw, _, let at) = entry.value, !entry.value.isNothing else {
                let advice =
                    if case .mapping = entry.value { "; write its name in one piece: \"\(name).NAME\": VALUE" } else {
                        ""
                    }
                report(
                    "\(path).\(name): expected a text, found \(entry.value.kindName)\(advice)", at: entry.value.location
                )
                continue
            }
            guard let expanded = expand(raw, "\(path).\(name)", at: at) else { continue }
            guard !expanded.text.unicodeScalars.contains("\0") else {
                report("\(path).\(name): a NUL character", at: at)
                continue
            }
            inputs.append(
                .init(
                    name: entry.key, text: expanded.text, isExpanded: expanded.isExpanded, origin: entry.keyLocation,
                    isInline: true)
            )
        }
        return SettingItem(value: .library(inputs), location: location)
    }

    private mutating func reportUnknown(_ entry: YAMLNode.Entry, known: [String], _ path: String) {
        let place = path.isEmpty ? "" : " in \(path)"
        let meant = Spelling.nearest(to: entry.key, among: known)
        let advice =
            entry.key == "<<"
            ? "merge keys are not part of YAML 1.2; repeat the values"
            : meant.map { "did you mean \(Spelling.quoted($0))?" } ?? "known are \(known.joined(separator: ", "))"
        report("unknown key \(Spelling.quoted(entry.key))\(place); \(advice)", at: entry.keyLocation)
    }

    private static func joined(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// A key of the user's choice, cleaned for a message.
    private static func shown(_ key: String) -> String {
        let quoted = Spelling.quoted(key)
        return quoted.dropFirst().dropLast() == key ? key : quoted
    }
}
