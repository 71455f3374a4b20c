/// What is known about something that lives outside: never a bare value, so that what could not be read
/// cannot be mistaken for zero or for empty.
package enum Reading<Value> {
    /// Asked for, not answered yet.
    case pending
    /// Read at the given moment, by the newest poll.
    case known(Value, at: WallTime)
    /// Read at the given moment; every attempt since then failed, the first of them as `because` says.
    case stale(Value, at: WallTime, because: Unavailability)
    /// Never read.
    case unavailable(Unavailability)

    /// The newest value there is, however old.
    package var lastKnown: Value? {
        switch self {
        case .known(let value, _), .stale(let value, _, _): value
        case .pending, .unavailable: nil
        }
    }

    /// The value if the newest poll read it.
    package var current: Value? {
        switch self {
        case .known(let value, _): value
        case .pending, .stale, .unavailable: nil
        }
    }

    /// When ``lastKnown`` was read.
    package var readAt: WallTime? {
        switch self {
        case .known(_, let at), .stale(_, let at, _): at
        case .pending, .unavailable: nil
        }
    }

    /// Why there is no newer value.
    package var unavailability: Unavailability? {
        switch self {
        case .stale(_, _, let because), .unavailable(let because): because
        case .pending, .known: nil
        }
    }

    package func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Reading<Other> {
        switch self {
        case .pending: .pending
        case .known(let value, let at): .known(try transform(value), at: at)
        case .stale(let value, let at, let because): .stale(try transform(value), at: at, because: because)
        case .unavailable(let because): .unavailable(because)
        }
    }

    /// The reading after one more attempt failed: a value becomes stale, and the first failure's moment stays.
    package func failed(_ kind: FailureKind, _ detail: String, at moment: WallTime) -> Reading {
        let since = unavailability?.since ?? moment
        let because = Unavailability(kind: kind, detail: detail, since: since)
        switch self {
        case .known(let value, let at), .stale(let value, let at, _): return .stale(value, at: at, because: because)
        case .pending, .unavailable: return .unavailable(because)
        }
    }
}

extension Reading: Sendable where Value: Sendable {}
extension Reading: Equatable where Value: Equatable {}
extension Reading: Hashable where Value: Hashable {}

/// Why something could not be read, and since when.
package struct Unavailability: Hashable, Sendable {
    package let kind: FailureKind
    /// One line for people, already free of secrets and control characters.
    package let detail: String
    /// When the first failing attempt of the present row of failures was made.
    package let since: WallTime

    package init(kind: FailureKind, detail: String, since: WallTime) {
        self.kind = kind
        self.detail = detail
        self.since = since
    }
}

/// The kinds of failure that every port tells apart; the raw values stand in `problems` of the status document.
package enum FailureKind: String, Hashable, Sendable, CaseIterable {
    /// No connection: refused, no route, name not found.
    case unreachable
    /// Connected or connecting, but no answer within the deadline.
    case timedOut
    /// Authentication failed, or an ACL forbids it.
    case refused
    case notFound
    /// An answer that makes no sense: HTML from a proxy, truncated JSON, an offset past the end.
    case malformed
    /// The other side does not know this request.
    case unsupported
    /// Busy for now, for example a Connect cluster that rebalances (HTTP 409).
    case conflict
    case cancelled
    /// The other side answered with an error of its own.
    case failed
}
