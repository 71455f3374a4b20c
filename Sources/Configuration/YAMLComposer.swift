import Domain

/// Makes nodes of libyaml's events, within the limits of ``YAMLDocument``.
struct YAMLComposer {
    private let events: YAMLEvents
    private let file: String
    private var nodeCount = 0
    /// What an anchor stands for, and of how many nodes it is made; `nil` while it is being read.
    private var anchors: [String: (node: YAMLNode, size: Int)?] = [:]

    init(events: YAMLEvents, file: String) {
        self.events = events
        self.file = file
    }

    mutating func onlyRoot() throws(SettingsError) -> YAMLNode {
        var root: YAMLNode?
        while true {
            switch try events.next() {
            case .start, .documentEnd: continue
            case .documentStart(let location):
                guard root == nil else { throw SettingsError("a second document begins; expected one", at: location) }
                root = try node(try events.next(), depth: 1)
            case .end:
                guard let root else {
                    throw SettingsError(
                        "the file is empty; expected a map of settings", at: SourceLocation(file: file, line: 1))
                }
                return root
            case .alias, .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd: continue
            }
        }
    }

    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws(SettingsError) -> YAMLNode {
        let before = nodeCount
        switch event {
        case .alias(let name, let location):
            return try aliased(name, at: location)
        case .scalar(let text, let isPlain, let anchor, let location):
            try count(1, at: location)
            try open(anchor, at: location)
            return close(anchor, .scalar(text, isPlain: isPlain, at: location), since: before)
        case .sequenceStart(let anchor, let location):
            try begin(anchor, depth, at: location)
            var elements: [YAMLNode] = []
            while true {
                let event = try events.next()
                if case .sequenceEnd = event { break }
                elements.append(try node(event, depth: depth + 1))
            }
            return close(anchor, .sequence(elements, at: location), since: before)
        case .mappingStart(let anchor, let location):
            try begin(anchor, depth, at: location)
            let entries = try entries(depth: depth)
            return close(anchor, .mapping(entries, at: location), since: before)
        case .start, .end, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw SettingsError("libyaml's events are out of order", at: SourceLocation(file: file, line: 1))
        }
    }

    private mutating func entries(depth: Int) throws(SettingsError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event { return entries }
            let key = try node(event, depth: depth + 1)
            guard case .scalar(let name, _, let location) = key else {
                throw SettingsError("a list or a map stands as key; expected a word", at: key.location)
            }
            if let line = lines.updateValue(location.line, forKey: name) {
                throw SettingsError("the key \(Spelling.quoted(name)) is already in line \(line)", at: location)
            }
            let value = try node(try events.next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(key: name, keyLocation: location, value: value))
        }
    }

    // MARK: Limits and anchors

    private mutating func begin(_ anchor: String?, _ depth: Int, at location: SourceLocation) throws(SettingsError) {
        guard depth <= YAMLDocument.depthLimit else {
            throw SettingsError("more than \(YAMLDocument.depthLimit) levels of nesting", at: location)
        }
        try count(1, at: location)
        try open(anchor, at: location)
    }

    private mutating func count(_ nodes: Int, at location: SourceLocation) throws(SettingsError) {
        nodeCount += nodes
        guard nodeCount <= YAMLDocument.nodeLimit else {
            throw SettingsError(
                "the document holds more than \(YAMLDocument.nodeLimit) values, aliases counted", at: location)
        }
    }

    private mutating func open(_ anchor: String?, at location: SourceLocation) throws(SettingsError) {
        guard let anchor else { return }
        guard anchors[anchor] == nil else {
            throw SettingsError("a second anchor &\(anchor); expected one of each name", at: location)
        }
        anchors[anchor] = .some(nil)
    }

    private mutating func close(_ anchor: String?, _ node: YAMLNode, since before: Int) -> YAMLNode {
        if let anchor { anchors[anchor] = (node, nodeCount - before) }
        return node
    }

    private mutating func aliased(_ name: String, at location: SourceLocation) throws(SettingsError) -> YAMLNode {
        guard let anchor = anchors[name] else {
            throw SettingsError("an alias *\(name) of an anchor &\(name) that is not there", at: location)
        }
        guard let anchor else { throw SettingsError("the alias *\(name) contains itself", at: location) }
        try count(anchor.size, at: location)
        return anchor.node
    }
}
