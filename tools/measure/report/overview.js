// What was measured, how long, on what; and the answer in a line for every mode.

function overview_section(report) {
    const points = report.points ?? [];
    if (points.length === 0)
        return {
            id: "overview",
            title: "What was measured",
            body: () => [element("p", {}, "This result has no points yet.")],
        };
    return {
        id: "overview",
        title: "What was measured",
        body: () => [extent(report, points), machine(report), ...answers(report, points), common(report, points)],
    };
}

function extent(report, points) {
    const factors = varied_factors(report);
    const grid = factors.map((key) => {
        const values = distinct(points.map((point) => point.parameters?.[key]));
        const name = parameter_name(key);
        if (values.length > 6) return `${values.length} values of ${name}`;
        return `${name} (${values.map((value) => parameter_value(key, value, rate_hz(report))).join(", ")})`;
    });
    const runs = sum(points.map((point) => point.runs)),
        seconds = sum(points.map((point) => point.seconds));
    const sentence = `${plural(points.length, "point")}, ${plural(runs, "run")}, ${duration(seconds)} of sound.`;
    return element("p", {}, sentence + (grid.length ? ` What varies: ${grid.join("; ")}.` : ""));
}

const sum = (values) => values.reduce((total, value) => total + (value ?? 0), 0);

function machine(report) {
    const machines = report.provenance ?? [];
    if (machines.length === 0) return null;
    const one = machines[0];
    const facts = [
        one.cpu,
        one.cores && plural(one.cores, "core"),
        one.kernel,
        one.device && `device ${one.device}`,
        one.rate_hz && `${number(one.rate_hz, 5)} Hz`,
    ];
    const more =
        machines.length > 1
            ? ` These results come from ${machines.length} different set-ups; the last section has them all.`
            : "";
    return element("p", {}, `On ${facts.filter(Boolean).join(", ")}.${more}`);
}

// Lowest and highest over the points, and no mean: the points are different conditions.
function answers(report, points) {
    const series = series_of(report, points);
    const rows = series.looks.map((look) => ({ look, points: points.filter((point) => series.of(point) === look) }));
    const columns = [
        { head: parameter_name(series.factor), words: true, text: (row) => row.look.text },
        {
            head: "points without an incident",
            text: (row) => `${row.points.filter((point) => point.incidents === 0).length} of ${row.points.length}`,
        },
        { head: "incidents", text: (row) => count(sum(row.points.map((point) => point.incidents))) },
        {
            head: "incidents per hour",
            text: (row) => range(row.points.map((point) => point.incidents_per_hour?.value)),
        },
        { head: "response p99, ms", text: (row) => range(row.points.map((point) => point.response_ms?.p99?.value)) },
        { head: "response p99.9, ms", text: (row) => range(row.points.map((point) => point.response_ms?.p999?.value)) },
        { head: "callback p99, µs", text: (row) => range(row.points.map((point) => point.callback_us?.p99?.value)) },
        {
            head: "CPU, %",
            text: (row) =>
                range(
                    row.points.map((point) => point.cpu_share?.value),
                    percent,
                ),
        },
    ];
    return [
        table(`By ${parameter_name(series.factor)}: from the lowest to the highest of its points`, columns, rows),
        element(
            "p",
            { class: "note" },
            "An incident is a stretch in which sound was missing: gaps that overlap in time, over all voices of a run, count once. " +
                "Response is the time from an event to the first sample that holds it. Figures in brackets are 95 % intervals.",
        ),
    ];
}

function common(report, points) {
    const factors = varied_factors(report);
    const same = common_conditions(points).filter(([key]) => !factors.includes(key));
    if (same.length === 0) return null;
    const items = same.map(([key, value]) =>
        element(
            "span",
            { class: "fact" },
            `${parameter_name(key)} `,
            element("b", {}, parameter_value(key, value, rate_hz(report))),
        ),
    );
    return element("p", { class: "facts" }, "The same in all points: ", ...items);
}
