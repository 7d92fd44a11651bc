// Incidents per hour over depth and voices, a map for every mode. A cell says its figure in text; where none was seen it
// is empty with a broken border and says what the measured time allows for.

function map_section(report) {
    const points = (report.points ?? []).filter((point) => point.incidents_per_hour && point.parameters);
    // Without plots the figures are in the table of the points.
    if (points.length === 0 || !can_plot) return null;
    const axes = map_axes(report, points);
    const facets = varied_factors(report, points).filter((key) => key !== axes.x && key !== axes.y);
    const groups = groups_by(report, points, facets);
    const colours = map_colours(points);
    return {
        id: "map",
        title: "Where sound was missing",
        lead:
            `Incidents per hour, by ${parameter_name(axes.x)} and ${parameter_name(axes.y)}, with the interval below. ` +
            "A broken border: none seen; the figure is the most that the time measured allows for.",
        legend: () => map_legend(colours),
        plot: () =>
            panel_grid(
                groups.map((group) => ({
                    heading: group.heading,
                    plot: map_plot(report, group, axes, points, colours),
                })),
                { least_px: 0.85 * map_width(axes, points), printed_columns: 2 },
            ),
    };
}

// Depth and voices where they vary; else what does.
function map_axes(report, points) {
    const varied = varied_factors(report, points).filter((key) => key !== "mode");
    const x = varied.includes("depth_frames")
        ? "depth_frames"
        : (varied.find((key) => key !== "voices") ?? "depth_frames");
    const y = varied.includes("voices") ? "voices" : (varied.find((key) => key !== x) ?? "voices");
    return { x, y };
}

const map_width = (axes, points) =>
    70 + 92 * Math.max(2, distinct(points.map((point) => point.parameters[axes.x])).length);

function map_colours(points) {
    const rates = points.map((point) => point.incidents_per_hour.value).filter((value) => value > 0);
    const low = Math.min(...rates),
        high = Math.max(...rates);
    const share = (rate) => (high > low ? Math.log(rate / low) / Math.log(high / low) : 0.5);
    return {
        low,
        high,
        // From pale to dark of one hue: its lightness alone shows the order, on a grey print, too.
        of: (rate) => d3.interpolateOranges(0.12 + 0.8 * share(rate)),
        text: (rate) => (share(rate) > 0.6 ? "#fff" : "#000"),
    };
}

function map_legend(colours) {
    if (!isFinite(colours.low) || colours.high === colours.low) return null;
    const steps = log_ticks([colours.low, colours.high], 5).map((rate) =>
        element(
            "span",
            { class: "key" },
            element("span", { class: "swatch", style: `background: ${colours.of(rate)}` }),
            number(rate),
        ),
    );
    return element(
        "p",
        { class: "legend" },
        element("span", { class: "key-name" }, "incidents per hour"),
        ...steps,
        element("span", { class: "key" }, element("span", { class: "swatch none" }), "none seen"),
    );
}

function map_plot(report, group, axes, points, colours) {
    const label = (key) => (value) => parameter_value(key, value, rate_hz(report));
    const domain = (key) => distinct(points.map((point) => point.parameters[key]));
    const cells = group.points.map((point) => ({
        x: point.parameters[axes.x],
        y: point.parameters[axes.y],
        rate: point.incidents_per_hour,
        clean: none_seen(point.incidents_per_hour),
    }));
    const seen = cells.filter((cell) => !cell.clean),
        clean = cells.filter((cell) => cell.clean);
    const position = { x: "x", y: "y" };
    const rows = domain(axes.y).length;
    return picture(
        `Incidents per hour, ${group.heading || "all points"}: ${cells.map((cell) => `${label(axes.x)(cell.x)}, ${condition(axes.y, cell.y, rate_hz(report))}: ${cell.clean ? `none seen, at most ${number(cell.rate.high)}` : number(cell.rate.value)}`).join("; ")}.`,
        {
            width: map_width(axes, points),
            height: 44 + 46 * rows,
            marginLeft: 62,
            marginTop: 6,
            marginBottom: 36,
            marginRight: 4,
            x: {
                type: "band",
                domain: domain(axes.x),
                tickFormat: label(axes.x),
                label: `${parameter_name(axes.x)} →`,
                labelAnchor: "right",
                tickSize: 0,
                padding: 0.06,
            },
            y: {
                type: "band",
                domain: domain(axes.y).reverse(),
                tickFormat: label(axes.y),
                label: `↑ ${parameter_name(axes.y)}`,
                tickSize: 0,
                padding: 0.08,
            },
            marks: [
                Plot.cell(clean, {
                    ...position,
                    fill: "none",
                    stroke: "var(--quiet)",
                    strokeDasharray: "4 3",
                    inset: 1,
                }),
                Plot.cell(seen, { ...position, fill: (cell) => colours.of(cell.rate.value), inset: 0.5 }),
                Plot.text(clean, { ...position, text: () => "none seen", dy: -7, fill: "currentColor" }),
                Plot.text(clean, {
                    ...position,
                    text: (cell) => `at most ${number(cell.rate.high)}`,
                    dy: 8,
                    fontSize: 10.5,
                    fill: "var(--quiet)",
                }),
                Plot.text(seen, {
                    ...position,
                    text: (cell) => number(cell.rate.value),
                    dy: -7,
                    fontWeight: 600,
                    fontSize: 13,
                    fill: (cell) => colours.text(cell.rate.value),
                }),
                Plot.text(seen, {
                    ...position,
                    text: (cell) => `${number(cell.rate.low, 2)} to ${number(cell.rate.high, 2)}`,
                    dy: 8,
                    fontSize: 10.5,
                    fill: (cell) => colours.text(cell.rate.value),
                }),
            ],
        },
    );
}
