// A line per point: the conditions, what was missing, how fast it answered, what it cost. Columns that no point has a
// figure for are left out.

function points_section(report) {
    const points = report.points ?? [];
    if (points.length === 0) return null;
    return {
        id: "points",
        title: "All points",
        wide: true,
        lead: "A line per point, all its runs together. Where none was seen, the figure is the most that the time measured allows for.",
        table: () => table("Points with 95 % intervals", point_columns(report, points), points),
    };
}

function point_columns(report, points) {
    const estimate = (head, title, of, text) => ({
        head,
        title,
        text: (point) => estimate_text(of(point), text),
        key: (point) => of(point)?.value,
        known: of,
    });
    const columns = [
        { head: "point", text: (point) => String(point.point), key: (point) => point.point },
        ...varied_factors(report).map((key) => condition_column(report, key)),
        {
            head: "incidents",
            text: (point) => count(point.incidents),
            key: (point) => point.incidents,
            known: (point) => point.incidents,
        },
        {
            head: "of voices",
            title: "incidents of voices; the others are callbacks that came late, or underruns in another system's sound",
            text: (point) => count(point.incidents_of_voices),
            key: (point) => point.incidents_of_voices,
            known: (point) => point.incidents_of_voices,
        },
        {
            head: "per hour",
            title: "incidents per hour",
            text: rate_text,
            key: (point) => point.incidents_per_hour?.value,
            known: (point) => point.incidents_per_hour,
        },
        {
            head: "longest, ms",
            title: "the longest incident",
            text: (point) => longest_ms(report, point),
            key: (point) => point.incident_frames?.max,
            known: (point) => point.incident_frames,
        },
        estimate(
            "response p50, ms",
            "time from an event to its first sample, median",
            (point) => point.response_ms?.p50,
        ),
        estimate("p99", "response, ms", (point) => point.response_ms?.p99),
        estimate("p99.9", "response, ms", (point) => point.response_ms?.p999),
        estimate("CPU, %", "CPU time of the whole program over the time measured", (point) => point.cpu_share, percent),
        estimate("callback p99, µs", "duration of the audio callback", (point) => point.callback_us?.p99),
        estimate(
            "missing, ppm",
            "frames missing per million frames of all voices",
            (point) => point.frames_missing_per_million,
        ),
        {
            head: "heard",
            title: "counted incidents that are in the recorded sound; frames in which it is not as it was meant and nothing was counted",
            words: true,
            text: evidence_text,
            known: (point) => point.evidence,
        },
        {
            head: "causes",
            title: "incidents by cause",
            words: true,
            text: causes_text,
            known: (point) => Object.keys(point.causes ?? {}).length || undefined,
        },
        estimate(
            "late p99, frames",
            "how much later than its own frame an event was heard",
            (point) => point.lateness_frames?.p99,
        ),
        estimate("rendered / played", "frames rendered per frame played", (point) => point.rendered_per_played),
        {
            head: "runs",
            title: "and the time of all together",
            text: (point) => `${point.runs} · ${duration(point.seconds)}`,
            key: (point) => point.seconds,
            known: (point) => point.runs,
        },
        {
            head: "interval by",
            title: "how the interval of incidents per hour was found; variance over mean of the runs' incidents, and its p",
            words: true,
            text: method_text,
            key: (point) => point.dispersion?.index,
            known: (point) => point.incidents_per_hour?.method,
        },
        estimate(
            "pauses / h",
            "pauses of the machine itself per hour, seen by a thread that does nothing else",
            (point) => point.machine_pauses_per_hour,
        ),
    ];
    return columns.filter((column) => !column.known || points.some((point) => column.known(point) !== undefined));
}

function condition_column(report, key) {
    const value = (point) => point.parameters?.[key];
    return {
        head: parameter_name(key),
        words: true,
        text: (point) => parameter_value(key, value(point), rate_hz(report)),
        key: value,
    };
}

function rate_text(point) {
    const rate = point.incidents_per_hour;
    if (!rate) return "–";
    if (none_seen(rate)) return element("span", { class: "none" }, `none seen, ≤ ${number(rate.high)}`);
    return estimate_text(rate);
}

const none_seen = (rate) => rate.method === "none seen" || (rate.value === 0 && rate.high > 0);

function method_text(point) {
    const method = point.incidents_per_hour?.method;
    if (!method || method === "none seen") return "–";
    if (!point.dispersion) return method;
    return element(
        "span",
        {},
        method,
        " ",
        element(
            "span",
            { class: "interval" },
            `${number(point.dispersion.index, 2)}, p ${number(point.dispersion.p, 2)}`,
        ),
    );
}

function longest_ms(report, point) {
    const frames = point.incident_frames?.max;
    return frames === undefined ? "–" : number((frames / rate_hz(report)) * 1000);
}

function evidence_text(point) {
    const heard = point.evidence;
    if (!heard) return "–";
    if (heard.limited_frames > 0) return "limited, not compared";
    return `${count(heard.incidents_heard)} of ${count(heard.incidents)}, ${plural(heard.unexplained_frames, "frame")} unexplained`;
}

function causes_text(point) {
    const causes = Object.entries(point.causes ?? {}).sort((a, b) => b[1] - a[1]);
    return causes.length
        ? causes.map(([cause, n]) => `${plain(cause)} ${n}`.replaceAll(" ", fixed_space)).join(", ")
        : "–";
}
