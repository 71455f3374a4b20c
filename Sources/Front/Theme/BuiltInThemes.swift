package import Cells

/// The themes that the program carries with it, in the text of the files in themes/; a test compares the two.
package enum BuiltInThemes {
    /// Names in the order of the theme chooser; the first is the default.
    package static let names = ["midnight", "daylight", "sixteen", "mono", "deuteranopia"]

    /// The text of a theme file.
    package static func text(_ name: String) -> String? { texts[name] }

    /// All of them, read. A text that cannot be read is left out, and a test sees to it that there is none.
    package static let palettes: [Palette] = names.compactMap { name in
        guard let text = texts[name] else { return nil }
        return try? ThemeFile.palette(named: name, from: text)
    }

    private static let texts: [String: String] = [
        "midnight": midnight,
        "daylight": daylight,
        "sixteen": sixteen,
        "mono": mono,
        "deuteranopia": deuteranopia,
    ]

    private static let midnight = """
        # Midnight: for dark terminals. The default.
        # role = color [on color] [bold] [dim] [reverse] [underline]; a color is #rrggbb, ansi:0 to ansi:15, or default.

        # Ordinary and secondary text: units, ages, hints.
        text        = #d5dbe5
        dim         = #7f8a9c

        # Lines and headings.
        border      = #46536a
        heading     = #9fb4d6 bold

        # The top row, the context's name in it, and the mode badges.
        frame       = #d5dbe5 on #1d2a3f
        context     = #ffd787 on #1d2a3f bold
        badge       = #101722 on #8fbcff bold
        badge-alert = #ffffff on #b3261e bold

        # Lists: the row under the cursor, marked rows, what the filter matched.
        selection   = #ffffff on #2f4a75
        marked      = #ffd787 bold
        match       = #101722 on #e5c07b

        # Good, worrying, bad, and not known.
        ok          = #8fd18a
        warning     = #f2c14e bold
        critical    = #ff7b72 bold
        unknown     = #b59ad8

        # Each data centre's own color.
        idc1        = #6cb6ff bold
        idc2        = #e6a15c bold

        # Gauges and graphs: filled and empty cells.
        gauge       = #6cb6ff
        gauge-empty = #39465c

        # Keys in the hint row, and the line being typed.
        key         = #ffd787 bold
        input       = #ffffff on #26344d

        """

    private static let daylight = """
        # Daylight: for light terminals.
        # role = color [on color] [bold] [dim] [reverse] [underline]; a color is #rrggbb, ansi:0 to ansi:15, or default.

        # Ordinary and secondary text: units, ages, hints.
        text        = #1f2733
        dim         = #5d6878

        # Lines and headings.
        border      = #a3aebd
        heading     = #23466f bold

        # The top row, the context's name in it, and the mode badges.
        frame       = #1f2733 on #d7e1ee
        context     = #7a4b00 on #d7e1ee bold
        badge       = #ffffff on #23466f bold
        badge-alert = #ffffff on #b3261e bold

        # Lists: the row under the cursor, marked rows, what the filter matched.
        selection   = #10151d on #bcd4f2
        marked      = #7a4b00 bold
        match       = #10151d on #ffdf7e

        # Good, worrying, bad, and not known.
        ok          = #1d6b2a
        warning     = #8a5a00 bold
        critical    = #b3261e bold
        unknown     = #6a4a9c

        # Each data centre's own color.
        idc1        = #0b5cad bold
        idc2        = #a04a00 bold

        # Gauges and graphs: filled and empty cells.
        gauge       = #0b5cad
        gauge-empty = #c3ccd8

        # Keys in the hint row, and the line being typed.
        key         = #7a4b00 bold
        input       = #10151d on #e8eef6

        """

    private static let sixteen = """
        # Sixteen: only the sixteen ANSI colors, as the terminal itself has them.
        # role = color [on color] [bold] [dim] [reverse] [underline]; a color is #rrggbb, ansi:0 to ansi:15, or default.

        # Ordinary and secondary text: units, ages, hints.
        text        = default
        dim         = ansi:8

        # Lines and headings.
        border      = ansi:8
        heading     = ansi:12 bold

        # The top row, the context's name in it, and the mode badges.
        frame       = ansi:15 on ansi:4
        context     = ansi:11 on ansi:4 bold
        badge       = ansi:0 on ansi:14 bold
        badge-alert = ansi:15 on ansi:1 bold

        # Lists: the row under the cursor, marked rows, what the filter matched.
        selection   = ansi:15 on ansi:4 bold
        marked      = ansi:11 bold
        match       = ansi:0 on ansi:3

        # Good, worrying, bad, and not known.
        ok          = ansi:2
        warning     = ansi:3 bold
        critical    = ansi:9 bold
        unknown     = ansi:5

        # Each data centre's own color.
        idc1        = ansi:14 bold
        idc2        = ansi:11 bold

        # Gauges and graphs: filled and empty cells.
        gauge       = ansi:6
        gauge-empty = ansi:8

        # Keys in the hint row, and the line being typed.
        key         = ansi:11 bold
        input       = ansi:15 on ansi:8

        """

    private static let mono = """
        # Mono: no color at all; attributes only. Also used where colors are turned off.
        # role = color [on color] [bold] [dim] [reverse] [underline]; a color is #rrggbb, ansi:0 to ansi:15, or default.

        # Ordinary and secondary text: units, ages, hints.
        text        = default
        dim         = default dim

        # Lines and headings.
        border      = default dim
        heading     = default bold

        # The top row, the context's name in it, and the mode badges.
        frame       = default reverse
        context     = default bold reverse
        badge       = default bold
        badge-alert = default bold underline

        # Lists: the row under the cursor, marked rows, what the filter matched.
        selection   = default reverse
        marked      = default bold underline
        match       = default underline

        # Good, worrying, bad, and not known.
        ok          = default
        warning     = default bold
        critical    = default bold reverse
        unknown     = default dim underline

        # Each data centre's own color.
        idc1        = default bold
        idc2        = default underline

        # Gauges and graphs: filled and empty cells.
        gauge       = default bold
        gauge-empty = default dim

        # Keys in the hint row, and the line being typed.
        key         = default bold
        input       = default underline

        """

    private static let deuteranopia = """
        # Deuteranopia: blue and orange in place of green and red (after Okabe and Ito's palette).
        # role = color [on color] [bold] [dim] [reverse] [underline]; a color is #rrggbb, ansi:0 to ansi:15, or default.

        # Ordinary and secondary text: units, ages, hints.
        text        = #dce1e8
        dim         = #8791a0

        # Lines and headings.
        border      = #4a5566
        heading     = #a9c4e8 bold

        # The top row, the context's name in it, and the mode badges.
        frame       = #dce1e8 on #202b3d
        context     = #f0e442 on #202b3d bold
        badge       = #10161f on #56b4e9 bold
        badge-alert = #10161f on #e69f00 bold

        # Lists: the row under the cursor, marked rows, what the filter matched.
        selection   = #ffffff on #34507a
        marked      = #f0e442 bold
        match       = #10161f on #f0e442

        # Good, worrying, bad, and not known.
        ok          = #56b4e9
        warning     = #f0e442 bold
        critical    = #e69f00 bold underline
        unknown     = #cc99bb dim

        # Each data centre's own color.
        idc1        = #56b4e9 bold
        idc2        = #f0a868 bold

        # Gauges and graphs: filled and empty cells.
        gauge       = #56b4e9
        gauge-empty = #3c475a

        # Keys in the hint row, and the line being typed.
        key         = #f0e442 bold
        input       = #ffffff on #29364b

        """
}
