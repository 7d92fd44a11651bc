// The largest number of voices that played clean: found by doubling and bisection, several runs for every number tried.

function capacity_section(report) {
    const found = (report.capacity ?? []).filter((entry) => typeof entry.voices === "number");
    if (found.length === 0) return null;
    const series = series_of({ ...report, factors: capacity_factors(report, found) }, found);
    const varied = capacity_factors(report, found).filter((key) => key !== series.factor);
    const x = varied.find((key) => typeof found[0].parameters?.[key] === "number");
    return {
        id: "capacity",
        title: "How many voices play clean",
        lead:
            "The largest number of voices for which no run had an incident." +
            (x ? "" : " Small marks: what was tried; a filled one was clean, a cross was not."),
        legend: () => (x ? series_legend(series) : null),
        plot: () =>
            panel_grid(
                x
                    ? groups_by(
                          report,
                          found,
                          varied.filter((key) => key !== x),
                      ).map((group) => ({ heading: group.heading, plot: capacity_curve(report, group, series, x) }))
                    : [{ plot: capacity_bars(report, found, series, varied) }],
                { least_px: 420, wide: true },
            ),
        table: () => capacity_table(report, found),
    };
}

// The report's factors need not be those of the search, which finds the voices itself.
function capacity_factors(report, found) {
    const keys = [...new Set(found.flatMap((entry) => Object.keys(entry.parameters ?? {})))].filter(
        (key) => key !== "voices",
    );
    const order = [...(report.factors ?? []), ...keys];
    return [...new Set(order)].filter(
        (key) => keys.includes(key) && new Set(found.map((entry) => JSON.stringify(entry.parameters?.[key]))).size > 1,
    );
}

function capacity_curve(report, group, series, x) {
    const value = (entry) => entry.parameters[x];
    const lines = series.looks.map((look) => ({
        look,
        entries: group.points.filter((entry) => series.of(entry) === look).sort((a, b) => value(a) - value(b)),
    }));
    const text = (each) => parameter_value(x, each, rate_hz(report));
    const values = distinct(group.points.map(value)),
        positive = values[0] > 0;
    return picture(
        `Clean voices by ${parameter_name(x)}: ${group.points.map((entry) => `${series.of(entry).text}, ${text(value(entry))}: ${entry.voices}`).join("; ")}.`,
        {
            width: 760,
            height: 300,
            marginLeft: 46,
            marginRight: 30,
            marginTop: 22,
            marginBottom: 36,
            x: {
                type: positive ? "log" : "linear",
                ticks: values.length <= 8 ? values : 6,
                tickFormat: text,
                label: `${parameter_name(x)} →`,
                grid: true,
                inset: 10,
            },
            y: {
                domain: [0, Math.max(...group.points.map((entry) => entry.voices)) * 1.08],
                label: "↑ voices",
                grid: true,
            },
            marks: [
                Plot.ruleY([0], { strokeOpacity: 0.4 }),
                ...lines.map((line) =>
                    Plot.line(line.entries, {
                        x: value,
                        y: "voices",
                        stroke: line.look.colour,
                        strokeWidth: 2,
                        strokeDasharray: line.look.dash,
                    }),
                ),
                ...lines.map((line) =>
                    Plot.dot(line.entries, {
                        x: value,
                        y: "voices",
                        fill: line.look.colour,
                        symbol: line.look.symbol,
                        r: 4.5,
                    }),
                ),
                Plot.tip(
                    group.points,
                    Plot.pointer({
                        x: value,
                        y: "voices",
                        title: (entry) => `${series.of(entry).text}, ${text(value(entry))}\n${entry.voices} voices`,
                    }),
                ),
            ],
        },
    );
}

function capacity_bars(report, found, series, varied) {
    const name = (entry) =>
        [series.of(entry).text, conditions_text(report, entry.parameters ?? {}, varied)].filter(Boolean).join(", ") ||
        "all";
    const tried = found.flatMap((entry) =>
        (entry.tried ?? []).map(([voices, runs, incidents]) => ({
            name: name(entry),
            voices,
            clean: incidents === 0,
            look: series.of(entry),
        })),
    );
    const colour = (entry) => series.of(entry).colour;
    return picture(`Clean voices: ${found.map((entry) => `${name(entry)} ${entry.voices}`).join("; ")}.`, {
        width: 760,
        height: 50 + 40 * found.length,
        marginLeft: 150,
        marginRight: 40,
        marginBottom: 36,
        x: {
            domain: [0, Math.max(...found.map((entry) => entry.voices), ...tried.map((each) => each.voices)) * 1.04],
            label: "voices →",
            grid: true,
        },
        y: { type: "band", domain: found.map(name), label: null, tickSize: 0, padding: 0.4 },
        marks: [
            Plot.barX(found, { x: "voices", y: name, fill: colour, fillOpacity: 0.3 }),
            Plot.tickX(found, { x: "voices", y: name, stroke: colour, strokeWidth: 3 }),
            Plot.dot(
                tried.filter((each) => each.clean),
                { x: "voices", y: "name", fill: (each) => each.look.colour, r: 3.5 },
            ),
            Plot.dot(
                tried.filter((each) => !each.clean),
                { x: "voices", y: "name", stroke: "currentColor", symbol: "times", r: 4 },
            ),
            Plot.text(found, {
                x: "voices",
                y: name,
                text: (entry) => count(entry.voices),
                dy: -22,
                fontWeight: 600,
                fill: "currentColor",
            }),
        ],
    });
}

function capacity_table(report, found) {
    const tried = (entry) =>
        [...(entry.tried ?? [])]
            .sort((a, b) => a[0] - b[0])
            .map(
                ([voices, runs, incidents]) =>
                    `${voices}: ${incidents === 0 ? "clean" : plural(incidents, "incident")}`,
            )
            .join(", ");
    return table(
        "Clean voices, and every number that was tried",
        [
            ...capacity_factors(report, found).map((key) => condition_column(report, key)),
            { head: "voices", text: (entry) => count(entry.voices), key: (entry) => entry.voices },
            { head: "tried", words: true, text: tried },
        ],
        found,
    );
}
