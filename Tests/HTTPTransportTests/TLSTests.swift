import FoundationEssentials
import HTTPTransport
import TestSupport
import Testing

/// Against `openssl s_server` with certificates made for the test.
@Suite(.timeLimit(.minutes(2)), .enabled(if: ChildProcess.canRun("/usr/bin/openssl"), "openssl is not installed"))
struct TLSTests {
    @Test func `a server is trusted by its CA file and by nothing else`() async throws {
        try await withTemporaryDirectory { directory in
            try makeCertificates(in: directory)
            try await withTLSServer(in: directory) { port in
                let request = HTTPRequest(.get, try HTTPAddress("https://127.0.0.1:\(port)"), path: "/")
                let trusting = patientClient(tls: TLSSettings(caFile: directory + "/ca.pem"))
                #expect(try await trusting.send(request).status == 200)

                let error = await #expect(throws: HTTPError.self) { try await patientClient().send(request) }
                guard case .refused(let text) = error else {
                    Issue.record("not refused: \(String(describing: error))")
                    return
                }
                #expect(text.hasPrefix("the certificate of 127.0.0.1:\(port) was not accepted"))
                #expect(error?.requestMayHaveArrived == false)

                let missing = patientClient(tls: TLSSettings(caFile: directory + "/none.pem"))
                let fileError = await #expect(throws: HTTPError.self) { try await missing.send(request) }
                #expect(fileError?.description.hasPrefix("the CA file for 127.0.0.1:\(port) cannot be used") == true)
            }
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        try await withTemporaryDirectory { directory in
            try makeCertificates(in: directory)
            try await withTLSServer(in: directory) { port in
                let client = patientClient(tls: TLSSettings(caFile: directory + "/ca.pem"))
                let request = HTTPRequest(.get, try HTTPAddress("https://localhost:\(port)"), path: "/")
                let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
                #expect(error?.description.hasPrefix("the certificate of localhost:\(port) was not accepted") == true)
            }
        }
    }

    @Test func `a client certificate opens a server that demands one`() async throws {
        try await withTemporaryDirectory { directory in
            try makeCertificates(in: directory)
            let demand = ["-Verify", "1", "-verify_return_error", "-CAfile", directory + "/ca.pem"]
            try await withTLSServer(in: directory, demand) { port in
                let request = HTTPRequest(.get, try HTTPAddress("https://127.0.0.1:\(port)"), path: "/")
                let known = patientClient(
                    tls: TLSSettings(
                        caFile: directory + "/ca.pem", clientCertificate: directory + "/client.pem",
                        clientKey: directory + "/client.key", clientKeyPassword: "geheim"))
                #expect(try await known.send(request).status == 200)

                let nobody = patientClient(tls: TLSSettings(caFile: directory + "/ca.pem"))
                await #expect(throws: HTTPError.self) { try await nobody.send(request) }

                let wrong = patientClient(
                    tls: TLSSettings(
                        caFile: directory + "/ca.pem", clientCertificate: directory + "/client.pem",
                        clientKey: directory + "/client.key", clientKeyPassword: "falsch"))
                let error = await #expect(throws: HTTPError.self) { try await wrong.send(request) }
                #expect(error?.description.hasPrefix("the client certificate or key for") == true)
                #expect(error?.description.contains("falsch") == false)
            }
        }
    }

    @Test func `plain HTTP on the other side of https is refused`() async throws {
        try await serving({ _ in HTTPServerResponse(status: 200) }) { address in
            let secure = try HTTPAddress("https://\(address.authority)")
            let error = await #expect(throws: HTTPError.self) {
                try await patientClient().send(HTTPRequest(.get, secure, path: "/"))
            }
            #expect(error?.description.hasPrefix("TLS with \(address.authority) failed") == true)
        }
    }

    /// `ca.pem`, `server.pem` for 127.0.0.1, and `client.pem` whose key has the password "geheim".
    private func makeCertificates(in directory: String) throws {
        try Data("subjectAltName=IP:127.0.0.1\n".utf8).write(to: URL(filePath: directory + "/server.ext"))
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        let runs: [[String]] = [
            ["req", "-x509", "-days", "2", "-nodes", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem"]
                + key,
            ["req", "-nodes", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"] + key,
            ["req", "-passout", "pass:geheim", "-subj", "/CN=client", "-keyout", "client.key", "-out", "client.csr"]
                + key,
            [
                "x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial",
                "-extfile", "server.ext", "-out", "server.pem",
            ],
            [
                "x509", "-req", "-days", "2", "-in", "client.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial",
                "-out", "client.pem",
            ],
        ]
        for run in runs {
            let arguments = run.map { word in
                word.contains(".") && !word.contains("=") ? directory + "/" + word : word
            }
            let openssl = try ChildProcess("/usr/bin/openssl", arguments, log: directory + "/openssl.log")
            try #require(openssl.waitUntilExit() == 0)
        }
    }

    private func withTLSServer(
        in directory: String, _ options: [String] = [], _ body: (Int) async throws -> Void
    ) async throws {
        let log = directory + "/s_server.log"
        let server = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", "-key", directory + "/server.key",
                "-cert", directory + "/server.pem",
            ] + options,
            log: log)
        defer { server.end() }
        var port: Int?
        await eventually("openssl listens") {
            let text = (try? Data(contentsOf: URL(filePath: log))).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
            port = line?.split(separator: ":").last.flatMap { Int($0) }
            return port != nil
        }
        try await body(try #require(port))
    }
}
