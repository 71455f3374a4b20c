import Domain

/// Turns the settings of a Kafka client, in Kafka's spelling or librdkafka's, into librdkafka's.
struct KafkaTranslation {
    /// A setting as it was written.
    struct Input: Hashable {
        let name: String
        let text: String
        /// Whether the text came from a variable or a file: it is a secret then, whatever its name.
        let isExpanded: Bool
        let origin: SourceLocation
        /// Whether it stands in the configuration itself, where an unknown name is a mistake, or in a file of
        /// Kafka's tools, which holds much that is not for us.
        let isInline: Bool
    }

    /// Resolves relative paths.
    let surroundings: Surroundings
    let directory: String

    private(set) var entries: [LibrarySettings.Entry] = []
    private(set) var bootstrap: (servers: String, origin: SourceLocation)?
    private(set) var problems: [SettingsError.Problem] = []
    private(set) var notes: [String] = []

    private var inputs: [String: Input] = [:]
    private var isInline: [String: Bool] = [:]

    /// - Parameter inputs: of two of the same name the later one holds.
    init(_ inputs: [Input], surroundings: Surroundings, directory: String) {
        self.surroundings = surroundings
        self.directory = directory
        for input in inputs { self.inputs[input.name] = input }
        let effective = inputs.filter { self.inputs[$0.name] == $0 }
        // Those of the configuration itself first: where they settle a matter, the file's own way of saying it
        // need not be understood.
        for input in effective where input.isInline { translate(input) }
        for input in effective where !input.isInline { translate(input) }
        translateTruststore()
        translateKeystore()
        checkTogether()
    }

    private mutating func translate(_ input: Input) {
        let name = input.name
        if KafkaSettingNames.translated.contains(name) {
            translateAlone(input)
        } else if let target = KafkaSettingNames.renamed[name] {
            translateRenamed(input, target)
        } else if KafkaSettingNames.pemTexts.contains(name) {
            setPEM(name, input)
        } else if KafkaSettingNames.files.contains(name) {
            setFile(name, input)
        } else if KafkaSettingNames.passedOn.contains(name) {
            if name == "enable.ssl.certificate.verification", input.text.lowercased() == "false" {
                notes.append("\(input.origin): \(name)=false: whoever answers is taken for the broker")
            }
            set(name, input.text, input)
        } else {
            leaveOut(input)
        }
    }

    private mutating func leaveOut(_ input: Input) {
        let name = Spelling.quoted(input.name)
        if KafkaSettingNames.decided.contains(input.name) {
            if input.isInline {
                refuse(input, "\(name) is decided by Bascule itself; remove it")
            } else {
                notes.append("\(input.origin): \(name) has no effect: Bascule decides it itself")
            }
            return
        }
        let isKafkas = KafkaSettingNames.withoutCounterpart.contains(input.name)
        if !isKafkas, let meant = Spelling.nearest(to: input.name, among: KafkaSettingNames.meaningful, atMost: 2) {
            refuse(input, "unknown Kafka setting \(name); did you mean \(Spelling.quoted(meant))?")
        } else if input.isInline {
            refuse(
                input,
                isKafkas
                    ? "librdkafka has nothing for the setting \(name); remove it"
                    : "unknown Kafka setting \(name); expected a client setting of Kafka or librdkafka")
        } else {
            notes.append("\(input.origin): \(name) has no effect: librdkafka has no such setting")
        }
    }

    // MARK: One setting

    private mutating func translateRenamed(_ input: Input, _ target: String) {
        switch target {
        case "sasl.mechanisms":
            let known = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER"]
            guard known.contains(input.text.uppercased()) else {
                refuse(input, "\(input.name): expected one of \(known.joined(separator: ", "))\(found(input))")
                return
            }
            set(target, input.text.uppercased(), input)
        case "socket.send.buffer.bytes", "socket.receive.buffer.bytes":
            // Kafka writes -1 for the system's own size, librdkafka 0.
            set(target, input.text == "-1" ? "0" : input.text, input)
        default:
            guard Int(input.text) != nil else {
                refuse(input, "\(input.name): expected a whole number\(found(input))")
                return
            }
            set(target, input.text, input)
        }
    }

    private mutating func translateAlone(_ input: Input) {
        switch input.name {
        case "bootstrap.servers", "metadata.broker.list":
            guard TextRule.bootstrap.problem(with: input.text) == nil else {
                refuse(input, "\(input.name): expected HOST:PORT, several with commas\(found(input))")
                return
            }
            bootstrap = (input.text, input.origin)
        case "security.protocol":
            let known = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
            guard known.contains(input.text.lowercased()) else {
                let names = known.map { $0.uppercased() }.joined(separator: ", ")
                refuse(input, "security.protocol: expected one of \(names)\(found(input))")
                return
            }
            set("security.protocol", input.text.lowercased(), input)
        case "ssl.endpoint.identification.algorithm":
            switch input.text.lowercased() {
            case "https": set(input.name, "https", input)
            case "", "none":
                notes.append("\(input.origin): \(input.name) is off: the names in certificates are not checked")
                set(input.name, "none", input)
            default: refuse(input, "\(input.name): expected https, or nothing to switch it off\(found(input))")
            }
        case "ssl.cipher.suites":
            // OpenSSL's names of TLS 1.3 suites are the standard ones; those of older suites are its own.
            if input.text.contains("_WITH_") {
                refuse(
                    input,
                    "ssl.cipher.suites: names of Java's; expected OpenSSL's, for example ECDHE-RSA-AES256-GCM-SHA384 "
                        + "(`openssl ciphers -stdname` lists both), with colons between them")
            } else {
                set(input.name, input.text, input)
            }
        case "sasl.jaas.config": translateJAAS(input)
        default: break  // The truststore and the keystore, which are read as a whole.
        }
    }

    /// Whether one of the settings stands in the configuration itself, so that what a file says in another way
    /// is left alone; then a note says so.
    private mutating func isSettled(by targets: [String], _ input: Input) -> Bool {
        guard !input.isInline, let target = targets.first(where: { isInline[$0] == true }) else { return false }
        notes.append("\(input.origin): \(Spelling.quoted(input.name)) has no effect: the configuration sets \(target)")
        return true
    }

    private mutating func translateJAAS(_ input: Input) {
        let others = ["sasl.username", "sasl.kerberos.principal", "sasl.oauthbearer.method", "sasl.oauthbearer.config"]
        guard !isSettled(by: others, input) else { return }
        let configuration: JAASConfiguration
        do throws(JAASConfiguration.Problem) {
            configuration = try JAASConfiguration(input.text)
        } catch {
            refuse(input, "sasl.jaas.config: \(error.message)")
            return
        }
        let module = configuration.loginModule.split(separator: ".").last.map(String.init) ?? ""
        switch module {
        case "PlainLoginModule", "ScramLoginModule":
            guard let user = configuration.options["username"], let password = configuration.options["password"] else {
                refuse(input, "sasl.jaas.config: \(module) without username and password")
                return
            }
            if configuration.options["tokenauth"]?.lowercased() == "true" {
                refuse(input, "sasl.jaas.config: delegation tokens (tokenauth=true) are not supported by librdkafka")
                return
            }
            set("sasl.username", user, input)
            set("sasl.password", password, input)
        case "Krb5LoginModule":
            refuse(
                input,
                "sasl.jaas.config: Krb5LoginModule cannot be translated; set sasl.kerberos.keytab, "
                    + "sasl.kerberos.principal and sasl.kerberos.service.name under `kafka:` instead")
        case "OAuthBearerLoginModule":
            refuse(
                input,
                "sasl.jaas.config: OAuthBearerLoginModule cannot be translated; set sasl.oauthbearer.method: oidc, "
                    + "sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and "
                    + "sasl.oauthbearer.client.secret under `kafka:` instead")
        default:
            refuse(
                input,
                "sasl.jaas.config: the login module \(Spelling.quoted(configuration.loginModule)) cannot be "
                    + "translated; expected PlainLoginModule or ScramLoginModule")
        }
    }

    // MARK: Several together

    private mutating func checkTogether() {
        let values = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        guard let user = values["sasl.username"] else { return }
        let security = values["security.protocol"]?.value.reveal()
        if security?.hasPrefix("sasl_") != true {
            notes.append(
                "\(user.origin): user and password have no effect: security.protocol is \(security?.uppercased() ?? "not set"), "
                    + "expected SASL_SSL or SASL_PLAINTEXT")
        } else if values["sasl.mechanisms"] == nil {
            problems.append(
                .init(
                    "sasl.mechanism is missing beside user and password; expected PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
                    at: user.origin))
        }
    }

    private mutating func translateTruststore() {
        let type = inputs["ssl.truststore.type"]
        let isPEM = type?.text.uppercased() == "PEM"
        let authorities = ["ssl.ca.location", "ssl.ca.pem"]
        if let certificates = inputs["ssl.truststore.certificates"], !isSettled(by: authorities, certificates) {
            guard isPEM else {
                refuse(certificates, "ssl.truststore.certificates needs ssl.truststore.type=PEM, as in Kafka")
                return
            }
            setPEM("ssl.ca.pem", certificates)
        }
        if let location = inputs["ssl.truststore.location"], !isSettled(by: authorities, location) {
            guard isPEM else {
                let name = type?.text.uppercased() ?? "JKS (Kafka's default)"
                refuse(
                    location,
                    "ssl.truststore.location: librdkafka cannot read a truststore of type \(name); write its "
                        + "certificates as PEM with `keytool -list -rfc -keystore STORE > ca.pem` and name that file in "
                        + "ssl.ca.location under `kafka:`")
                return
            }
            setFile("ssl.ca.location", location)
        }
        if isPEM, let password = inputs["ssl.truststore.password"] {
            notes.append("\(password.origin): \"ssl.truststore.password\" has no effect: a PEM file has none")
        }
    }

    private mutating func translateKeystore() {
        let type = inputs["ssl.keystore.type"]?.text.uppercased()
        let chain = inputs["ssl.keystore.certificate.chain"]
        let key = inputs["ssl.keystore.key"]
        let others = ["ssl.certificate.location", "ssl.certificate.pem"]
        if let one = chain ?? key, !isSettled(by: others, one) {
            guard type == "PEM", let chain, let key else {
                refuse(
                    one,
                    "\(one.name) needs ssl.keystore.type=PEM and both ssl.keystore.certificate.chain and "
                        + "ssl.keystore.key, as in Kafka")
                return
            }
            setPEM("ssl.certificate.pem", chain)
            setPEM("ssl.key.pem", key)
        }
        guard let location = inputs["ssl.keystore.location"], !isSettled(by: others, location) else { return }
        let ending = location.text.lowercased()
        let isPKCS12 = type == "PKCS12" || (type == nil && (ending.hasSuffix(".p12") || ending.hasSuffix(".pfx")))
        if type == "PEM" {
            // Kafka wants key and certificates in one file; librdkafka reads each from it.
            setFile("ssl.certificate.location", location)
            setFile("ssl.key.location", location)
        } else if isPKCS12 {
            setFile("ssl.keystore.location", location)
            if let password = inputs["ssl.keystore.password"] { set(password.name, password.text, password) }
        } else {
            refuse(
                location,
                "ssl.keystore.location: librdkafka cannot read a keystore of type \(type ?? "JKS (Kafka's default)"); "
                    + "convert it with `keytool -importkeystore -srckeystore STORE -destkeystore keystore.p12 "
                    + "-deststoretype PKCS12`, name that file, and set ssl.keystore.type=PKCS12")
        }
    }

    // MARK: Results

    private mutating func setPEM(_ target: String, _ input: Input) {
        guard let text = PEMText.normalised(input.text) else {
            refuse(input, "\(input.name): expected PEM, from -----BEGIN to -----END")
            return
        }
        set(target, text, input)
    }

    private mutating func setFile(_ target: String, _ input: Input) {
        // librdkafka looks for the system's certificates itself.
        if target == "ssl.ca.location", input.text == "probe" {
            set(target, input.text, input)
            return
        }
        let path = surroundings.resolved(input.text, in: directory)
        if let obstacle = FileContents.obstacle(to: path) {
            let shown = input.isExpanded ? "the file" : Spelling.quoted(path)
            refuse(input, "\(input.name): cannot read \(shown): \(obstacle.reason)")
            return
        }
        set(target, path, input)
    }

    /// What stands in the configuration itself wins over what stands in a file of Kafka's tools.
    private mutating func set(_ target: String, _ text: String, _ input: Input) {
        let isHidden = input.isExpanded || LibrarySettings.isSecret(target) || target == "sasl.password"
        let entry = LibrarySettings.Entry(
            name: target, value: isHidden ? .secret(Secret(text)) : .plain(text), origin: input.origin)
        guard let index = entries.firstIndex(where: { $0.name == target }) else {
            entries.append(entry)
            isInline[target] = input.isInline
            return
        }
        if isInline[target] == input.isInline, entries[index].value.reveal() != text {
            refuse(input, "\(input.name): \(target) is already set, otherwise, at \(entries[index].origin)")
        } else if input.isInline {
            entries[index] = entry
            isInline[target] = true
        }
    }

    private mutating func refuse(_ input: Input, _ message: String) {
        problems.append(.init(message, at: input.origin))
    }

    /// The text, unless it came from elsewhere.
    private func found(_ input: Input) -> String {
        input.isExpanded ? "" : ", found \(Spelling.quoted(input.text))"
    }
}
