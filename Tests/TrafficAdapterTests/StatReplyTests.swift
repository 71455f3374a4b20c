import Domain
import Testing

@testable import TrafficAdapter

struct StatReplyTests {
    private static let header = "# pxname,svname,status,weight,act,bck,last_chk,uweight,\n"

    private static func reply(_ rows: String...) throws(StatReply.Odd) -> StatReply {
        try StatReply(header + rows.map { $0 + "\n" }.joined() + "\n", backend: "api")
    }

    private let settings: HAProxySettings

    init() throws {
        settings = try HAProxySettings(
            sockets: ["/run/a.sock"], backend: "api", servers: PerIDC(idc1: ["a1", "a2"], idc2: ["b1", "b2"]))
    }

    /// Two and two servers with the given weights and statuses.
    private func share(_ servers: (weight: Int, status: String)..., extra: [String] = []) throws -> Double? {
        let rows = zip(["a1", "a2", "b1", "b2"], servers).map {
            "api,\($0),\($1.status),\($1.weight),1,0,,\($1.weight),"
        }
        let text = Self.header + (rows + extra).map { $0 + "\n" }.joined() + "\n"
        return try TrafficReckoning.balancer("x", StatReply(text, backend: "api"), settings).share
    }

    @Test func `columns are found by name, quoted fields and other proxies passed by`() throws {
        let reply = try Self.reply(
            "web,FRONTEND,OPEN,,,,,,", "api,a1,UP,7,1,0,\"a, \"\"quoted\"\"\nline\",50,", "other,a1,DOWN,9,1,0,,9,",
            "api,a2,no check,0,0,1,,0,", "api,BACKEND,UP,50,1,0,,50,")
        #expect(
            reply.servers == [
                "a1": .init(name: "a1", weight: 50, status: "UP", isBackup: false),
                "a2": .init(name: "a2", weight: 0, status: "no check", isBackup: true),
            ])
    }

    @Test func `without the column of user weights the effective one is taken`() throws {
        let text = "# pxname,svname,status,weight,bck,\napi,a1,UP,7,0,\n\n"
        #expect(try StatReply(text, backend: "api").servers["a1"]?.weight == 7)
    }

    @Test(arguments: [
        ("", "\"\" in place of its statistics"),
        ("Permission denied\n\n", "\"Permission denied\" in place of its statistics"),
        (
            "# pxname,svname,status,weight,act,bck,last_chk,uweight,\napi,a1,UP,1,1,0,,1,\n",
            "its statistics were cut off"
        ),
        (
            "# pxname,svname,status\napi,a1,UP\n\n",
            "its statistics lack a column of pxname, svname, status, weight, bck"
        ),
        ("# pxname,svname,status,weight,bck\napi,a1\n\n", "a row of its statistics is too short"),
        ("# pxname,svname,status,weight,bck\napi,a1,UP,x\u{1B}[1m,0\n\n", "server a1 has the weight \"x [1m\""),
        ("# pxname,svname,status,weight,bck\napi,a1,UP,,0\n\n", "server a1 has the weight \"\""),
    ])
    func `a reply of no use says why`(_ text: String, _ reason: String) {
        #expect(throws: StatReply.Odd.malformed(reason)) { try StatReply(text, backend: "api") }
    }

    @Test func `a missing backend is named with those there are`() {
        #expect(throws: StatReply.Odd.noBackend(others: ["static", "web"])) {
            try Self.reply("web,w1,UP,1,1,0,,1,", "static,BACKEND,UP,1,1,0,,1,")
        }
    }

    @Test func `only servers that HAProxy routes to count`() throws {
        #expect(try share((50, "UP"), (50, "UP 1/3"), (50, "no check"), (50, "UP")) == 0.5)
        #expect(try share((50, "UP"), (50, "DOWN"), (50, "UP"), (50, "UP")) == 1.0 / 3)
        #expect(try share((50, "MAINT (via x/y)"), (50, "DOWN 1/2"), (50, "UP"), (50, "UP")) == 0)
        #expect(try share((50, "UP"), (50, "UP"), (50, "DRAIN"), (50, "NOLB")) == 1)
        #expect(try share((0, "UP"), (0, "UP"), (50, "DOWN"), (50, "MAINT")) == nil)
    }

    @Test func `backup servers count only when nothing else serves`() throws {
        let text = { (status: String) in
            Self.header
                + "api,a1,\(status),10,1,0,,10,\napi,a2,DOWN,10,1,0,,10,\napi,b1,UP,30,0,1,,30,\napi,b2,UP,30,0,1,,30,\n\n"
        }
        let active = try TrafficReckoning.balancer("x", StatReply(text("UP"), backend: "api"), settings)
        let backup = try TrafficReckoning.balancer("x", StatReply(text("DOWN"), backend: "api"), settings)
        #expect(active.share == 1)
        #expect(backup.share == 0)
    }

    @Test func `a status nobody knows and a server nobody listed give no split`() {
        #expect(throws: TrafficReckoning.Odd.self) {
            try share((1, "UP"), (1, "HOVERING"), (1, "UP"), (1, "UP"))
        }
        let stranger = #expect(throws: TrafficReckoning.Odd.self) {
            try share((1, "UP"), (1, "UP"), (1, "UP"), (1, "UP"), extra: ["api,c1,UP,1,1,0,,1,"])
        }
        #expect(stranger?.text.hasPrefix("server c1 of backend api takes traffic and belongs to no IDC") == true)
        #expect(throws: Never.self) {
            try share((1, "UP"), (1, "UP"), (1, "UP"), (1, "UP"), extra: ["api,c1,MAINT,1,1,0,,1,"])
        }
    }

    @Test func `whole percent sum to 100 and no side that takes traffic shows 0`() throws {
        func split(_ one: Int, _ two: Int) throws -> String? {
            let servers = [(one, "UP"), (0, "UP"), (two, "UP"), (0, "UP")]
            let rows = zip(["a1", "a2", "b1", "b2"], servers).map { "api,\($0),\($1.1),\($1.0),1,0,,\($1.0),\n" }
            let balancer = try TrafficReckoning.balancer(
                "x", StatReply(Self.header + rows.joined() + "\n", backend: "api"), settings)
            return TrafficReckoning.traffic(of: [balancer], problems: []).split?.description
        }
        #expect(try split(1, 2) == "33:67")
        #expect(try split(2, 1) == "67:33")
        #expect(try split(1, 256) == "1:99")
        #expect(try split(256, 1) == "99:1")
        #expect(try split(256, 0) == "100:0")
        #expect(try split(0, 0) == nil)
    }

    @Test func `HAProxies that disagree are told apart and their mean is the split`() throws {
        func balancer(_ name: String, _ weights: [Int]) throws -> TrafficReckoning.Balancer {
            let rows = zip(["a1", "a2", "b1", "b2"], weights).map { "api,\($0),UP,\($1),1,0,,\($1),\n" }
            return try TrafficReckoning.balancer(
                name, StatReply(Self.header + rows.joined() + "\n", backend: "api"), settings)
        }
        let alike = TrafficReckoning.traffic(
            of: [try balancer("/x", [5, 5, 5, 5]), try balancer("/y", [5, 5, 5, 5])], problems: [])
        #expect(alike.servers.map(\.name) == ["a1", "a2", "b1", "b2"])
        #expect(alike.problems.isEmpty)
        let apart = TrafficReckoning.traffic(
            of: [try balancer("/x", [5, 5, 5, 5]), try balancer("/y", [0, 5, 0, 0])], problems: ["before"])
        #expect(
            apart.servers.map(\.name) == ["a1 at /x", "a1 at /y", "a2", "b1 at /x", "b1 at /y", "b2 at /x", "b2 at /y"])
        #expect(apart.split?.description == "75:25")
        #expect(apart.problems == ["before", "the HAProxies disagree: /x 50:50, /y 100:0; set the split again"])
    }
}
