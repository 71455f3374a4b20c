internal import Domain
package import Operations

/// Sends a signed approval to `bascule-journal` of one cluster, where the driver reads it.
package struct ApprovalSender: Sendable {
    private let configuration: KafkaConfiguration
    private let log: @Sendable (String) -> Void

    private static let deadline = Duration.seconds(10)

    package init(_ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void) {
        self.configuration = configuration
        self.log = log
    }

    /// Returns when every replica in sync has it.
    package func send(_ approval: RunApproval) async throws(PortError) {
        let producer = try RecordProducer(configuration, log: log)
        let failure: PortError?
        do throws(PortError) {
            try producer.produce(RunApprovalCoding.record(approval))
            try await producer.flush(within: Self.deadline)
            let deliveries = producer.deliveries
            failure =
                deliveries.delivered == 1
                ? nil
                : PortError(
                    .failed, operation: "Produce",
                    detail: deliveries.failure ?? "the approval was not accepted by \(DriverNames.topic)")
        } catch {
            failure = error
        }
        await producer.close()
        if let failure { throw failure }
    }
}
