import Operations
import Testing

/// Prometheus' text format 0.0.4, "Comments, help text, and type information".
struct MetricTextTests {
    @Test func `families are written with their kind, and labels in their order`() {
        let text = MetricText.written([
            MetricFamily(
                "bascule_lag", .gauge, help: "Records.",
                samples: [
                    MetricFamily.Sample(3, ["group": "billing", "idc": "idc1"]), MetricFamily.Sample(.nan),
                    MetricFamily.Sample(0.25, ["le": "+Inf"], suffix: "_bucket"), MetricFamily.Sample(-.infinity),
                ]),
            MetricFamily("bascule_nothing", .counter, help: "Left out.", samples: []),
        ])
        #expect(
            text == """
                # HELP bascule_lag Records.
                # TYPE bascule_lag gauge
                bascule_lag{group="billing",idc="idc1"} 3
                bascule_lag NaN
                bascule_lag_bucket{le="+Inf"} 0.25
                bascule_lag -Inf

                """)
    }

    @Test(
        arguments: [
            ("a\\b", #"a\\b"#, #"a\\b"#), ("a\"b", #"a\"b"#, #"a"b"#), ("a\nb", #"a\nb"#, #"a\nb"#),
            ("a\r\nb", "a\r\\nb", "a\r\\nb"), ("고객\u{301}", "고객\u{301}", "고객\u{301}"),
            ("\n\u{301}", "\\n\u{301}", "\\n\u{301}"), ("", "", ""),
        ])
    func `what a value or a help text holds breaks no line and ends no value`(
        text: String, label: String, help: String
    ) {
        let written = MetricText.written([
            MetricFamily("m", .gauge, help: text, samples: [MetricFamily.Sample(1, ["l": text])])
        ])
        #expect(Array(written.utf8) == Array("# HELP m \(help)\n# TYPE m gauge\nm{l=\"\(label)\"} 1\n".utf8))
    }
}
