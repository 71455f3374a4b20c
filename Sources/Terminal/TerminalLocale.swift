internal import CNcurses

/// The character set in which the terminal is written to.
enum TerminalLocale {
    /// Sets the locale for characters (never for numbers) and tells whether text goes out as UTF-8.
    ///
    /// An environment without a locale (`C`, common over SSH) says nothing about the terminal: it is taken to speak
    /// UTF-8 until the probe shows otherwise. Another character set is believed, and gets ASCII.
    static func prepare() -> Bool {
        let isSet = setlocale(LC_CTYPE, "") != nil
        let codeset = String(cString: nl_langinfo(nl_item(CODESET)))
        if isSet, codeset == "UTF-8" { return true }
        guard codeset == "ANSI_X3.4-1968" || !isSet else { return false }
        return setlocale(LC_CTYPE, "C.UTF-8") != nil
    }
}
