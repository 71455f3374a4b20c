import Cells
import Domain
import FoundationEssentials
import Front

/// The themes a console can be drawn with: those built in, and a file where one is chosen by its path.
struct Themes {
    /// The chosen one first.
    let palettes: [Palette]
    /// Why the chosen one is not the first after all.
    let problems: [String]

    init(chosen: String) {
        var palettes = BuiltInThemes.palettes
        var problems: [String] = []
        if let index = palettes.firstIndex(where: { $0.name == chosen }) {
            palettes.swapAt(0, index)
        } else if chosen.contains("/") || chosen.hasSuffix(".theme") {
            do {
                let text = try String(contentsOfFile: chosen, encoding: .utf8)
                palettes.insert(try ThemeFile.palette(named: Self.name(of: chosen), from: text), at: 0)
            } catch let error as ThemeError {
                problems.append("\(chosen):\(error.line): \(error.text); drawn with \(palettes[0].name)")
            } catch {
                problems.append("the theme \(chosen) cannot be read; drawn with \(palettes[0].name)")
            }
        } else if !chosen.isEmpty {
            let hint = Spelling.nearest(to: chosen, among: palettes.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            problems.append("no theme is called \(Spelling.quoted(chosen))\(hint); drawn with \(palettes[0].name)")
        }
        self.palettes = palettes
        self.problems = problems
    }

    private static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".theme") ? String(file.dropLast(6)) : file
    }
}
