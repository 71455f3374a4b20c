import Domain
import Testing

@testable import Configuration

@Suite("What moves consumers, in the configuration")
struct FailoverSettingsTests {
    private let complete = """
        nameServer: {address: 10.0.0.53, port: 5353, zone: kafka.internal, key: update.key, ttl: 30s}
        endpoints:
          orders:
            groups: ["orders-*", "billing"]
            dns: {name: orders.kafka.internal, idc1: [10.1.0.11, "fd00::11"], idc2: busan.kafka.internal}
          quotes:
            groups: "quotes-?"
            haproxy: {socket: /run/h.sock, backend: quotes, servers: {idc1: [k1, k2], idc2: [k3]}}
          audit:
            groups: [audit]
            command: {point: {idc1: [/opt/point, seoul], idc2: [/opt/point, "b u"]}, read: [/opt/where], limit: 2m}
          rest: {groups: [r], byHand: true}
        failover:
          approvers: {kim: "${file:kim.pub}", lee: GxVGKwyLU8tYDGRpYpY0Wl1LhYAfO9H8fY7E3e9OZbA=}
          secondPerson: production
          key: kim.pem
          waitPeriod: 10s

        """
    private let pem = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----

        """

    @Test("nothing of it has to be there")
    func nothing() throws {
        let failover = try ConfigurationDirectory().settings(minimalIDCs).context(named: nil).failover
        #expect(failover.nameServer == nil)
        #expect(failover.endpoints.isEmpty)
        #expect(failover.approvers.isEmpty)
        #expect(failover.secondPerson == .never)
        #expect(failover.keyPath == nil)
        #expect(failover.waitPeriod == .seconds(5))
    }

    @Test("every part is read, and what is printed of it is read back as the same")
    func everything() throws {
        let directory = try ConfigurationDirectory(["update.key": "x", "kim.pub": pem])
        let settings = try directory.settings(complete + minimalIDCs)
        let failover = try settings.context(named: nil).failover
        #expect(
            failover.nameServer
                == NameServerSettings(
                    address: "10.0.0.53", port: 5_353, zone: "kafka.internal", keyPath: directory.path + "/update.key",
                    timeToLive: 30))
        #expect(failover.endpoints.map(\.name) == ["orders", "quotes", "audit", "rest"])
        guard case .dns(let dns) = failover.endpoints[0].source else {
            Issue.record("orders is no name of the DNS")
            return
        }
        #expect(dns.name == "orders.kafka.internal")
        #expect(dns.values == PerIDC(idc1: ["10.1.0.11", "fd00::11"], idc2: ["busan.kafka.internal"]))
        #expect(!dns.isAlias(.idc1))
        #expect(dns.isAlias(.idc2))
        #expect(
            failover.endpoints[2].source
                == .command(
                    CommandEndpointSettings(
                        point: PerIDC(idc1: ["/opt/point", "seoul"], idc2: ["/opt/point", "b u"]), read: ["/opt/where"],
                        limit: .seconds(120))))
        #expect(failover.endpoints[3].source == .byHand)
        #expect(failover.endpoints(of: "orders-7").map(\.name) == ["orders"])
        #expect(failover.endpoints(of: "billing").map(\.name) == ["orders"])
        #expect(failover.endpoints(of: "quotes-12").isEmpty)
        #expect(failover.approvers.map(\.name) == ["kim", "lee"])
        #expect(failover.approvers[0].publicKey.contains("BEGIN PUBLIC KEY"))
        #expect(failover.secondPerson == .production)
        #expect(failover.keyPath == directory.path + "/kim.pem")
        #expect(failover.waitPeriod == .seconds(10))
        let again = try directory.settings(settings.redacted()).context(named: nil).failover
        #expect(again == failover)
    }

    @Test(
        "what is wrong is named with its line and what to do",
        arguments: [
            (
                "endpoints: {orders: {groups: [o]}}",
                "1:21: endpoints.orders: nothing points it: give one of dns, haproxy, command, or byHand: true"
            ),
            (
                "endpoints: {orders: {groups: [o], byHand: false}}",
                "1:21: endpoints.orders: nothing points it: give one of dns, haproxy, command, or byHand: true"
            ),
            (
                "endpoints: {orders: {groups: [o], byHand: true, command: {point: {idc1: a, idc2: b}, read: c}}}",
                "1:21: endpoints.orders: command and byHand both point it; keep one of them"
            ),
            (
                "endpoints: {orders: {byHand: true}}",
                "1:21: endpoints.orders: the key \"groups\" is missing; expected a list, each a text, for example groups: [\"orders-*\", \"billing\"]"
            ),
            (
                "endpoints: {orders: {groups: [], byHand: true}}",
                "1:30: endpoints.orders.groups: expected at least one group, for example groups: [\"orders-*\"]"
            ),
            (
                "endpoints: {a: {groups: [x, y], byHand: true}, b: {groups: [y], byHand: true}}",
                "1:61: endpoints.b.groups: \"y\" stands under endpoints.a too; a group belongs to one endpoint"
            ),
            (
                "endpoints: {a: {groups: [x], dns: {name: a.b, idc1: 10.1.0.1, idc2: 10.2.0.1}}}",
                "1:35: endpoints.a.dns: there is no name server to change it at; add nameServer: {address: ..., zone: ...}"
            ),
            (
                "nameServer: {address: 10.0.0.53, zone: b}\nendpoints: {a: {groups: [x], dns: {name: a.b, idc1: [10.1.0.1, c.b], idc2: 10.1.0.1}}}",
                "2:53: endpoints.a.dns.idc1: \"c.b\" is no address, and another name has to stand alone\nbascule.yaml:2:76: endpoints.a.dns: \"10.1.0.1\" stands for both IDCs"
            ),
            (
                "nameServer: {address: ns.b, zone: b}",
                "1:23: nameServer.address: expected an IPv4 or IPv6 address, found \"ns.b\""
            ),
            (
                "nameServer: {address: 10.0.0.53, zone: b, ttl: 1500ms}",
                "1:48: nameServer.ttl: expected whole seconds, for example 5s"
            ),
            (
                "endpoints: {a: {groups: [x], command: {point: {idc1: [], idc2: b}, read: c}}}",
                "1:54: endpoints.a.command.point.idc1: expected a program and its arguments"
            ),
            (
                "failover: {secondPerson: always}",
                "1:26: failover.secondPerson: always needs somebody who can approve: name them and their public keys under failover.approvers"
            ),
            (
                "failover: {approvers: {kim: abc}}",
                "1:29: failover.approvers.kim: expected an Ed25519 public key as `openssl pkey -pubout` prints it, or its 32 bytes in base64, found \"abc\""
            ),
            (
                "failover: {approvers: {kim: GxVGKwyLU8tYDGRpYpY0Wl1LhYAfO9H8fY7E3e9OZbA=, lee: GxVGKwyLU8tYDGRpYpY0Wl1LhYAfO9H8fY7E3e9OZbA=}}",
                "1:80: failover.approvers.lee: this is kim's key; each person has one of their own"
            ),
            (
                "failover: {waitperiod: 5s}",
                "1:12: unknown key \"waitperiod\" in failover; did you mean \"waitPeriod\"?"
            ),
        ])
    func problems(_ text: String, _ problem: String) throws {
        #expect(try ConfigurationDirectory().message(text + "\n" + minimalIDCs) == "bascule.yaml:" + problem)
    }
}
