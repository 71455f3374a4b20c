import ConnectAdapter
import Domain
import HTTPTransport
import Operations
import TestSupport
import Testing

/// What a reader makes of workers that are not there, hang, refuse, or talk nonsense.
@Suite(.timeLimit(.minutes(2)))
struct ConnectFaultTests {
    @Test(arguments: [
        (
            ConnectStub.Fault.status(401, message: "no"), FailureKind.refused,
            "did not accept user and password (401): no"
        ),
        (.status(403, message: "no\u{1B}[2J\nway"), .refused, "forbids this (403): no [2J way"),
        (.status(404, message: "Connector x not found"), .notFound, "answered 404: Connector x not found"),
        (.conflict, .conflict, "is busy (409): Cannot complete request momentarily"),
        (.status(429, message: "slow down"), .conflict, "has had too many requests (429): slow down"),
        (.status(500, message: "Request timed out"), .failed, "answered 500: Request timed out"),
        (.status(503, message: "starting"), .unreachable, "is not available (503): starting"),
        (.html(status: 200), .malformed, "answered with HTML, not JSON"),
        (.html(status: 404), .malformed, "answered 404 as no Connect worker does with an HTML page"),
        (.html(status: 502), .unreachable, "is not available (502) with an HTML page"),
        (.truncatedJSON, .malformed, "is no JSON or was cut off"),
        (.answer(HTTPServerResponse(status: 302)), .malformed, "answered with a redirect (302)"),
        (.answer(HTTPServerResponse(status: 200)), .malformed, "answer of 0 bytes is no JSON"),
        (
            .answer(HTTPServerResponse(status: 200, contentType: "application/json", text: "[1]")), .malformed,
            "neither names nor objects"
        ),
        (.hugeBody(bytes: 50_000_000), .malformed, "larger than 16777216 bytes"),
    ])
    func `a bad answer gets the right kind and one line of text`(
        _ fault: ConnectStub.Fault, _ kind: FailureKind, _ text: String
    ) async throws {
        try await ConnectStub.serving([StubConnector("x")]) { stub in
            stub.inject(fault)
            let withPassword = stub.url.replacing("http://", with: "http://operator:geheim@")
            let reader = ConnectReader(try connectClient([withPassword]))
            let error = try await portError { () throws(PortError) in _ = try await reader.connectors() }
            #expect(error.kind == kind)
            #expect(error.operation == "GET /connectors?expand=status&expand=info")
            #expect(error.detail.contains(text), "\(error.detail)")
            #expect(!error.detail.contains("geheim"))
            #expect(error.detail.unicodeScalars.allSatisfy { $0.value >= 0x20 })
            #expect(stub.mutatingRequestCount == 0)
        }
    }

    @Test func `a dead address and a hang are told apart`() async throws {
        let dead = try await deadAddress()
        let deadReader = ConnectReader(try connectClient([dead]))
        let unreachable = try await portError { () throws(PortError) in _ = try await deadReader.connectors() }
        #expect(unreachable.kind == .unreachable)
        #expect(unreachable.detail.hasPrefix("Connect \(dead): no connection to "))
        #expect(
            unreachable.detail.hasSuffix("connection refused; check that the worker runs and that its address is right")
        )

        try await ConnectStub.serving { stub in
            stub.inject(.hang)
            let reader = ConnectReader(try connectClient([stub.url], totalTimeout: .milliseconds(200)))
            let error = try await portError { () throws(PortError) in _ = try await reader.connectors() }
            #expect(error.kind == .timedOut)
            #expect(
                error.detail.hasSuffix("gave no whole answer within 0.2 seconds; the worker hangs or is overloaded"))
        }
    }

    @Test func `a Kafka broker's port in place of a worker's is malformed`() async throws {
        try await ByteServer.serving(.answer([0, 0, 0, 4, 1, 2, 3, 4, 10, 10])) { server in
            let reader = ConnectReader(try connectClient(["http://127.0.0.1:\(server.port)"]))
            let error = try await portError { () throws(PortError) in _ = try await reader.connectors() }
            #expect(error.kind == .malformed)
            #expect(error.detail.contains("does not speak HTTP"))
        }
    }

    @Test func `user and password are demanded, given per worker or for all`() async throws {
        let credentials = HTTPServerCredentials(user: "ops", password: "geheim")
        try await ConnectStub.serving([StubConnector("x")], credentials: credentials) { stub in
            let nobody = ConnectReader(try connectClient([stub.url]))
            let error = try await portError { () throws(PortError) in _ = try await nobody.connectors() }
            #expect(error.kind == .refused)
            let beside = ConnectReader(
                try connectClient([stub.url], credentials: .basic(user: "ops", password: "geheim")))
            let embedded = ConnectReader(
                try connectClient([stub.url.replacing("http://", with: "http://ops:geheim@")]))
            let first = try await beside.connectors()
            let second = try await embedded.connectors()
            #expect(first.value.map(\.name) == ["x"])
            #expect(second.value.map(\.name) == ["x"])
            let views = await embedded.workers()
            #expect(views.map(\.url) == [stub.url])
        }
    }

    @Test func `a cancelled poll says so and blames no worker`() async throws {
        try await ConnectStub.serving { stub in
            stub.inject(.hang)
            let reader = try reader(of: stub)
            let error = await withTaskGroup(of: PortError?.self) { group in
                group.addTask {
                    do throws(PortError) {
                        _ = try await reader.connectors()
                        return nil
                    } catch {
                        return error
                    }
                }
                await eventually("the request has arrived") { !stub.requests.isEmpty }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
            let failures = await reader.workers().map(\.failure)
            #expect(failures == [nil])
        }
    }

    // MARK: Several workers

    @Test func `the next worker is asked when one is dead, and then asked first`() async throws {
        let dead = try await deadAddress()
        try await ConnectStub.serving([StubConnector("x")]) { stub in
            let clock = ManualClock()
            let reader = ConnectReader(try connectClient([dead, stub.url], clock: clock))
            for _ in 0..<3 {
                let answer = try await reader.connectors()
                #expect(answer.value.count == 1)
            }
            let views = await reader.workers()
            #expect(views.map(\.url) == [dead, stub.url])
            #expect(views[0].failure?.kind == .unreachable)
            #expect(views[0].failure?.since == clock.wallTime)
            #expect(views[1].failure == nil)
        }
    }

    @Test func `a worker that talks nonsense makes room for the next and comes back later`() async throws {
        try await ConnectStub.serving([StubConnector("x")]) { bad in
            try await ConnectStub.serving([StubConnector("x")]) { good in
                let clock = ManualClock()
                bad.inject(.html(status: 200))
                let reader = ConnectReader(try connectClient([bad.url, good.url], clock: clock))
                _ = try await reader.connectors()
                _ = try await reader.connectors()
                #expect(bad.requests.count == 1)
                #expect(good.requests.count == 2)
                bad.heal()
                good.inject(.status(500, message: "boom"))
                await clock.advance(by: .seconds(1))
                _ = try await reader.connectors()
                #expect(bad.requests.count == 2)
                let failures = await reader.workers().map { $0.failure?.kind }
                #expect(failures == [nil, .failed])
            }
        }
    }

    @Test func `a missing connector is not blamed on the worker`() async throws {
        try await ConnectStub.serving { one in
            try await ConnectStub.serving { two in
                let reader = try reader(of: one, two)
                let error = try await portError { () throws(PortError) in _ = try await reader.mirrorPositions(of: "x")
                }
                #expect(error.kind == .notFound)
                #expect(two.requests.isEmpty)
            }
        }
    }

    @Test func `when all fail each is named, and while all back off one attempt a poll is made`() async throws {
        try await ConnectStub.serving { one in
            try await ConnectStub.serving { two in
                one.inject(.status(503, message: "starting"))
                two.inject(.status(401, message: "who are you"))
                let reader = try reader(of: one, two)
                let first = try await portError { () throws(PortError) in _ = try await reader.connectors() }
                #expect(first.kind == .refused)
                #expect(
                    first.detail.hasPrefix("none of 2 Connect workers answered: Connect \(one.url) is not available"))
                #expect(first.detail.contains("Connect \(two.url) did not accept user and password"))
                let second = try await portError { () throws(PortError) in _ = try await reader.connectors() }
                #expect(second.kind == .refused)
                #expect(one.requests.count + two.requests.count == 3)
            }
        }
    }

    @Test func `settings without a worker or with a bad address are refused without the password`() {
        #expect(throws: ConnectSettings.Invalid.self) { try ConnectSettings(urls: []) }
        let error = #expect(throws: ConnectSettings.Invalid.self) {
            try ConnectSettings(urls: ["http://ok:1", "http://u:geheim@host:99999"])
        }
        #expect(error?.description.hasPrefix("Connect worker 2: ") == true)
        #expect(error?.description.contains("geheim") == false)
    }
}
