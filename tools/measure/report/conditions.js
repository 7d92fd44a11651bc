// The conditions that were measured: which parameters vary, and the points apart by them.

const rate_hz = (report) => report.provenance?.[0]?.rate_hz ?? report.points?.[0]?.parameters?.rate_hz ?? 48000;

function distinct(values) {
    return [...new Set(values)].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : 0));
}

// The plan's own list where it names one; else whatever has more than one value among the points.
function varied_factors(report, points = report.points ?? []) {
    const keys = report.factors ?? [...new Set(points.flatMap((point) => Object.keys(point.parameters ?? {})))];
    return keys.filter((key) => new Set(points.map((point) => JSON.stringify(point.parameters?.[key]))).size > 1);
}

// [[key, value], ...] of what all points have in common.
function common_conditions(points) {
    const first = points[0]?.parameters ?? {};
    return Object.entries(first).filter(([key, value]) =>
        points.every((point) => JSON.stringify(point.parameters?.[key]) === JSON.stringify(value)),
    );
}

function conditions_text(report, parameters, keys) {
    return keys
        .filter((key) => key in parameters)
        .map((key) => condition(key, parameters[key], rate_hz(report)))
        .join(", ");
}

// The points apart by their values of `keys`, in the order of these values: [{ heading, points }].
function groups_by(report, points, keys) {
    const groups = new Map();
    for (const point of points) {
        const name = JSON.stringify(keys.map((key) => point.parameters?.[key]));
        if (!groups.has(name))
            groups.set(name, { heading: conditions_text(report, point.parameters ?? {}, keys), points: [] });
        groups.get(name).points.push(point);
    }
    const first = (group) => keys.map((key) => group.points[0].parameters?.[key]);
    return [...groups.values()].sort((a, b) => {
        const [x, y] = [first(a), first(b)];
        for (const i of keys.keys())
            if (typeof x[i] === "number" && typeof y[i] === "number" && x[i] !== y[i]) return x[i] - y[i];
        return 0;
    });
}

// Panels for lines that stand for the series: one for every combination of what else varies. Where that would be more than
// twelve, one for every value of what varies most, and several lines of one colour in each.
function panels_of(report, points, series) {
    const others = varied_factors(report, points).filter((key) => key !== series.factor);
    const all = groups_by(report, points, others);
    if (all.length <= 12) return { groups: all, inside: [] };
    const values = (key) => new Set(points.map((point) => point.parameters?.[key])).size;
    const most = others.reduce((best, key) => (values(key) > values(best) ? key : best));
    return { groups: groups_by(report, points, [most]), inside: others.filter((key) => key !== most) };
}

function block_us(report, points) {
    const blocks = new Set(points.map((point) => point.parameters?.block_frames));
    const [block] = blocks;
    return blocks.size === 1 && block ? (block / rate_hz(report)) * 1e6 : undefined;
}
