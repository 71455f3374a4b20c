import Foundation
import TestSupport
import Testing

@testable import Digests

@Suite("Ed25519")
struct Ed25519Tests {
    /// RFC 8032, section 7.1.
    private struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let secret: String
        let publicKey: String
        let message: String
        let signature: String

        var testDescription: String { name }
    }

    private static let vectors = [
        Vector(
            name: "TEST 1", secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        Vector(
            name: "TEST 2", secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        Vector(
            name: "TEST 3", secret: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature:
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
        Vector(
            name: "TEST SHA(abc)", secret: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            message:
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            signature:
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ]

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

    @Test("the vectors of RFC 8032 sign and verify, and one changed bit anywhere does not", arguments: vectors)
    private func signing(_ vector: Vector) throws {
        let key = try Ed25519.PrivateKey(seed: bytes(vector.secret))
        let message = bytes(vector.message)
        let signature = bytes(vector.signature)
        #expect(key.publicKey.bytes == bytes(vector.publicKey))
        #expect(key.signature(of: message) == signature)
        #expect(key.publicKey.isSignature(signature, of: message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.publicKey.isSignature(changed, of: message))
        }
        #expect(!key.publicKey.isSignature(signature, of: message + [0]))
        #expect(!key.publicKey.isSignature(Array(signature.dropLast()), of: message))
        #expect(!key.publicKey.isSignature([], of: message))
        let other = try Ed25519.PrivateKey(seed: [UInt8](repeating: 7, count: 32))
        #expect(!other.publicKey.isSignature(signature, of: message))
    }

    // MARK: Keys of files and configurations

    private func openssl(_ arguments: [String]) throws {
        let openssl = try ChildProcess("/usr/bin/openssl", arguments)
        #expect(openssl.waitUntilExit() == 0)
    }

    @Test("keys that openssl made are read, and openssl accepts what is signed with them")
    func files() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/kim.pem"
            try openssl(["genpkey", "-algorithm", "ed25519", "-out", file])
            try openssl(["pkey", "-in", file, "-pubout", "-out", directory + "/kim.pub"])
            chmod(file, 0o600)
            let key = try Ed25519.PrivateKey.read(from: file)
            let pem = try String(contentsOfFile: directory + "/kim.pub", encoding: .utf8)
            #expect(try Ed25519.PublicKey(pem) == key.publicKey)
            #expect(try Ed25519.PublicKey(key.publicKey.base64) == key.publicKey)
            let body = pem.split(separator: "\n")[1]
            #expect(try Ed25519.PublicKey(String(body)) == key.publicKey)
            let message = Array("run 20261125-031200-kdmq step 4".utf8)
            let signature = try #require(key.signature(of: message))
            try Data(message).write(to: URL(filePath: directory + "/message"))
            try Data(signature).write(to: URL(filePath: directory + "/signature"))
            try openssl([
                "pkeyutl", "-verify", "-pubin", "-inkey", directory + "/kim.pub", "-rawin", "-in",
                directory + "/message", "-sigfile", directory + "/signature",
            ])
        }
    }

    @Test("a private key that others could read is refused", arguments: [0o644, 0o640, 0o604, 0o602, 0o620])
    func modes(_ mode: Int) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/kim.pem"
            try openssl(["genpkey", "-algorithm", "ed25519", "-out", file])
            chmod(file, mode_t(mode))
            let error = #expect(throws: Ed25519.KeyRefused.self) { _ = try Ed25519.PrivateKey.read(from: file) }
            #expect(error?.description.hasPrefix("The private key \(file) is not used: others may read") == true)
        }
    }

    @Test("what is no unencrypted Ed25519 key in a regular file is refused with the reason")
    func refusals() async throws {
        try await withTemporaryDirectory { directory in
            func refusal(_ file: String) -> String? {
                #expect(throws: Ed25519.KeyRefused.self) { _ = try Ed25519.PrivateKey.read(from: file) }?.description
            }
            let rsa = directory + "/rsa.pem"
            try openssl(["genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", rsa])
            chmod(rsa, 0o600)
            #expect(refusal(rsa)?.contains("it is no Ed25519 key") == true)
            let locked = directory + "/locked.pem"
            try openssl(["genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", locked])
            chmod(locked, 0o600)
            #expect(refusal(locked)?.contains("protected by a pass phrase") == true)
            let text = directory + "/text.pem"
            try Data("no key".utf8).write(to: URL(filePath: text))
            chmod(text, 0o600)
            #expect(refusal(text)?.contains("it is no private key in PEM") == true)
            #expect(refusal(directory + "/none.pem")?.contains("No such file") == true)
            #expect(refusal(directory)?.contains("no regular file") == true)
            try Data(count: 20_000).write(to: URL(filePath: text))
            #expect(refusal(text)?.contains("too large") == true)
        }
    }

    @Test(
        "texts that are no public key are refused",
        arguments: [
            "", "kim", "AAAA", "MCowBQYDK2VwAyEA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
            "MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
        ])
    func badPublicKeys(_ text: String) {
        #expect(throws: Ed25519.KeyRefused.self) { _ = try Ed25519.PublicKey(text) }
    }

    @Test("a private key shows itself nowhere")
    func hidden() throws {
        let seed = [UInt8](repeating: 0xAB, count: 32)
        let key = try Ed25519.PrivateKey(seed: seed)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(text.contains(key.publicKey.base64))
            #expect(!text.contains("171"))
            #expect(!text.lowercased().contains("abab"))
        }
    }

    @Test("base64 comes back as it went, and nothing else is taken for it")
    func base64() {
        for count in 0...50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("foob".utf8)) == "Zm9vYg==")
        for text in ["Zm9vYg=", "Zm9vYg", "Zm9vYh==", " Zm9vYg==", "Zm9v\n", "====", "Zm=v", "Zm9-"] {
            #expect(Base64.decode(text) == nil)
        }
    }
}
