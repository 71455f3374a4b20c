import Domain

/// A value of a document that others read. Objects keep their keys in order, so that output is stable.
package indirect enum DataNode: Hashable, Sendable {
    case object([DataMember])
    case array([DataNode])
    case string(String)
    case integer(Int64)
    /// Written as null when it is no finite number.
    case double(Double)
    case bool(Bool)
    /// Not known, or not applicable.
    case null
}

/// A key of an object with its value.
package struct DataMember: Hashable, Sendable {
    package let key: String
    package let value: DataNode

    package init(_ key: String, _ value: DataNode) {
        self.key = key
        self.value = value
    }
}

extension DataNode {
    static func object(_ members: KeyValuePairs<String, DataNode>) -> DataNode {
        .object(members.map { DataMember($0.key, $0.value) })
    }

    static func optional(_ text: String?) -> DataNode { text.map { .string($0) } ?? .null }
    static func optional(_ number: Int?) -> DataNode { number.map { .integer(Int64($0)) } ?? .null }
    static func optional(_ number: Int64?) -> DataNode { number.map { .integer($0) } ?? .null }
    static func optional(_ flag: Bool?) -> DataNode { flag.map { .bool($0) } ?? .null }

    /// Rounded to `places` decimal places.
    static func optional(_ number: Double?, places: Int) -> DataNode {
        guard let number, number.isFinite else { return .null }
        return .double(number.rounded(places: places))
    }

    /// One entry per IDC, under the keys `idc1` and `idc2`.
    static func perIDC(_ value: (IDC) -> DataNode) -> DataNode {
        .object(IDC.allCases.map { DataMember($0.rawValue, value($0)) })
    }

    /// The value of a key of an object; `nil` where there is none.
    package subscript(key: String) -> DataNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
}

extension Double {
    /// Half away from zero. Numbers too great to have decimal places come back as they are. Without `rounded()`,
    /// which would need the mathematics library.
    func rounded(places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = self * scale
        guard abs(scaled) < 9e15 else { return self }
        return Double(Int64(scaled < 0 ? scaled - 0.5 : scaled + 0.5)) / scale
    }
}
