// What measuring itself costs: the same run with and without the recording.

const cost_words = {
    callback_us_p99: "callback duration, p99, µs",
    callback_us_p50: "callback duration, median, µs",
    cpu_share: "CPU, %",
    underruns: "underruns",
};

function recording_cost_section(report) {
    const { with: with_it, without } = report.recording_cost ?? {};
    if (!with_it || !without) return null;
    const rows = Object.keys({ ...with_it, ...without }).map((key) => ({
        key,
        scale: key === "cpu_share" ? 100 : 1,
        a: with_it[key],
        b: without[key],
    }));
    const text = (value, scale) =>
        typeof value === "number" ? number(value * scale) : estimate_text(value, (each) => number(each * scale));
    const both = (row) => typeof row.a === "number" && typeof row.b === "number";
    return {
        id: "recording-cost",
        title: "What the measuring costs",
        lead: "The same run with everything recorded, and with nothing recorded but these figures.",
        table: () =>
            table(
                "With and without recording",
                [
                    { head: "", words: true, text: (row) => cost_words[row.key] ?? plain(row.key) },
                    { head: "with", text: (row) => text(row.a, row.scale) },
                    { head: "without", text: (row) => text(row.b, row.scale) },
                    { head: "difference", text: (row) => (both(row) ? signed((row.a - row.b) * row.scale) : "–") },
                ],
                rows,
            ),
    };
}
