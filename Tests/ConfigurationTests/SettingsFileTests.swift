import Configuration
import Foundation
import Testing

struct SettingsFileTests {
    private func surroundings(_ directory: ConfigurationDirectory, _ environment: [String: String]) -> Surroundings {
        Surroundings(environment: { environment[$0] }, systemPath: "\(directory.path)/etc/bascule.yaml")
    }

    private func context(_ name: String) -> String { "context: \(name)\n" + minimalIDCs }

    @Test func `the file named wins over the variable, that over the user's file, that over the system's`() throws {
        let directory = try ConfigurationDirectory([
            "a.yaml": context("named"), "b.yaml": context("variable"), "xdg/bascule/bascule.yaml": context("user"),
            "home/.config/bascule/bascule.yaml": context("home"), "etc/bascule.yaml": context("system"),
        ])
        let root = directory.path
        var environment = [
            "BASCULE_CONFIG": "\(root)/b.yaml", "XDG_CONFIG_HOME": "\(root)/xdg", "HOME": "\(root)/home",
        ]
        func found(_ path: String? = nil) throws -> String? {
            try SettingsFile.load(path: path, from: surroundings(directory, environment)).contexts.first?.name
        }
        #expect(try found("\(root)/a.yaml") == "named")
        #expect(try found() == "variable")
        environment["BASCULE_CONFIG"] = ""
        #expect(try found() == "user")
        environment["XDG_CONFIG_HOME"] = "relative"
        #expect(try found() == "home")
        environment["HOME"] = nil
        #expect(try found() == "system")
    }

    @Test func `without any file the places that were tried are named`() throws {
        let directory = try ConfigurationDirectory()
        let error = #expect(throws: SettingsError.self) {
            try SettingsFile.load(path: nil, from: surroundings(directory, ["HOME": "/no/home"]))
        }
        #expect(
            error?.text
                == "there is no configuration; tried /no/home/.config/bascule/bascule.yaml, \(directory.path)/etc/bascule.yaml. "
                + "Write one (docs/CONFIGURATION.md), name one with --config FILE, or look around in `bascule sandbox`")
    }

    @Test func `a file that is named and missing is an error, even where another place has one`() throws {
        let directory = try ConfigurationDirectory(["etc/bascule.yaml": context("system")])
        let named = #expect(throws: SettingsError.self) {
            try SettingsFile.load(path: "/no/file", from: surroundings(directory, [:]))
        }
        #expect(named?.text == "cannot read the configuration /no/file (named by --config): No such file or directory")
        let variable = #expect(throws: SettingsError.self) {
            try SettingsFile.load(path: nil, from: surroundings(directory, ["BASCULE_CONFIG": "/no/\u{1B}file"]))
        }
        #expect(
            variable?.text
                == #"cannot read the configuration "/no/\u{1b}file" (named by BASCULE_CONFIG): No such file or directory"#
        )
    }

    @Test func `a file that is there and cannot be read is an error`() throws {
        let directory = try ConfigurationDirectory([
            "home/.config/bascule/bascule.yaml/x": "", "etc/bascule.yaml": context("s"),
        ])
        let path = "\(directory.path)/home/.config/bascule/bascule.yaml"
        let error = #expect(throws: SettingsError.self) {
            try SettingsFile.load(path: nil, from: surroundings(directory, ["HOME": "\(directory.path)/home"]))
        }
        #expect(error?.text == "cannot read the configuration \(path): Is a directory")
    }

    @Test func `an endless file is refused`() throws {
        let error = #expect(throws: SettingsError.self) { try SettingsFile.load(path: "/dev/zero") }
        #expect(
            error?.text == "cannot read the configuration /dev/zero (named by --config): it is larger than 1024 KiB")
    }
}
