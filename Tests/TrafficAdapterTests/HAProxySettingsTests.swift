import Domain
import Testing
import TrafficAdapter

struct HAProxySettingsTests {
    private func settings(
        sockets: [String] = ["/run/haproxy/admin.sock"], backend: String = "api", one: [String] = ["a1"],
        two: [String] = ["b1"]
    ) throws(HAProxySettings.Invalid) -> HAProxySettings {
        try HAProxySettings(sockets: sockets, backend: backend, servers: PerIDC(idc1: one, idc2: two))
    }

    @Test func `paths and loopback addresses are accepted`() throws {
        _ = try settings(sockets: ["/run/a.sock", "127.0.0.1:9999", "127.9.9.9:1"])
    }

    @Test(arguments: [
        "relative.sock", "10.0.0.1:9999", "0.0.0.0:1", "localhost:9999", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536",
        "127.0.0:1", "[::1]:9", "", "/" + String(repeating: "x", count: 107),
    ])
    func `other sockets are refused`(_ socket: String) {
        let error = #expect(throws: HAProxySettings.Invalid.self) { try settings(sockets: [socket]) }
        #expect(error?.description.hasPrefix("the HAProxy socket ") == true)
    }

    @Test func `names that could carry a second command are refused`() {
        for name in ["a b", "a;b", "a\nb", "", "a/b", "ü", "a\u{0}"] {
            #expect(throws: HAProxySettings.Invalid.self) { try settings(backend: name) }
            #expect(throws: HAProxySettings.Invalid.self) { try settings(one: [name]) }
        }
    }

    @Test func `each server belongs to one IDC, and each IDC has one at least`() {
        #expect(throws: HAProxySettings.Invalid.self) { try settings(one: []) }
        #expect(throws: HAProxySettings.Invalid.self) { try settings(one: ["a1", "x"], two: ["x"]) }
        #expect(throws: HAProxySettings.Invalid.self) { try settings(sockets: []) }
        #expect(throws: HAProxySettings.Invalid.self) { try settings(sockets: ["/a", "/a"]) }
    }
}
