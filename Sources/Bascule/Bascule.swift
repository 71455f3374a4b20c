import CMalloc
import Commands
import Glibc

/// The program. Synchronous on purpose: the main thread belongs to the terminal's loop, and a `main` that is
/// `async`, or that makes tasks itself, never gets it back on Linux (swiftlang/swift#90851).
@main
enum Bascule {
    static func main() {
        // librdkafka has threads for every broker, and glibc an arena for each, of which nothing goes back to the others.
        mallopt(M_ARENA_MAX, 2)
        exit(Launch.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
