// How long a run goes before its first incident: the share of runs that have had none so far.

function survival_section(report) {
    const points = (report.points ?? []).filter((point) => point.survival?.length);
    if (points.length === 0) return null;
    const series = series_of(report, points);
    const { groups, inside } = panels_of(report, points, series);
    return {
        id: "survival",
        title: "How long until the first incident",
        lead:
            "The share of runs that have had no incident so far. A line that stays at the top had none to the end." +
            (inside.length ? ` Lines of one kind differ in ${inside.map(parameter_name).join(", ")}.` : ""),
        legend: () => series_legend(series),
        plot: () =>
            panel_grid(
                groups.map((group) => ({ heading: group.heading, plot: survival_plot(report, group, series, points) })),
            ),
        table: () => survival_table(report, points),
    };
}

function survival_plot(report, group, series, points) {
    const end = Math.max(...points.flatMap((point) => point.survival.map(([seconds]) => seconds)));
    // Lines that lie on each other are drawn a little apart, by less than a line's width of meaning.
    const lines = group.points.map((point) => ({
        look: series.of(point),
        steps: point.survival.map(([seconds, share]) => ({ seconds, share })),
    }));
    const apart = (index) => (index - (lines.length - 1) / 2) * 2.2;
    return picture(
        `Share of runs without an incident, ${group.heading || "all points"}. At the end: ${lines.map((line) => `${line.look.text} ${percent(line.steps.at(-1).share)} %`).join("; ")}.`,
        {
            width: 310,
            height: 172,
            marginLeft: 46,
            marginRight: 12,
            marginTop: 6,
            marginBottom: 34,
            x: { domain: [0, end], label: "seconds →", ticks: 6 },
            y: {
                domain: [-0.04, 1.04],
                ticks: [0, 0.25, 0.5, 0.75, 1],
                tickFormat: (share) => `${percent(share)} %`,
                label: null,
                grid: true,
            },
            marks: [
                Plot.ruleY([0], { strokeOpacity: 0.4 }),
                ...lines.map((line, index) =>
                    Plot.line(line.steps, {
                        x: "seconds",
                        y: "share",
                        curve: "step-after",
                        stroke: line.look.colour,
                        strokeWidth: 2,
                        strokeDasharray: line.look.dash,
                        dy: apart(index),
                    }),
                ),
                ...lines.map((line, index) =>
                    Plot.dot(line.steps.slice(-1), {
                        x: "seconds",
                        y: "share",
                        fill: line.look.colour,
                        symbol: line.look.symbol,
                        r: 3.4,
                        dy: apart(index),
                    }),
                ),
            ],
        },
    );
}

function survival_table(report, points) {
    const first = (point) => point.survival.find(([, share]) => share < 1)?.[0];
    return table(
        "First incidents",
        [
            ...varied_factors(report).map((key) => condition_column(report, key)),
            { head: "runs", text: (point) => count(point.runs), key: (point) => point.runs },
            {
                head: "earliest incident, s",
                text: (point) => (first(point) === undefined ? "none seen" : number(first(point))),
                key: first,
            },
            {
                head: "runs without any, %",
                text: (point) => percent(point.survival.at(-1)[1]),
                key: (point) => point.survival.at(-1)[1],
            },
        ],
        points,
    );
}
