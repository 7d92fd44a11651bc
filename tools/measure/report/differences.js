// Differences between two values of a factor, everything else equal, paired within repeats: value and 95 % interval. An
// interval that holds zero is drawn hollow: the runs do not tell the two apart.

function differences_section(report) {
    const differences = (report.differences ?? []).filter((difference) => typeof difference.value === "number");
    if (differences.length === 0) return null;
    const measures = [...new Set(differences.map((difference) => difference.measure))];
    const of = (measure) => differences.filter((difference) => difference.measure === measure);
    return {
        id: "differences",
        title: "Differences",
        lead:
            "The first less the second of each line, paired within repeats, with 95 % intervals: blue is less, orange is more. " +
            "Hollow: the interval holds zero, so these runs do not tell the two apart." +
            all_alike(report, differences),
        plot: () =>
            panel_grid(
                measures.map((measure) => ({
                    heading: measure_text(measure),
                    plot: forest(report, measure, of(measure)),
                })),
                { wide: true },
            ),
        table: () => differences_table(report, differences),
    };
}

// What varies in the plan, but not among the differences.
function all_alike(report, differences) {
    const varied = varied_factors(report);
    const alike = common_conditions(differences)
        .filter(([key]) => varied.includes(key))
        .map(([key]) => key);
    return alike.length ? ` All with ${conditions_text(report, differences[0].parameters, alike)}.` : "";
}

const difference_scale = (measure) => (measure.startsWith("cpu_share") ? 100 : 1);

function difference_name(report, difference) {
    const value = (which) => parameter_value(difference.factor, difference[which], rate_hz(report));
    const rest = difference.parameters ?? {};
    // What they all share is said once, above.
    const keys = varied_factors({ ...report, factors: undefined }, report.differences).filter((key) => key in rest);
    return [`${value("b")} − ${value("a")}`, conditions_text(report, rest, keys)].filter(Boolean).join(" · ");
}

function forest(report, measure, differences) {
    const scale = difference_scale(measure);
    const rows = differences.map((difference) => ({
        name: difference_name(report, difference),
        value: difference.value * scale,
        low: (difference.low ?? difference.value) * scale,
        high: (difference.high ?? difference.value) * scale,
    }));
    const clear = (row) => row.low > 0 || row.high < 0;
    const colour = (row) => (clear(row) ? (row.value > 0 ? "var(--series-1)" : "var(--series-0)") : "var(--quiet)");
    const text = (row) => `${signed(row.value)} [${signed(row.low)}, ${signed(row.high)}]`;
    const names = [...new Set(rows.map((row) => row.name))];
    return picture(`${measure_text(measure)}: ${rows.map((row) => `${row.name}: ${text(row)}`).join("; ")}.`, {
        width: 900,
        height: 34 + 25 * names.length,
        marginLeft: 280,
        marginRight: 190,
        marginTop: 4,
        marginBottom: 24,
        x: { domain: padded(rows), label: null, grid: true },
        y: { type: "band", domain: names, label: null, tickSize: 0 },
        marks: [
            Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.7 }),
            Plot.ruleY(rows, { y: "name", x1: "low", x2: "high", stroke: colour, strokeWidth: 2 }),
            Plot.dot(rows, {
                y: "name",
                x: "value",
                r: 4.5,
                stroke: colour,
                strokeWidth: 2,
                fill: (row) => (clear(row) ? colour(row) : "var(--page)"),
            }),
            Plot.text(rows, {
                y: "name",
                frameAnchor: "right",
                textAnchor: "start",
                dx: 12,
                text,
                fill: "currentColor",
                fontVariant: "tabular-nums",
            }),
        ],
    });
}

function padded(rows) {
    const low = Math.min(0, ...rows.map((row) => row.low)),
        high = Math.max(0, ...rows.map((row) => row.high));
    const margin = (high - low || 1) * 0.03;
    return [low - margin, high + margin];
}

const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));

function differences_table(report, differences) {
    const text = (difference, key) =>
        typeof difference[key] === "number" ? signed(difference[key] * difference_scale(difference.measure)) : "–";
    return table(
        "Differences, paired within repeats",
        [
            {
                head: "difference",
                words: true,
                text: (difference) => difference_name(report, difference),
                key: (difference) => difference_name(report, difference),
            },
            {
                head: "of",
                words: true,
                text: (difference) => measure_text(difference.measure),
                key: (difference) => difference.measure,
            },
            { head: "value", text: (difference) => text(difference, "value"), key: (difference) => difference.value },
            { head: "from", text: (difference) => text(difference, "low"), key: (difference) => difference.low },
            { head: "to", text: (difference) => text(difference, "high"), key: (difference) => difference.high },
            { head: "pairs", text: (difference) => count(difference.pairs), key: (difference) => difference.pairs },
        ],
        differences,
    );
}
