import Domain
import Glibc
import Operations

/// Keeps reports of runs as files beside the journal: one that prints well, and the same as data.
struct FileReports: ReportKeeping {
    let folder: String
    let names: PerIDC<String>
    let language: Language

    func keep(_ report: RunReport) async throws(PortError) -> (path: String, hash: String) {
        let path = "\(folder)/\(report.header.run).html"
        Folders.makeParent(of: path)
        let page = RunReportText(
            report, RunWords(language, names: names),
            offset: UTCOffset(minutes: Int(WallClock.utcOffset(at: report.declaredAt).components.seconds / 60))
        ).page
        try write(page, to: path)
        try write(JSONText.written(RunDocument.node(of: report)), to: "\(folder)/\(report.header.run).json")
        return (path, RunDocument.hexadecimal(ChainDigest.sha256(Array(page.utf8))))
    }

    private func write(_ text: String, to path: String) throws(PortError) {
        if let problem = TextFile.write(text, to: path) {
            throw PortError(.failed, operation: "write the report", detail: "\(path): \(problem)")
        }
    }
}
