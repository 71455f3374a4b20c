import Domain

/// A value of the configuration after it has been checked against its key.
struct SettingItem {
    let value: Value
    /// Where it stands; for a default, where the map stands that lacks it.
    let location: SourceLocation

    indirect enum Value {
        case text(String)
        case secret(Secret)
        case boolean(Bool)
        case integer(Int)
        case duration(Duration)
        case list([SettingItem])
        case group(SettingGroup)
        case perIDC([IDC: SettingItem])
        case table([TableEntry])
        case library([KafkaTranslation.Input])
    }

    struct TableEntry {
        let key: String
        let keyLocation: SourceLocation
        let item: SettingItem
    }

    var text: String? { if case .text(let text) = value { text } else { nil } }
    var secret: Secret? { if case .secret(let secret) = value { secret } else { nil } }
    var boolean: Bool? { if case .boolean(let boolean) = value { boolean } else { nil } }
    var integer: Int? { if case .integer(let integer) = value { integer } else { nil } }
    var duration: Duration? { if case .duration(let duration) = value { duration } else { nil } }
    var list: [SettingItem]? { if case .list(let items) = value { items } else { nil } }
    var texts: [String]? { list?.compactMap(\.text) }
    var group: SettingGroup? { if case .group(let group) = value { group } else { nil } }
    var table: [TableEntry]? { if case .table(let entries) = value { entries } else { nil } }
    var library: [KafkaTranslation.Input]? { if case .library(let inputs) = value { inputs } else { nil } }

    subscript(idc: IDC) -> SettingItem? {
        if case .perIDC(let items) = value { items[idc] } else { nil }
    }
}

/// The values of a map with declared keys.
struct SettingGroup {
    let declared: [SettingKey]
    let items: [String: SettingItem]
    let location: SourceLocation

    /// The value or default of a key; `nil` where there is neither.
    subscript(name: String) -> SettingItem? {
        // A misspelt name here would read as "not configured", for ever and silently.
        precondition(declared.contains { $0.name == name }, "the key \(name) is not declared")
        return items[name]
    }
}
