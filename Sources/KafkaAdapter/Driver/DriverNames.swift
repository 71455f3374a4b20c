/// What the drivers of failovers are known by on a cluster.
package enum DriverNames {
    /// One partition: what a driver has of it is the lease, what it holds are the journals of runs.
    package static let topic = "bascule-journal"
    /// The group whose only working member drives.
    package static let group = "bascule-driver"
    /// Fences an older driver out.
    package static let transactionalID = "bascule-driver"

    /// What brokers show of a driver, and a second one is told: `bascule-driver-kim@bastion-1`.
    package static func clientID(of driver: String) -> String {
        let plain = driver.unicodeScalars.prefix(200).map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || "-_.@".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
        }
        return "bascule-driver-" + String(plain)
    }
}
