import Cells
import FoundationEssentials
import Front
import Testing

struct ThemeTests {
    private static let whole = Role.allCases.map { "\(ThemeFile.name(of: $0)) = default" }.joined(separator: "\n")

    @Test(arguments: BuiltInThemes.names)
    func `the file in themes is the theme that is built in`(name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../themes/\(name).theme")
        #expect(try String(contentsOf: file, encoding: .utf8) == BuiltInThemes.text(name))
    }

    @Test func `themes has no file that is not built in`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../themes")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == BuiltInThemes.names.map { "\($0).theme" }.sorted())
    }

    @Test func `every built in theme can be read and knows every role`() {
        #expect(BuiltInThemes.palettes.map(\.name) == BuiltInThemes.names)
        for palette in BuiltInThemes.palettes { #expect(palette.looks.count == Role.allCases.count) }
    }

    @Test func `the themes keep their promises about colours`() throws {
        for palette in BuiltInThemes.palettes {
            let colors = palette.looks.values.flatMap { [$0.foreground, $0.background] }
            for color in colors {
                switch color {
                case .default: break
                case .ansi: #expect(palette.name == "sixteen")
                case .rgb: #expect(palette.name != "sixteen" && palette.name != "mono")
                }
            }
        }
    }

    @Test func `in every theme good, bad and unknown look different`() {
        for palette in BuiltInThemes.palettes {
            let looks = [Role.ok, .warning, .critical, .unknown].compactMap { palette.looks[$0] }
            #expect(Set(looks).count == 4, "\(palette.name)")
            #expect(palette.looks[.selection] != palette.looks[.text], "\(palette.name)")
            #expect(palette.looks[.badgeAlert] != palette.looks[.frame], "\(palette.name)")
        }
    }

    @Test func `colours, attributes and comments are read`() throws {
        let text = Self.whole.replacing(
            "critical = default", with: "critical = #Ff8000 on ansi:15 bold dim reverse underline # loud")
        let palette = try ThemeFile.palette(named: "own", from: "# a comment\n\n" + text + "\r\n")
        #expect(palette.name == "own")
        #expect(
            palette.looks[.critical]
                == Palette.Look(
                    foreground: .rgb(255, 128, 0), background: .ansi(15), bold: true, dim: true, reverse: true,
                    underline: true))
        #expect(palette.looks[.text] == Palette.Look())
    }

    @Test(arguments: [
        ("text default", "expected: role = color"),
        ("tekst = default", "unknown role \"tekst\"; did you mean \"text\"?"),
        ("text = #12345", "is no color"), ("text = ansi:16", "is no color"), ("text = red", "is no color"),
        ("text = default on", "has to follow \"on\""), ("text = default blink", "unknown word \"blink\""),
        ("text = ansi:+3", "is no color"), ("dim = default\ndim = default", "already set in line 2"),
    ])
    func `a bad line is named by its number`(line: String, words: String) {
        #expect { _ = try ThemeFile.palette(named: "own", from: "# first\n" + line) } throws: { error in
            guard let error = error as? ThemeError else { return false }
            return error.line == 1 + line.split(separator: "\n").count && error.text.contains(words)
        }
    }

    @Test func `a theme that leaves a role out is refused and the role is named`() {
        let text = Self.whole.split(separator: "\n").filter { !$0.hasPrefix("gauge-empty") }.joined(separator: "\n")
        #expect { _ = try ThemeFile.palette(named: "own", from: text) } throws: { error in
            (error as? ThemeError)?.text == "not set: gauge-empty"
        }
    }

    @Test func `a theme is seen while it is chosen, and left with Esc`() {
        let console = Console()
        #expect(palette(of: console.model).name == "midnight")
        console.type("tj")
        #expect(palette(of: console.model).name == "daylight")
        console.type("<Esc>")
        #expect(palette(of: console.model).name == "midnight")
        console.type("tjj<Enter>")
        #expect(palette(of: console.model).name == "sixteen")
        console.type(":theme mono<Enter>")
        #expect(palette(of: console.model).name == "mono")
        console.type(":theme nope<Enter>")
        #expect(palette(of: console.model).name == "mono")
        #expect(console.row(-2).contains("no theme is called nope"))
    }
}
