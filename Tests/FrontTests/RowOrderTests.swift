import Domain
import Front
import TestSupport
import Testing

struct RowOrderTests {
    private func shown(_ console: Console) -> [String] {
        console.model.mirrorList.order.compactMap { console.model.snapshot?.mirrors[$0].topic }
    }

    @Test func `a filter shows the rows that match and hides the others`() {
        let console = Console()
        console.type("2/quotes<Enter>")
        #expect(shown(console) == ["quotes"])
        #expect(!console.screen.contains("orders"))
    }

    @Test func `an inverted filter hides exactly the rows that match`() {
        let console = Console()
        console.type("2")
        let all = Set(shown(console))
        console.type("/quotes<Enter>")
        let matching = Set(shown(console))
        console.type("/<Ctrl-U>!quotes<Enter>")
        #expect(Set(shown(console)) == all.subtracting(matching))
        #expect(!matching.isEmpty)
    }

    @Test func `a filter that matches nothing says so and how to leave it`() {
        let console = Console()
        console.type("2/no-such-topic<Enter>")
        #expect(shown(console).isEmpty)
        #expect(console.screen.contains("no row matches /no-such-topic/; Esc shows all 14"))
        console.type("<Esc>")
        #expect(shown(console).count == 14)
    }

    @Test func `the filter also looks at states and connectors`() {
        let console = Console()
        console.type("2/-> failed<Enter>")
        #expect(shown(console) == ["quotes"])
        console.type("/<Ctrl-U>mirror-idc2-idc1-orders<Enter>")
        #expect(shown(console) == ["orders"])
    }

    @Test func `the filter is applied while it is typed`() {
        let console = Console()
        console.type("2/quo")
        #expect(shown(console) == ["quotes"])
        console.type("<Esc>")
        #expect(shown(console).count == 14)
    }

    @Test func `a filter that cannot be read keeps the last good one and says why at once`() {
        let console = Console()
        console.type("2/quotes")
        console.type("(")
        #expect(shown(console) == ["quotes"])
        #expect(console.row(-1).contains("column 7: ( is not closed"))
        console.type("<Enter>")
        #expect(console.row(-1).contains("column 7"), "the prompt stays open")
        console.type("<Backspace><Enter>")
        #expect(console.model.overlays.isEmpty)
        #expect(shown(console) == ["quotes"])
    }

    @Test func `sorting puts what is not known last in both directions`() throws {
        let console = Console()
        console.type("2")
        console.type("o")
        let columns = try #require(console.chooserItems)
        let lag = try #require(columns.firstIndex(of: "-> lag"))
        console.type("g" + String(repeating: "j", count: lag) + "<Enter>")
        #expect(console.model.mirrorList.sort == SortOrder("-> lag", descending: true))
        #expect(shown(console).first == "quotes")
        #expect(shown(console).last == "audit", "its lag is not known")
        console.type("I")
        #expect(console.model.mirrorList.sort == SortOrder("-> lag", descending: false))
        #expect(shown(console).last == "audit")
        #expect(shown(console).dropLast().last == "quotes")
    }

    @Test func `choosing the sorted column again turns the order round`() {
        let console = Console()
        console.type("2oj<Enter>")
        let first = console.model.mirrorList.sort
        console.type("o<Enter>")
        #expect(console.model.mirrorList.sort == SortOrder(first.column, descending: !first.isDescending))
    }

    @Test func `sorting by state begins with the worst`() {
        let console = Console()
        console.type("2ojj<Enter>")
        #expect(console.model.mirrorList.sort == SortOrder("-> state"))
        #expect(shown(console).first == "quotes")
    }

    @Test func `rows that sort alike stay in the order of their names`() {
        let console = Console(snapshot: .large(topics: 300, groups: 0))
        console.type("2ojj<Enter>")
        let running = shown(console).dropFirst(3)
        #expect(Array(running) == running.sorted())
    }
}

extension Console {
    /// What stands to be chosen, if there is something to choose from.
    var chooserItems: [String]? {
        guard case .chooser(let chooser) = model.overlays.last else { return nil }
        return chooser.items
    }
}
