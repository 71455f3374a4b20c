import Domain

extension CommandTable {
    private static let all = Option("all", "all groups")

    static let freezeCommands: [Command] = [
        Command(
            ["freeze"], "the emergency brake: nobody writes anything until `thaw`",
            description: [
                "Says in the topic `bascule-sync` of both sides that nobody shall write, who says so, and why. From then on "
                    + "no daemon, key, command or run writes offsets, no run takes a step, and nothing is changed from a "
                    + "console or a command line but what stops or holds something. It outlasts all of them; the daemons "
                    + "take note before the command ends. Mirrors go on copying until they are paused."
            ],
            options: [
                Option("reason", takes: .named("TEXT", .text), "why; it is shown on every screen"), .dryRun, .confirm,
                .actTimeout,
            ],
            examples: [.init("bascule freeze --reason 'wrong positions of billing'", "stops all writes")],
            writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in
                guard let reason = values.text("reason"), reason.contains(where: { $0 != " " }) else {
                    throw ValueProblem("--reason TEXT is missing: whoever finds writes frozen has to know why")
                }
                return .freeze(reason: reason, values.act)
            }),
        Command(
            ["thaw"], "take the emergency brake off: writes go on",
            options: [.dryRun, .confirm, .actTimeout],
            examples: [.init("bascule thaw", "lets writes go on")],
            writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in .thaw(values.act) }),
    ]

    private static let holdCommands: [Command] = [
        Command(
            ["offsets", "hold"], "write nothing for groups until they are released",
            description: [
                "Says in the topic `bascule-sync` of both sides that nobody shall write the groups' offsets, who says so, and "
                    + "why. It holds in both directions, for every daemon, run and order, and outlasts all of them; the "
                    + "daemons that have the groups take note before the command ends. Commits that stand on the other "
                    + "side stay, and expire in their time.",
                "Groups that `sync.hold` names in the configuration are held by it alone.",
            ],
            arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups")],
            options: [
                Option("reason", takes: .named("TEXT", .text), "why; it is shown wherever the group is"),
                .dryRun, .confirm, .actTimeout,
            ],
            examples: [.init("bascule offsets hold --reason 'replay of Tuesday' billing", "holds one group")],
            writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in
                guard let reason = values.text("reason"), reason.contains(where: { $0 != " " }) else {
                    throw ValueProblem("--reason TEXT is missing: whoever finds the group held has to know why")
                }
                return .holdOffsets(try values.namedGroups(), reason: reason, values.act)
            }),
        Command(
            ["offsets", "release"], "take holds back: offsets are written again",
            description: [
                "Groups that `sync.hold` names in the configuration are released there."
            ],
            arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups")],
            options: [.dryRun, .confirm, .actTimeout],
            examples: [.init("bascule offsets release billing", "releases one group")],
            writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in
                .releaseOffsets(try values.namedGroups(), values.act)
            }),
    ]

    static let offsetCommands: [Command] =
        [
            Command(
                ["offsets", "plan"], "print what would be written on the other side, and why",
                description: [
                    "For every partition of every group: what the group has committed where it consumes, where it could "
                        + "resume on the other side without skipping a record, by which method, how many records would be "
                        + "read twice, and what `offsets sync` would do. Nothing is written.",
                    "The exit code is 1 where something is held, and 3 where something could not be read.",
                ],
                arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups; without one, all")],
                options: [.output, .readTimeout],
                examples: [
                    .init("bascule offsets plan 'billing-*'", "what a move of billing would cost"),
                    .init("bascule offsets plan -o json", "all groups, as data"),
                ],
                places: [.shell, .console],
                make: { .planOffsets(GroupSelection(names: $0.arguments.map(Glob.init)), $0.report) }),
            Command(
                ["offsets", "sync"], "write groups' offsets on the other side now",
                description: [
                    "Reads afresh, writes what `offsets plan` says, and reads it back. A group with members on the other side "
                        + "is never written, a held one neither; commits of somebody else only with --replace-foreign.",
                    "The groups are those that are named, or with --all all of them. It asks for the count of groups that "
                        + "will be written, which --confirm gives beforehand.",
                ],
                arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups")],
                options: [
                    all,
                    Option(
                        "replace-foreign", places: [.shell],
                        "also overwrite what somebody else has committed on the other side"),
                    .dryRun, .confirm, .output, .actTimeout,
                ],
                examples: [
                    .init("bascule offsets sync billing", "writes one group"),
                    .init("bascule offsets sync --all --dry-run", "what would be written"),
                ],
                writes: true, places: [.shell, .console],
                make: { values throws(ValueProblem) in
                    .syncOffsets(try values.groupsToWrite(), values.offsetSync)
                }),
            Command(
                ["offsets", "adopt"], "take over what MirrorMaker 2's group sync wrote",
                description: [
                    "MirrorMaker 2 with `sync.group.offsets.enabled` writes offsets that may skip records. Where a commit on "
                        + "the other side is one of its checkpoints, it is replaced by a proven position, and kept from then "
                        + "on. Switch `sync.group.offsets.enabled` off first.",
                    "Commits that no checkpoint accounts for are left as they are, and listed.",
                ],
                arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups")],
                options: [all, .dryRun, .confirm, .output, .actTimeout],
                examples: [
                    .init("bascule offsets adopt --all --dry-run", "what would be taken over"),
                    .init("bascule offsets adopt billing", "takes over one group"),
                ],
                writes: true,
                make: { values throws(ValueProblem) in
                    .adoptOffsets(try values.groupsToWrite(), values.offsetSync)
                }),
        ] + holdCommands

    static let syncCommand = Command(
        ["sync"], "keep all groups' offsets on the other side, until told to stop",
        description: [
            "A daemon that translates what groups commit where they consume into safe positions on the other side, both "
                + "ways, for all groups as they appear. It runs in the foreground; any number of daemons share the groups "
                + "and take over from one that has died. SIGTERM ends it in order.",
            "/metrics, /healthz and /readyz stand on --listen.",
        ],
        options: [
            Option(
                "listen", takes: .named("HOST:PORT", .text, default: "127.0.0.1:9284"), places: [.shell],
                "where metrics and health are; anywhere but on loopback --credentials is needed"),
            Option(
                "credentials", takes: .named("FILE", .path), places: [.shell],
                "demand the user and password that FILE holds as USER:PASSWORD"),
        ],
        examples: [.init("bascule sync", "synchronises all groups of the configuration's only context")],
        writes: true,
        make: { values throws(ValueProblem) in
            let (host, port) = try values.listenAddress(example: "127.0.0.1:9284")
            return .sync(SyncRequest(listenHost: host, listenPort: port, credentialsPath: values.text("credentials")))
        })
}

extension ParsedValues {
    fileprivate func groupsToWrite() throws(ValueProblem) -> GroupSelection {
        guard isGiven("all") || !arguments.isEmpty else {
            throw ValueProblem("no group is named: give a group, a glob, or --all")
        }
        guard !isGiven("all") || arguments.isEmpty else { throw ValueProblem("--all and names exclude each other") }
        return GroupSelection(names: arguments.map(Glob.init))
    }

    fileprivate func namedGroups() throws(ValueProblem) -> GroupSelection {
        guard !arguments.isEmpty else { throw ValueProblem("no group is named") }
        return GroupSelection(names: arguments.map(Glob.init))
    }

    fileprivate var offsetSync: OffsetSyncOptions {
        OffsetSyncOptions(
            act: act, output: word("output") ?? .text, replacesForeignCommits: isGiven("replace-foreign"))
    }

    /// The host and port of `--listen`.
    func listenAddress(example: String) throws(ValueProblem) -> (host: String, port: UInt16) {
        let listen = text("listen") ?? ""
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]),
            colon > listen.startIndex
        else { throw ValueProblem("--listen expects HOST:PORT, for example \(example)") }
        return (String(listen[..<colon]), port)
    }
}
