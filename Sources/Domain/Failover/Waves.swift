/// How many groups a wave holds. Waves hold whole endpoints, so a wave may be larger.
package enum WaveSize: Hashable, Sendable {
    case groups(Int)
    case percent(Int)
    case rest

    /// `1`, `5%`, `rest`.
    package init?(spelled text: String) {
        if text == "rest" {
            self = .rest
        } else if text.hasSuffix("%") {
            guard let number = Int(text.dropLast()), (1...100).contains(number) else { return nil }
            self = .percent(number)
        } else {
            guard let number = Int(text), number > 0 else { return nil }
            self = .groups(number)
        }
    }

    package var spelled: String {
        switch self {
        case .groups(let count): "\(count)"
        case .percent(let share): "\(share)%"
        case .rest: "rest"
        }
    }
}

/// A name and every group whose clients connect by it. One name moves them all.
package struct EndpointGroups: Hashable, Sendable {
    /// `nil`: nothing points these clients anywhere, so a person moves them.
    package let endpoint: String?
    /// Sorted.
    package let groups: [String]

    package init(endpoint: String?, groups: [String]) {
        self.endpoint = endpoint
        self.groups = groups
    }
}

/// What moves together.
package struct Wave: Hashable, Sendable {
    package let endpoints: [EndpointGroups]

    package var groups: [String] { endpoints.flatMap(\.groups) }

    /// Cuts endpoints into waves, the smallest endpoints first: the canary is as small as it can be. Those behind which
    /// nobody consumes come last, as a canary of them would show nothing. What the sizes leave over goes with the last
    /// wave.
    package static func cut(_ endpoints: [EndpointGroups], by sizes: [WaveSize], empty: Set<String> = []) -> [Wave] {
        let total = endpoints.reduce(0) { $0 + $1.groups.count }
        func place(_ endpoint: EndpointGroups) -> (Int, Int, String, String) {
            let isEmpty = endpoint.groups.allSatisfy(empty.contains)
            return (isEmpty ? 1 : 0, endpoint.groups.count, endpoint.endpoint ?? "", endpoint.groups[0])
        }
        var left = endpoints.filter { !$0.groups.isEmpty }.sorted { place($0) < place($1) }[...]
        var waves: [Wave] = []
        for (index, size) in sizes.enumerated() where !left.isEmpty {
            let wanted =
                switch size {
                case .groups(let count): count
                case .percent(let share): max(1, total * share / 100)
                case .rest: total
                }
            var wave: [EndpointGroups] = []
            var count = 0
            while let next = left.first, count < wanted || index == sizes.count - 1 {
                wave.append(next)
                count += next.groups.count
                left.removeFirst()
            }
            waves.append(Wave(endpoints: wave))
        }
        return waves
    }
}
