import Domain
import Front
import TestSupport
import Testing

struct HelpTests {
    /// The titles that the help overlay lists after these keys.
    private func listed(_ keys: String, _ settings: FrontSettings = FrontSettings()) -> Set<String> {
        let console = Console(settings, columns: 120, rows: 80)
        console.type(keys + "?")
        return Set(KeyTable.actions.map(\.title).filter { console.screen.contains(" \($0) ") })
    }

    @Test func `help lists what works in a place and nothing else`() {
        let overview = listed("")
        #expect(overview.contains("Next pane"))
        #expect(!overview.contains("Choose the column to sort by"), "the overview has no columns")
        #expect(!overview.contains("Resume"))
        let mirrors = listed("2")
        #expect(mirrors.contains("Choose the column to sort by"))
        #expect(mirrors.contains("Resume"))
        #expect(!listed("3").contains("Resume"))
        #expect(!listed("7").contains("Mark the row, or take the mark away"))
    }

    @Test func `help leaves out what cannot be done now`() {
        #expect(!listed("2").contains("Next match of the last pattern"))
        #expect(listed("2/o<Enter>").contains("Next match of the last pattern"))
        #expect(!listed("2").contains("Show the command line equal to the last action"))
        #expect(!listed("2z").contains("Resume"))
    }

    @Test func `every title of the table is reachable in some place`() {
        let placed = Set(KeyTable.actions.flatMap(\.places))
        #expect(placed == Set(Place.allCases))
    }

    @Test func `hints never go past the screen and always end with help and quit`() {
        for width in 60...130 {
            for keys in ["1", "2", "3", "6", "7", "2<Enter>"] {
                let console = Console(columns: width, rows: 24)
                console.type(keys)
                #expect(console.row(-1).hasSuffix("? help   q quit"), "\(width) \(keys)")
            }
        }
    }

    @Test func `help scrolls where it is longer than the screen`() {
        let console = Console(columns: 60, rows: 15)
        console.type("2?")
        #expect(!console.screen.contains("Quit"))
        console.type("G")
        #expect(console.screen.contains("a warning; something critical"))
        console.type("jjjj<PgDn>g")
        #expect(console.screen.contains("Moving"))
        console.type("?")
        #expect(console.model.overlays.isEmpty)
    }
}
