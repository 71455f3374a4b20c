package import Cells

/// A screen compared with the one that is kept beside the test.
///
/// Expected screens are the files `Goldens/NAME.COLUMNSxROWS.txt` in the folder of the test file, in the form of
/// `CellGrid.dump()`. `RECORD_GOLDENS=1` in the environment writes them anew; a changed file is then reviewed as the
/// picture it is.
package enum GoldenScreen {
    /// Throws what speaks against the grid; passes in silence where it is the expected one.
    ///
    /// In a test: `try GoldenScreen.verify(grid, "overview")`.
    package static func verify(
        _ grid: CellGrid, _ name: String, file: String = #filePath
    ) throws(GoldenMismatch) {
        let shown: String
        do { shown = try grid.dump() } catch { throw GoldenMismatch("\(name): \(error)") }
        try GoldenText.verify(shown, "\(name).\(grid.columns)x\(grid.rows).txt", file: file)
    }
}
