package import Domain

/// Records of one cluster, told apart by the provenance header.
package protocol HeaderReading: Sendable {
    /// The surviving records from an offset on, in order.
    ///
    /// - Parameter atLeast: after so many records the answer may end before `below`.
    func slice(
        of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
    ) async throws(PortError) -> HeaderSearch.Slice
}
