internal import Glibc

/// A record of a name: its type and its data as a zone file has them.
struct DomainRecord: Hashable, Comparable, CustomStringConvertible {
    let type: String
    let data: String

    var description: String { "\(type) \(data)" }

    static func < (one: DomainRecord, other: DomainRecord) -> Bool {
        (one.type, one.data) < (other.type, other.data)
    }
}

/// Names of the DNS as this program writes them: into commands of `nsupdate` and arguments of `dig`.
enum DomainName {
    /// The name in lower case with the dot at its end; `nil` for anything but letters, digits, `-` and `_` in labels
    /// of 1 to 63, so that no name carries a second command or an option.
    static func absolute(_ text: String) -> String? {
        let bare = text.hasSuffix(".") ? text.dropLast() : Substring(text)
        let labels = bare.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard bare.utf8.count <= 253, labels.allSatisfy(isLabel) else { return nil }
        return labels.joined(separator: ".") + "."
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// Addresses of IPv4 and IPv6 in the one spelling that glibc prints.
enum NetworkAddressText {
    static func canonical(_ text: String) -> String? {
        for family in [AF_INET, AF_INET6] {
            var bytes = [UInt8](repeating: 0, count: 16)
            guard inet_pton(family, text, &bytes) == 1 else { continue }
            var printed = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(family, bytes, &printed, socklen_t(printed.count)) != nil else { return nil }
            return String(decoding: printed.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return nil
    }
}
