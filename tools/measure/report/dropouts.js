// The moments around the longest gaps, a small plot each: how much was left to play in the voice that missed most, and
// below it what the worker of that voice did meanwhile. Time 0 is the first missing frame.

function dropouts_section(report) {
    const dropouts = (report.dropouts ?? []).filter((dropout) => dropout.fill?.length > 1);
    if (dropouts.length === 0) return null;
    const causes = [...new Set(dropouts.flatMap((dropout) => (dropout.did ?? []).map(([, , cause]) => cause)))];
    return {
        id: "dropouts",
        title: "What happened around the longest gaps",
        lead:
            `The ${dropouts.length === 1 ? "longest gap" : `${dropouts.length} longest gaps`}, longest first. The line is what was still rendered ahead, in milliseconds of sound, of the voice ` +
            "that missed most; the boxed stretch on the ground is where it had nothing. The strip below says what its worker was doing.",
        legend: () =>
            cause_legend(
                Object.keys(cause_hatches)
                    .filter((cause) => causes.includes(cause))
                    .concat(causes.filter((cause) => !(cause in cause_hatches))),
            ),
        plot: () =>
            panel_grid(
                dropouts.map((dropout) => ({
                    heading: dropout_heading(report, dropout),
                    plot: dropout_plot(report, dropout),
                })),
            ),
        table: () => dropouts_table(report, dropouts),
    };
}

const ms_of = (report, frames) => (frames / rate_hz(report)) * 1000;

function dropout_heading(report, dropout) {
    const point = (report.points ?? []).find((each) => each.point === dropout.point);
    const where = point ? conditions_text(report, point.parameters ?? {}, varied_factors(report)) : "";
    const what = `${number(ms_of(report, dropout.frames))} ms in ${plural(dropout.voices, "voice")}: ${cause_text(dropout.cause)}`;
    return element(
        "span",
        {},
        what,
        element("br"),
        element(
            "span",
            { class: "quiet" },
            `${dropout.cell} at ${number(dropout.frame / rate_hz(report), 5)} s${where ? ` · ${where}` : ""}`,
        ),
    );
}

function dropout_plot(report, dropout) {
    const fill = dropout.fill.map(([ms, frames]) => ({ ms, left_ms: ms_of(report, frames) }));
    const x = d3.extent(fill, (step) => step.ms),
        top = Math.max(
            d3.max(fill, (step) => step.left_ms),
            1e-3,
        );
    // The strip lies below the ground, in the axis' own units, an eighth of its height.
    const strip = { from: -top * 0.2, to: -top * 0.05 };
    const did = (dropout.did ?? [])
        .map(([from, to, cause, voice]) => ({ from: Math.max(from, x[0]), to: Math.min(to, x[1]), cause, voice }))
        .filter((band) => band.to > band.from);
    const gap = { from: 0, to: Math.min(ms_of(report, dropout.frames), x[1]) };
    const activities = did
        .map((band) => `${cause_text(band.cause)} from ${number(band.from)} to ${number(band.to)} ms`)
        .join("; ");
    return picture(
        `Dropout in ${dropout.cell}, ${number(ms_of(report, dropout.frames))} ms, cause ${cause_text(dropout.cause)}. The worker was ${activities || "not recorded"}.`,
        {
            width: 310,
            height: 172,
            marginLeft: 42,
            marginRight: 8,
            marginTop: 20,
            marginBottom: 34,
            x: { domain: x, label: "ms from the first missing frame →", ticks: 4 },
            y: { domain: [strip.from, top * 1.04], label: "↑ ahead, ms", ticks: d3.ticks(0, top, 4), grid: true },
            marks: [
                Plot.rect(did, {
                    x1: "from",
                    x2: "to",
                    y1: 0,
                    y2: top * 1.04,
                    fill: (band) => cause_colour(band.cause),
                    fillOpacity: 0.13,
                }),
                Plot.rect(did, {
                    x1: "from",
                    x2: "to",
                    y1: strip.from,
                    y2: strip.to,
                    fill: (band) => cause_fill(band.cause),
                    stroke: "var(--page)",
                    strokeWidth: 0.5,
                    title: (band) =>
                        `${cause_text(band.cause)}${band.voice >= 0 ? `, voice ${band.voice}` : ""}: ${number(band.to - band.from)} ms`,
                }),
                Plot.ruleY([0], { strokeOpacity: 0.4 }),
                Plot.line(fill, { x: "ms", y: "left_ms", stroke: "currentColor", strokeWidth: 1.6 }),
                Plot.rect([gap], {
                    x1: "from",
                    x2: "to",
                    y1: 0,
                    y2: top * 0.12,
                    fill: "none",
                    stroke: "currentColor",
                    strokeWidth: 1.4,
                }),
                Plot.text([gap], {
                    x: (each) => (each.from + each.to) / 2,
                    y: top * 0.12,
                    text: () => "missing",
                    dy: -7,
                    fontSize: 11,
                    fontWeight: 600,
                    stroke: "var(--page)",
                    strokeWidth: 3,
                    fill: "currentColor",
                }),
            ],
        },
    );
}

function dropouts_table(report, dropouts) {
    return table(
        "The longest gaps",
        [
            { head: "cell", words: true, text: (dropout) => dropout.cell, key: (dropout) => dropout.cell },
            {
                head: "at, s",
                text: (dropout) => number(dropout.frame / rate_hz(report), 5),
                key: (dropout) => dropout.frame,
            },
            { head: "length, frames", text: (dropout) => count(dropout.frames), key: (dropout) => dropout.frames },
            {
                head: "length, ms",
                text: (dropout) => number(ms_of(report, dropout.frames)),
                key: (dropout) => dropout.frames,
            },
            { head: "voices", text: (dropout) => count(dropout.voices), key: (dropout) => dropout.voices },
            {
                head: "cause",
                words: true,
                text: (dropout) => cause_text(dropout.cause),
                key: (dropout) => dropout.cause,
            },
        ],
        dropouts,
    );
}
