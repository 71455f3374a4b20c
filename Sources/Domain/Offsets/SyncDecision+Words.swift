extension SyncDecision {
    /// The word for what is done, as plans and documents spell it.
    package var action: String {
        switch self {
        case .write: "write"
        case .keep: "keep"
        case .hold: "hold"
        case .skip: "skip"
        }
    }

    /// One sentence: why.
    package var reason: String {
        switch self {
        case .write(let write): write.reason.sentence
        case .keep: "What stands there is right."
        case .hold(let reason): reason.sentence
        case .skip(let reason): reason.sentence
        }
    }
}

extension SyncWrite.Reason {
    package var sentence: String {
        switch self {
        case .missing: "There is no commit on the other side."
        case .advanced: "The group went on."
        case .rewound: "The group was set back."
        case .logStartMoved: "Retention passed the offset that stood there."
        case .truncated: "The other side's log ends below the offset that stood there."
        case .refresh: "Written again, so that it does not expire."
        case .lastValue: "The last value had expired, and the partition is held."
        case .aboveForeign: "Above a commit of somebody else, as the policy allows."
        case .ordered: "Ordered, over a commit of somebody else."
        }
    }
}

extension HoldReason {
    package var sentence: String {
        switch self {
        case .byOperator(let hold): "Held by \(hold.actor) on \(hold.host): \(hold.reason)"
        case .frozen(let word): word.frozenSentence
        case .byConfiguration: "Held by sync.hold in the configuration."
        case .holdsNotRead(let detail): "Whether somebody holds the group is not known: \(detail)"
        case .unproven(let answers): HoldReason.unprovenSentence(answers)
        case .topicRecreated(let onOtherSide):
            "The topic was created again on the \(onOtherSide ? "other" : "live") side; accept it to go on."
        case .committedPastLogEnd(let end): "The commit lies above the live side's log end, \(end.rawValue)."
        case .mirrorGap(let offset):
            "The mirror towards the live side passed over records from offset \(offset.rawValue); accept a baseline "
                + "to go on."
        case .foreignCommit(let offset): "Somebody else committed offset \(offset.rawValue) on the other side."
        case .wasLiveOnBothSides: "The group had members on both sides at once; say which one counts."
        case .notAConsumerGroup: "The other side knows the group as another kind than a consumer group."
        case .notAuthorized(let resource): "Not authorised for the \(resource) on the other side."
        case .topicMissing: "The topic or partition is missing on the other side."
        case .refused(let code): "The other side refused with error \(code)."
        }
    }

    private static func unprovenSentence(_ answers: [MethodAnswer]) -> String {
        var texts: [String] = []
        for case .impossible(let method, let refusal) in answers {
            let text = "\(method.rawValue): \(refusal.phrase)"
            if !texts.contains(text) { texts.append(text) }
        }
        let yet = HoldReason.unproven(answers).isEvidenceTooNew ? " yet" : ""
        return "No method proves a position\(yet)"
            + (texts.isEmpty ? "." : " (\(texts.joined(separator: "; "))).")
    }
}

extension MethodRefusal {
    /// A bare phrase, for a list of them.
    package var phrase: String {
        switch self {
        case .noEvidence: "nothing read yet"
        case .evidenceTooNew: "nothing as old as the commit"
        case .compacted: "not on compacted topics"
        case .liveSideAgedOut(let start): "the live side's log starts at \(start.rawValue)"
        case .producedOnBothSides: "records of both sides"
        case .logAppendTime: "the other side stamps its own time"
        case .mirrorIncomplete: "the mirror may leave records out"
        case .readsFailed(let detail): detail
        case .unknownHeaderVersion(let offset): "a header of an unknown version at offset \(offset.rawValue)"
        }
    }
}

extension SkipReason {
    package var sentence: String {
        switch self {
        case .liveOnOtherSide: "The group is live on the other side."
        case .liveOnBothSides: "The group is live on both sides."
        case .unsupportedType(let type): "A \(type) group: only consumer groups are synchronised."
        case .excludedGroup: "A group of Kafka's own tools: never synchronised."
        case .noCommit: "No commit on the live side: the group's reset policy decides."
        case .partitionMissingOnOtherSide: "There is no such partition on the other side."
        case .otherSideUnknown: "The groups of the other side could not be read, and it may have members."
        case .sideUnknown: "The group has members on neither side, and nothing says where it consumed last."
        }
    }
}
