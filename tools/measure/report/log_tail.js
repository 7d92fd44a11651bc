// Distributions with their tails: how large a share of the values is at least this large, both axes logarithmic, so that
// one in a thousand can be read as well as one in two. From the raw counts, exact at the buckets' edges; nothing is fitted.

function response_section(report) {
    return tail_section(report, {
        id: "response",
        histogram: "response_ms",
        percentiles: "response_ms",
        title: "From an event to its sound",
        axis: "response, ms →",
        lead: "The share of events that took at least this long. Down the right: p90, p99, p99.9. Further left is better.",
    });
}

function callback_section(report) {
    return tail_section(report, {
        id: "callback",
        histogram: "callback_us",
        percentiles: "callback_us",
        title: "How long the audio callback takes",
        axis: "duration, µs →",
        lead: "The share of callbacks that took at least this long. The upright line is the time of one block: beyond it the device is not served in time.",
        block: true,
    });
}

function interval_section(report) {
    return tail_section(report, {
        id: "interval",
        histogram: "interval_us",
        percentiles: "interval_us",
        title: "How evenly the callback is called",
        axis: "interval, µs →",
        lead:
            "The share of intervals from one callback to the next that were at least this long. The upright line is the time of one block; " +
            "a steep fall there is an even clock.",
        block: true,
    });
}

function tail_section(report, what) {
    const points = (report.points ?? []).filter((point) =>
        point.histograms?.[what.histogram]?.some(([, , n]) => n > 0),
    );
    if (points.length === 0) return null;
    const series = series_of(report, points);
    const { groups, inside } = panels_of(report, points, series);
    const several = inside.length
        ? ` Lines of one kind differ in ${inside.map(parameter_name).join(", ")}; the pointer tells which is which.`
        : "";
    return {
        id: what.id,
        title: what.title,
        lead: what.lead + several,
        legend: () => series_legend(series),
        plot: () => {
            const axes = tail_axes(points, what);
            return panel_grid(
                groups.map((group) => ({
                    heading: group.heading,
                    plot: tail_plot(report, group, inside, series, axes, what),
                })),
            );
        },
        table: () => percentile_table(report, points, what),
    };
}

// [[low, high, count], ...] -> [{ value, share }], share being that of all values that are at least `value`. The last step is
// the largest value, one of all; where it is not known, the upper edge of its bucket.
function tail_of(buckets, largest) {
    const sorted = buckets.filter(([, , n]) => n > 0).sort((a, b) => a[0] - b[0]);
    const total = sum(sorted.map(([, , n]) => n));
    let above = total;
    const tail = [];
    for (const [low, , n] of sorted) {
        if (low > 0) tail.push({ value: low, share: above / total });
        above -= n;
    }
    const [low, high] = sorted.at(-1);
    tail.push({ value: largest >= low && largest <= high ? largest : high, share: 1 / total });
    return tail;
}

function tail_axes(points, what) {
    const tails = points.flatMap((point) => tail_of(point.histograms[what.histogram], point[what.percentiles]?.max));
    const values = tails.map((step) => step.value);
    const x = [Math.min(...values), Math.max(...values)];
    return { x, y: [Math.min(0.1, ...tails.map((step) => step.share)) * 0.7, 1] };
}

function tail_plot(report, group, inside, series, axes, what) {
    const block = what.block ? block_us(report, group.points) : undefined;
    const x = block ? [Math.min(axes.x[0], block * 0.97), Math.max(axes.x[1], block * 1.03)] : axes.x;
    const lines = group.points.map((point) => {
        const text = [series.of(point).text, conditions_text(report, point.parameters, inside)]
            .filter(Boolean)
            .join(", ");
        return {
            look: series.of(point),
            text,
            steps: tail_of(point.histograms[what.histogram], point[what.percentiles]?.max).map((step) => ({
                ...step,
                text,
            })),
        };
    });
    const shares = d3
        .range(0, -9, -1)
        .map((power) => 10 ** power)
        .filter((share) => share >= axes.y[0]);
    const said = group.points.map(
        (point) =>
            `${series.of(point).text} ${number(point[what.percentiles]?.p50?.value)}, p99 ${number(point[what.percentiles]?.p99?.value)}`,
    );
    return picture(`${what.title}, ${group.heading || "all points"}. Median: ${said.join("; ")}.`, {
        width: 310,
        height: 200,
        marginLeft: 52,
        marginRight: 44,
        marginTop: 8,
        marginBottom: 34,
        x: {
            type: "log",
            domain: x,
            ticks: log_ticks(x),
            tickFormat: (value) => number(value),
            label: what.axis,
            grid: true,
        },
        y: { type: "log", domain: axes.y, label: null },
        marks: [
            Plot.gridY(shares, { strokeOpacity: 0.12 }),
            Plot.axisY(shares, { tickFormat: (share) => `${number(share * 100)} %`, tickSize: 3 }),
            Plot.axisY(
                shares.filter((share) => share < 1),
                {
                    anchor: "right",
                    tickFormat: (share) => `p${number(100 - share * 100, 9)}`,
                    tickSize: 0,
                    fill: "var(--quiet)",
                },
            ),
            block ? Plot.ruleX([block], { stroke: "currentColor", strokeOpacity: 0.6 }) : null,
            ...lines.map((line) =>
                Plot.line(line.steps, {
                    x: "value",
                    y: "share",
                    stroke: line.look.colour,
                    strokeWidth: 1.8,
                    strokeDasharray: line.look.dash,
                }),
            ),
            ...lines.map((line) =>
                Plot.dot(line.steps.slice(-1), {
                    x: "value",
                    y: "share",
                    fill: line.look.colour,
                    symbol: line.look.symbol,
                    r: 3.2,
                }),
            ),
            Plot.tip(
                lines.flatMap((line) => line.steps),
                Plot.pointer({
                    x: "value",
                    y: "share",
                    title: (step) => `${step.text}\n${number(step.share * 100)} % at ${number(step.value)} or more`,
                }),
            ),
        ],
    });
}

function percentile_table(report, points, what) {
    const column = (key) => ({
        head: percentile_words[key],
        text: (point) => estimate_text(point[what.percentiles]?.[key]),
        key: (point) => point[what.percentiles]?.[key]?.value,
    });
    const columns = [
        ...varied_factors(report).map((key) => condition_column(report, key)),
        column("p50"),
        column("p99"),
        column("p999"),
        {
            head: "longest",
            text: (point) => number(point[what.percentiles]?.max),
            key: (point) => point[what.percentiles]?.max,
        },
        {
            head: "values",
            text: (point) => count(point[what.percentiles]?.count),
            key: (point) => point[what.percentiles]?.count,
        },
    ];
    return table(measure_text(what.percentiles), columns, points);
}
