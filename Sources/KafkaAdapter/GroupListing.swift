internal import CRdkafka
internal import Domain

/// What one broker lists as the groups it coordinates. librdkafka 2.0.2 leaves out groups whose protocol type is
/// neither `consumer` nor empty (Connect's workers, share and streams groups).
struct GroupListing: Sendable {
    struct Entry: Sendable {
        let id: String
        let state: GroupState
        /// Commits only, and has no protocol type.
        let isSimple: Bool
    }

    var entries: [Entry] = []
    var errors: [KafkaError] = []

    /// The event itself says "no error" whatever happened; the truth is in its list of errors.
    static func read(_ event: OpaquePointer) -> GroupListing {
        var listing = GroupListing()
        guard let result = rd_kafka_event_ListConsumerGroups_result(event) else { return listing }
        var count = 0
        if let valid = rd_kafka_ListConsumerGroups_result_valid(result, &count) {
            listing.entries.reserveCapacity(count)
            for index in 0..<count {
                guard let group = valid[index], let id = rd_kafka_ConsumerGroupListing_group_id(group) else { continue }
                listing.entries.append(
                    Entry(
                        id: String(cString: id), state: GroupState(rd_kafka_ConsumerGroupListing_state(group)),
                        isSimple: rd_kafka_ConsumerGroupListing_is_simple_consumer_group(group) != 0))
            }
        }
        if let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count) {
            for index in 0..<count {
                if let error = KafkaError(reading: errors[index], operation: "ListGroups") {
                    listing.errors.append(error)
                }
            }
        }
        return listing
    }
}

/// What a coordinator says about one group.
struct GroupDescription: Sendable {
    let id: String
    let state: GroupState
    let members: [GroupMember]
    let error: KafkaError?

    static func readAll(_ event: OpaquePointer) -> [GroupDescription] {
        var count = 0
        guard let result = rd_kafka_event_DescribeConsumerGroups_result(event),
            let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count)
        else { return [] }
        var descriptions: [GroupDescription] = []
        descriptions.reserveCapacity(count)
        for index in 0..<count {
            guard let group = groups[index], let id = rd_kafka_ConsumerGroupDescription_group_id(group) else {
                continue
            }
            descriptions.append(
                GroupDescription(
                    id: String(cString: id), state: GroupState(rd_kafka_ConsumerGroupDescription_state(group)),
                    members: members(of: group),
                    error: KafkaError(
                        reading: rd_kafka_ConsumerGroupDescription_error(group), operation: "DescribeGroups")))
        }
        return descriptions
    }

    private static func members(of group: OpaquePointer) -> [GroupMember] {
        (0..<rd_kafka_ConsumerGroupDescription_member_count(group)).compactMap { index in
            guard let member = rd_kafka_ConsumerGroupDescription_member(group, index) else { return nil }
            var assignment: [TopicPartition] = []
            if let assigned = rd_kafka_MemberDescription_assignment(member) {
                TopicPartitionList.forEach(in: rd_kafka_MemberAssignment_partitions(assigned)) { partition, _, _ in
                    assignment.append(partition)
                }
            }
            return GroupMember(
                memberID: text(rd_kafka_MemberDescription_consumer_id(member)),
                clientID: text(rd_kafka_MemberDescription_client_id(member)),
                host: text(rd_kafka_MemberDescription_host(member)),
                assignment: assignment.sorted())
        }
    }

    /// Bytes that are no UTF-8 become U+FFFD.
    private static func text(_ raw: UnsafePointer<CChar>?) -> String {
        raw.map { String(cString: $0) } ?? ""
    }
}

extension GroupState {
    /// librdkafka 2.0.2 knows the classic protocol's states; the rest (`Assigning`, `Reconciling` of KIP-848)
    /// arrive as its Unknown.
    init(_ raw: rd_kafka_consumer_group_state_t) {
        switch raw {
        case RD_KAFKA_CONSUMER_GROUP_STATE_STABLE: self = .stable
        case RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY: self = .empty
        case RD_KAFKA_CONSUMER_GROUP_STATE_DEAD: self = .dead
        case RD_KAFKA_CONSUMER_GROUP_STATE_PREPARING_REBALANCE: self = .preparingRebalance
        case RD_KAFKA_CONSUMER_GROUP_STATE_COMPLETING_REBALANCE: self = .completingRebalance
        default:
            self = .unknown(rd_kafka_consumer_group_state_name(raw).map { String(cString: $0) } ?? "\(raw.rawValue)")
        }
    }
}
