import Configuration
import Domain
import Operations

extension MirrorSettings {
    /// Which topics only one side's producers write to, by that side; `nil`: none.
    func producedOnFilters() throws(SettingsError) -> PerIDC<NameFilter?> {
        do throws(NamePatternError) {
            return PerIDC(
                idc1: producedOn.idc1.isEmpty ? nil : try NameFilter(included: producedOn.idc1, excluded: []),
                idc2: producedOn.idc2.isEmpty ? nil : try NameFilter(included: producedOn.idc2, excluded: []))
        } catch {
            throw SettingsError([.init("\(error)", at: nil)])
        }
    }
}

extension CollectorSettings {
    /// What the collector has to know of a context.
    ///
    /// - Throws: a pattern that is no regular expression; the configuration's check has refused those before.
    init(_ context: ContextSettings, interval: Duration) throws(SettingsError) {
        let names = context.idcs.map(\.name)
        let mirrors = context.mirrors
        var aliases: [String: IDC] = [:]
        for idc in IDC.allCases {
            for alias in mirrors.aliases[idc] { aliases[alias] = idc }
        }
        do throws(NamePatternError) {
            self.init(
                context: context.name, isProduction: context.isProduction, names: names, interval: interval,
                liveTopics: try NameFilter(included: mirrors.includedTopics, excluded: mirrors.excludedTopics),
                shownGroups: try Self.shownGroups(leavingOut: context.excludedGroups),
                recognition: try MirrorRecognition(
                    kind: mirrors.kind, sinkPattern: mirrors.sinkPattern, originHeader: mirrors.originHeader,
                    aliases: aliases,
                    bootstraps: PerIDC { context.idcs[$0].bootstrap + mirrors.creation.bootstrap[$0] }, names: names),
                trafficSource: context.haproxy == nil ? "none" : "haproxy")
        } catch {
            throw SettingsError([.init("\(error)", at: nil)])
        }
    }
}
