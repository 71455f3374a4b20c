import Domain

/// Finds and reads the configuration.
package enum SettingsFile {
    /// Reads the file at `path` (of `--config`), or the first there is: `$BASCULE_CONFIG`,
    /// `$XDG_CONFIG_HOME/bascule/bascule.yaml` (`~/.config` without that variable), `/etc/bascule/bascule.yaml`.
    /// One that is named but missing, or there but not readable, is an error: the next place is not tried.
    package static func load(
        path: String?, from surroundings: Surroundings = .process
    ) throws(SettingsError) -> Settings {
        if let path { return try named(path, by: "--config", surroundings) }
        if let path = surroundings.nonEmpty("BASCULE_CONFIG") {
            return try named(path, by: "BASCULE_CONFIG", surroundings)
        }
        let places = places(surroundings)
        for place in places {
            switch contents(of: place) {
            case .success(let bytes): return try parse(bytes, path: place, from: surroundings)
            case .failure(.missing): continue
            case .failure(let failure): throw unreadable(place, failure)
            }
        }
        throw SettingsError(
            "there is no configuration; tried \(places.map(SourceLocation.printable).joined(separator: ", ")). "
                + "Write one (docs/CONFIGURATION.md), name one with --config FILE, or look around in `bascule sandbox`")
    }

    /// Checks the contents of a configuration. Relative paths in it are relative to the directory of `path`.
    package static func parse(
        _ bytes: [UInt8], path: String, from surroundings: Surroundings = .process
    ) throws(SettingsError) -> Settings {
        let document = try YAMLDocument(bytes, file: path)
        return try SettingsBuilder.settings(of: document.root, path: path, surroundings: surroundings)
    }

    private static func named(
        _ path: String, by source: String, _ surroundings: Surroundings
    ) throws(SettingsError) -> Settings {
        switch contents(of: path) {
        case .success(let bytes): return try parse(bytes, path: path, from: surroundings)
        case .failure(let failure): throw unreadable(path, failure, " (named by \(source))")
        }
    }

    private static func places(_ surroundings: Surroundings) -> [String] {
        var places: [String] = []
        // The XDG rules: a relative path in the variable is to be ignored.
        if let directory = surroundings.nonEmpty("XDG_CONFIG_HOME"), directory.hasPrefix("/") {
            places.append("\(directory)/bascule/bascule.yaml")
        } else if let home = surroundings.nonEmpty("HOME") {
            places.append("\(home)/.config/bascule/bascule.yaml")
        }
        return places + [surroundings.systemPath]
    }

    private static func contents(of path: String) -> Result<[UInt8], FileContents.Failure> {
        do throws(FileContents.Failure) {
            return .success(try FileContents.read(path, limit: YAMLDocument.sizeLimit))
        } catch {
            return .failure(error)
        }
    }

    private static func unreadable(
        _ path: String, _ failure: FileContents.Failure, _ source: String = ""
    ) -> SettingsError {
        SettingsError("cannot read the configuration \(SourceLocation.printable(path))\(source): \(failure.reason)")
    }
}
