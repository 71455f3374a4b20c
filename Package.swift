// swift-tools-version: 6.2
import PackageDescription

// Every Swift target: Swift 6 mode, warnings as errors, and the upcoming features of docs/ARCHITECTURE.md.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// `goldens`: the target keeps expected texts in its folder `Goldens`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], goldens: Bool = false) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: goldens ? ["Goldens"] : [],
        swiftSettings: house)
}

let package = Package(
    name: "bascule",
    products: [
        .executable(name: "bascule", targets: ["Bascule"]),
        .executable(name: "bascule-bench", targets: ["Bench"]),
    ],
    dependencies: [],  // on purpose: C libraries of the distribution only, see docs/DEPENDENCIES.md
    targets: [
        // The C libraries. Each is imported by exactly one Swift target; .ci/imports holds the list.
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .systemLibrary(name: "CRdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CTerminalGuard"),

        // Pure values in the middle: no C, no I/O, no Foundation.
        module("Domain"),
        module("Cells"),
        module("Commands", ["Domain"]),
        module("Front", ["Domain", "Cells", "Commands"]),

        // What is done with them: ports, schedules, plans.
        module("Operations", ["Domain"]),

        // The edges.
        module("Digests", ["CCrypto"]),
        module("KafkaAdapter", ["Operations", "Domain", "CRdkafka"]),
        module("HTTPTransport", ["CCurl", "CMicrohttpd"]),
        module("ConnectAdapter", ["Operations", "Domain", "HTTPTransport"]),
        module("TrafficAdapter", ["Operations", "Domain", "CSpawn"]),
        module("HistoryStore", ["Operations", "Domain", "CSQLite"]),
        module("Terminal", ["Cells", "CNcurses", "CTerminalGuard"]),
        module("Configuration", ["Domain", "CYAML"]),
        module("Sandbox", ["Operations", "Domain", "KafkaAdapter", "Mirroring"]),
        // Bascule's own mirror: over KafkaAdapter, with a REST interface like Kafka Connect's.
        module("Mirroring", ["Operations", "Domain", "KafkaAdapter", "Digests", "HTTPTransport"]),

        // The daemon that keeps groups' offsets on the other side.
        module("Syncing", ["Operations", "Domain", "KafkaAdapter", "HTTPTransport"]),

        .executableTarget(
            name: "Bascule",
            dependencies: [
                "CMalloc", "Cells", "Commands", "Configuration", "ConnectAdapter", "Digests", "Domain", "Front",
                "HTTPTransport",
                "HistoryStore", "KafkaAdapter", "Mirroring", "Operations", "Sandbox", "Syncing", "Terminal",
                "TrafficAdapter",
            ],
            swiftSettings: house,
            // The trace of a crash names functions only when they are in the table of dynamic symbols.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),

        // `make bench`: drives the built program over a pseudo-terminal.
        .executableTarget(name: "Bench", swiftSettings: house),

        // Shipped to tests only.
        module("TestSupport", ["Operations", "Domain", "Cells", "HTTPTransport"]),

        tests("Domain"),
        tests("Cells", goldens: true),
        tests("Commands", ["Domain"], goldens: true),
        tests("Front", ["Domain", "Cells", "Commands"], goldens: true),
        tests(
            "Operations", ["Domain", "Digests", "Configuration", "Commands", "Front", "Cells", "Bascule"], goldens: true
        ),
        tests("KafkaAdapter", ["Operations", "Domain"]),
        tests("HTTPTransport"),
        tests("ConnectAdapter", ["Operations", "Domain", "HTTPTransport"]),
        tests("TrafficAdapter", ["Operations", "Domain"]),
        tests("HistoryStore", ["Operations", "Domain", "CSQLite"]),
        tests("Terminal", ["Cells", "CNcurses"]),
        tests("Configuration", ["Domain"]),
        tests("Sandbox", ["Operations", "Domain", "KafkaAdapter", "Configuration"]),
        tests("Digests"),
        tests("Mirroring", ["Operations", "Domain", "KafkaAdapter", "HTTPTransport"]),
        tests("Syncing", ["Operations", "Domain", "KafkaAdapter"]),
        // The program as its users run it: commands, tmux, real clusters.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Bascule", "TestSupport", "Domain", "Operations", "KafkaAdapter", "HTTPTransport", "HistoryStore",
                "Digests",
            ],
            swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
