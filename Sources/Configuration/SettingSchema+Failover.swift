/// What moves consumers, and who may.
extension SettingSchema {
    static let failover: [SettingKey] = [
        SettingKey(
            "nameServer", .group(nameServer),
            example: "{address: 10.0.0.53, zone: kafka.internal, key: update.key}",
            "The primary name server of the zone that endpoints with `dns` stand in. It is changed with `nsupdate` and read with `dig`."
        ),
        SettingKey(
            "endpoints", .table(of: .group(endpoint), keyName: "NAME"), default: "{}",
            example:
                #"{orders: {groups: ["orders-*"], haproxy: {socket: /run/haproxy/admin.sock, backend: orders, servers: {idc1: [k1], idc2: [k2]}}}}"#,
            "The names that consumers connect by, and what points each to a side: exactly one of `dns`, `haproxy`, `command`, `byHand`. A failover moves whole endpoints."
        ),
        SettingKey(
            "failover", .group(policy), default: "{}", example: "{secondPerson: production, waitPeriod: 10s}",
            "Who may drive a failover, and how fast."),
    ]

    static let nameServer: [SettingKey] = [
        SettingKey("address", .text(.address), required: true, example: "10.0.0.53", "Its address."),
        SettingKey("port", .integer(1...65_535), default: "53", example: "5353", "Its port, over TCP."),
        SettingKey("zone", .text(.domainName), required: true, example: "kafka.internal", "The zone."),
        SettingKey(
            "key", .text(.existingFile), example: "update.key",
            "A file with the key that signs updates (TSIG) as `tsig-keygen` writes it. Nobody else should be able to read it."
        ),
        SettingKey(
            "ttl", .duration(.seconds(0) ... .seconds(86_400)), default: "5s", example: "30s",
            "The time to live of the records that are set, in whole seconds."),
    ]

    static let endpoint: [SettingKey] = [
        SettingKey(
            "groups", .list(of: .text(.printable)), required: true, example: #"["orders-*", "billing"]"#,
            "Names of the consumer groups that connect by it, with `*`, `?` and `[a-z]` as in a shell. Each group belongs to one endpoint."
        ),
        SettingKey(
            "dns", .group(dns), example: "{name: orders.kafka.internal, idc1: [10.1.0.11], idc2: [10.2.0.11]}",
            "A name of the DNS, changed at `nameServer`."),
        SettingKey(
            "haproxy", .group(haproxy),
            example: "{socket: /run/haproxy/admin.sock, backend: orders, servers: {idc1: [k1, k2], idc2: [k3, k4]}}",
            "A backend whose servers stand for the brokers: those of one side are enabled, those of the other in maintenance, and their connections ended."
        ),
        SettingKey(
            "command", .group(command),
            example:
                "{point: {idc1: [/opt/point, orders, seoul], idc2: [/opt/point, orders, busan]}, read: [/opt/where, orders]}",
            "Programs with their arguments; no shell is involved."),
        SettingKey(
            "byHand", .boolean, example: "true", "Whether a person does it, and says so when it is done."),
    ]

    static let dns: [SettingKey] = [
        SettingKey("name", .text(.domainName), required: true, example: "orders.kafka.internal", "The name."),
        SettingKey(
            "idc1", .list(of: .text(.word)), required: true, example: #"["10.1.0.11", "10.1.0.12"]"#,
            "What it is while it points to IDC1: addresses, or one other name (CNAME)."),
        SettingKey(
            "idc2", .list(of: .text(.word)), required: true, example: "busan.kafka.internal",
            "What it is while it points to IDC2."),
    ]

    static let command: [SettingKey] = [
        SettingKey(
            "point", .perIDC(.list(of: .text(.printable)), isComplete: true), required: true,
            example: "{idc1: [/opt/point, orders, seoul], idc2: [/opt/point, orders, busan]}",
            "Point it to a side; status 0 says that it is done."),
        SettingKey(
            "read", .list(of: .text(.printable)), required: true, example: "[/opt/where, orders]",
            "Writes `idc1` or `idc2`, or anything else while it points to neither or both."),
        SettingKey(
            "limit", .duration(.seconds(1) ... .seconds(3_600)), default: "30s", example: "2m",
            "After that a program is ended, with what it started."),
    ]

    static let policy: [SettingKey] = [
        SettingKey(
            "approvers", .table(of: .text(.publicKey), keyName: "PERSON"), default: "{}",
            example: #"{kim: "${file:kim.pub}", lee: "GxVGKwyLU8tYDGRpYpY0Wl1LhYAfO9H8fY7E3e9OZbA="}"#,
            "Who may approve a failover that somebody else drives, each with an Ed25519 public key. A person's name is what the operating system calls the user."
        ),
        SettingKey(
            "secondPerson", .choice(SecondPersonPolicy.allCases.map(\.rawValue)), default: "never",
            example: "production",
            "When a failover needs the approval of a second person: in contexts with `production: true`, always, or never."
        ),
        SettingKey(
            "key", .text(.path), example: "/home/kim/.config/bascule/kim.pem",
            "The PEM file with your own private key, which `bascule failover approve` signs with. It is refused while others can read it."
        ),
        SettingKey(
            "waitPeriod", .duration(.seconds(0) ... .seconds(600)), default: "5s", example: "10s",
            "The least time between two changes of the traffic."),
    ]
}
