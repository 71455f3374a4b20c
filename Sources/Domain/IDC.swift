/// One of the two data centres of a pair.
///
/// The cases are the keys of the configuration (`idcs: idc1: ...`); the name that people read
/// is in ``Snapshot/names``.
package enum IDC: String, CaseIterable, Hashable, Sendable, Comparable {
    case idc1
    case idc2

    /// The data centre on the other side of the pair.
    package var other: IDC {
        switch self {
        case .idc1: .idc2
        case .idc2: .idc1
        }
    }

    package static func < (lhs: IDC, rhs: IDC) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// One value for each data centre.
package struct PerIDC<Value> {
    package var idc1: Value
    package var idc2: Value

    package init(idc1: Value, idc2: Value) {
        self.idc1 = idc1
        self.idc2 = idc2
    }

    /// Asks `make` once per data centre.
    package init(_ make: (IDC) throws -> Value) rethrows {
        self.init(idc1: try make(.idc1), idc2: try make(.idc2))
    }

    package subscript(idc: IDC) -> Value {
        get {
            switch idc {
            case .idc1: idc1
            case .idc2: idc2
            }
        }
        // In place: a get and a set would copy large values on every change of an element.
        _modify {
            switch idc {
            case .idc1: yield &idc1
            case .idc2: yield &idc2
            }
        }
    }

    package func map<Other>(_ transform: (Value) throws -> Other) rethrows -> PerIDC<Other> {
        PerIDC<Other>(idc1: try transform(idc1), idc2: try transform(idc2))
    }
}

extension PerIDC: Sendable where Value: Sendable {}
extension PerIDC: Equatable where Value: Equatable {}
extension PerIDC: Hashable where Value: Hashable {}
