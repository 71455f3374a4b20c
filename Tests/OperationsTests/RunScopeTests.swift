import Domain
import Operations
import Testing

struct RunScopeTests {
    private static func endpoints(_ group: String) -> [(key: String, name: String?)] {
        switch group {
        case "billing", "ledger": [("money", "money")]
        case "search": [("shop", nil)]
        case "both": [("money", "money"), ("shop", nil)]
        default: []
        }
    }

    @Test("groups behind one name move together, those that a person points keep together, and others stand alone")
    func together() throws {
        #expect(
            try RunScope.byEndpoint(["alone", "billing", "ledger", "other", "search"], Self.endpoints) == [
                EndpointGroups(endpoint: nil, groups: ["alone"]),
                EndpointGroups(endpoint: "money", groups: ["billing", "ledger"]),
                EndpointGroups(endpoint: nil, groups: ["other"]), EndpointGroups(endpoint: nil, groups: ["search"]),
            ])
    }

    @Test("a group behind two names keeps a run from beginning")
    func ambiguous() {
        #expect(throws: RunScope.Ambiguity(group: "both", endpoints: ["money", "shop"])) {
            try RunScope.byEndpoint(["both"], Self.endpoints)
        }
    }
}
