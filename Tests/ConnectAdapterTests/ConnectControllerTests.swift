import ConnectAdapter
import Domain
import HTTPTransport
import Operations
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConnectControllerTests {
    @Test(arguments: [
        (ConnectorAct.pause, "PUT", "/connectors/a%2Fb/pause"), (.resume, "PUT", "/connectors/a%2Fb/resume"),
        (.stop, "PUT", "/connectors/a%2Fb/stop"), (.delete, "DELETE", "/connectors/a%2Fb"),
        (.restartFailed, "POST", "/connectors/a%2Fb/restart?includeTasks=true&onlyFailed=true"),
        (.restartAll, "POST", "/connectors/a%2Fb/restart?includeTasks=true&onlyFailed=false"),
    ])
    func `every act is one request`(_ act: ConnectorAct, _ method: String, _ target: String) async throws {
        try await ConnectStub.serving([StubConnector("a/b")]) { stub in
            let controller = ConnectController(try connectClient([stub.url]))
            try await controller.perform(act, on: "a/b")
            #expect(stub.requests == [ConnectStub.RecordedRequest(method: method, target: target)])
            #expect(stub.mutatingRequestCount == 1)
        }
    }

    @Test func `what was done is read back`() async throws {
        var mirror = StubConnector.mirror(of: "orders", from: "idc1", to: "idc2")
        mirror.tasks = [StubTask(0, state: "FAILED", trace: "x")]
        try await ConnectStub.serving([mirror]) { [mirror] stub in
            let client = try connectClient([stub.url])
            let reader = ConnectReader(client)
            let controller = ConnectController(client)
            var states: [ConnectorState?] = []
            for act in [ConnectorAct.pause, .resume, .stop, .resume] {
                try await controller.perform(act, on: mirror.name)
                states.append(try await reader.connectors().value.first?.state)
            }
            #expect(states == [.paused, .running, .stopped, .running])
            stub.put(mirror)
            try await controller.perform(.restartFailed, on: mirror.name)
            let restarted = try await reader.connectors().value.first
            #expect(restarted?.tasks.map(\.state) == [.running])
            try await controller.perform(.delete, on: mirror.name)
            let left = try await reader.connectors().value
            #expect(left.isEmpty)
        }
    }

    @Test func `creating puts the configuration, once new and once changed`() async throws {
        try await ConnectStub.serving { stub in
            let controller = ConnectController(try connectClient([stub.url]))
            let config = ["connector.class": "X", "topics": "a\"\\b", "ü": "한글"]
            try await controller.create("new", config: config)
            try await controller.create("new", config: config.merging(["tasks.max": "2"]) { $1 })
            #expect(stub.requests.map(\.target) == ["/connectors/new/config", "/connectors/new/config"])
            #expect(stub.connector("new")?.config == config.merging(["tasks.max": "2"]) { $1 })
        }
    }

    @Test func `a refused configuration is explained without its secrets`() async throws {
        try await ConnectStub.serving { stub in
            let controller = ConnectController(try connectClient([stub.url]))
            let config = ["odd.api.key": "Gehe im", "topics": "t"]
            let error = try await portError { () throws(PortError) in
                try await controller.create("new", config: config)
            }
            #expect(error.kind == .failed)
            #expect(error.detail.hasPrefix("Connect \(stub.url) answered 400: Connector config"))
            #expect(!error.detail.contains("Gehe im"))
        }
    }

    @Test func `a rebalance is waited out with growing pauses`() async throws {
        try await ConnectStub.serving([StubConnector("x")]) { stub in
            stub.inject(.conflict, times: 3)
            let clock = ManualClock()
            let controller = ConnectController(try connectClient([stub.url], clock: clock))
            let delays = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await controller.perform(.pause, on: "x") }
                var delays: [Duration] = []
                for _ in 0..<3 {
                    await eventually("the controller waits") { clock.pendingSleepers == 1 }
                    let delay = try #require(clock.pendingDelays.first)
                    delays.append(delay)
                    await clock.advance(by: delay)
                }
                try await group.next()
                return delays
            }
            #expect(stub.requests.count == 4)
            #expect(stub.connector("x")?.state == "PAUSED")
            for (delay, full) in zip(delays, [250, 500, 1_000]) {
                #expect(delay >= .milliseconds(full) * 0.75)
                #expect(delay < .milliseconds(full) * 1.25)
            }
        }
    }

    @Test func `a rebalance without end is a conflict, and nothing was changed`() async throws {
        try await ConnectStub.serving([StubConnector("x")]) { stub in
            stub.inject(.conflict)
            let clock = ManualClock()
            let controller = ConnectController(try connectClient([stub.url], clock: clock))
            let error = try await withThrowingTaskGroup(of: PortError?.self) { group in
                group.addTask {
                    try await portError { () throws(PortError) in try await controller.perform(.pause, on: "x") }
                }
                group.addTask {
                    while !Task.isCancelled {
                        if let delay = clock.pendingDelays.first { await clock.advance(by: delay) }
                        await Task.yield()
                    }
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            #expect(error?.kind == .conflict)
            #expect(error?.detail.contains("still so after 30 s, nothing was changed") == true)
            #expect(stub.requests.count > 5)
            #expect(stub.connector("x")?.state == "RUNNING")
        }
    }

    @Test func `another worker is tried only when the first certainly did not hear`() async throws {
        let dead = try await deadAddress()
        try await ConnectStub.serving([StubConnector("x")]) { stub in
            let viaDead = ConnectController(try connectClient([dead, stub.url]))
            try await viaDead.perform(.pause, on: "x")
            #expect(stub.requests.count == 1)
        }
        try await ConnectStub.serving([StubConnector("x")]) { hanging in
            try await ConnectStub.serving([StubConnector("x")]) { other in
                hanging.inject(.hang)
                let controller = ConnectController(
                    try connectClient([hanging.url, other.url], totalTimeout: .milliseconds(200)))
                let error = try await portError { () throws(PortError) in
                    try await controller.perform(.restartAll, on: "x")
                }
                #expect(error.kind == .timedOut)
                #expect(error.detail.hasSuffix("it may have been carried out: look at the state before repeating it"))
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test func `unknown connectors, old workers and proxies are told apart`() async throws {
        let features = ConnectStub.Features(hasOffsets: false, hasRestartOptions: false)
        try await ConnectStub.serving([StubConnector("x")], features: features) { stub in
            let controller = ConnectController(try connectClient([stub.url]))
            var kinds: [FailureKind] = []
            for (act, name) in [(ConnectorAct.pause, "y"), (.stop, "x"), (.restartFailed, "x"), (.delete, "")] {
                kinds.append(
                    try await portError { () throws(PortError) in try await controller.perform(act, on: name) }.kind)
            }
            #expect(kinds == [.notFound, .unsupported, .unsupported, .notFound])
            stub.inject(.html(status: 200))
            let error = try await portError { () throws(PortError) in try await controller.perform(.pause, on: "x") }
            #expect(error.kind == .malformed)
            #expect(stub.connector("x")?.state == "RUNNING")
        }
    }
}
