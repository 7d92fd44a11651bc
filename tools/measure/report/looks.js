// Colours that are told apart with any eyes (Okabe and Ito, "Color Universal Design", 2008), and never alone: lines have
// dashes and end in a shape, bands have a hatch, cells have their figure in text. The colours themselves stand in
// report.css, lighter on a dark page.

const series_dashes = [null, "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2"];
const series_symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"];

// How each value of the factor that lines stand for is drawn: the mode where it varies, else what varies first. A value
// looks the same in all figures, also in those where others have nothing to show.
function series_of(report, points) {
    const all = [...(report.points ?? []), ...points];
    const factors = varied_factors(report, all);
    const factor = factors.includes("mode") ? "mode" : (factors[0] ?? "mode");
    const value_of = (point) => point.parameters?.[factor];
    const every_look = distinct(all.map(value_of)).map((value, index) => ({
        value,
        text: parameter_value(factor, value, rate_hz(report)),
        colour: `var(--series-${index % 7})`,
        dash: series_dashes[index % 7],
        symbol: series_symbols[index % 7],
    }));
    const looks = every_look.filter((look) => points.some((point) => value_of(point) === look.value));
    return { factor, looks, of: (point) => looks.find((look) => look.value === value_of(point)) };
}

// A drawn sample of every line, as HTML around small pictures; it needs no library.
function series_legend(series) {
    const entries = series.looks.map((look) => {
        const picture = svg_element("svg", { width: 40, height: 12, viewBox: "0 0 40 12", "aria-hidden": "true" });
        const line = svg_element("line", { x1: 0, x2: 32, y1: 6, y2: 6, stroke: look.colour, "stroke-width": 2 });
        if (look.dash) line.setAttribute("stroke-dasharray", look.dash);
        picture.append(line);
        if (typeof d3 !== "undefined") {
            const shape = d3.symbol(symbol_shapes()[look.symbol], 40)();
            picture.append(svg_element("path", { d: shape, transform: "translate(33,6)", fill: look.colour }));
        }
        return element("span", { class: "key" }, picture, look.text);
    });
    return element(
        "p",
        { class: "legend" },
        element("span", { class: "key-name" }, parameter_name(series.factor)),
        ...entries,
    );
}

function symbol_shapes() {
    return {
        circle: d3.symbolCircle,
        square: d3.symbolSquare,
        triangle: d3.symbolTriangle,
        diamond: d3.symbolDiamond,
        star: d3.symbolStar,
        cross: d3.symbolCross,
        wye: d3.symbolWye,
    };
}

// What a worker did: hatch angle and distance in pixels, or none.
const cause_hatches = {
    rendering: null,
    rewinding: [45, 6],
    starting: [135, 6],
    collecting: [0, 5],
    compiling: [90, 5],
    warming: [45, 3],
    not_scheduled: null,
    woken_late: [135, 4],
    idle: null,
    late_start: [90, 3],
};
const cause_colour = (cause) => `var(--cause-${cause in cause_hatches ? cause.replaceAll("_", "-") : "other"})`;
const cause_fill = (cause) => (cause_hatches[cause] ? `url(#hatch-${cause})` : cause_colour(cause));

// Defined once for the whole page; every plot may point at them.
function hatches() {
    const definitions = svg_element("defs", {});
    for (const [cause, hatch] of Object.entries(cause_hatches)) {
        if (!hatch) continue;
        const [angle, size] = hatch;
        const pattern = svg_element("pattern", {
            id: `hatch-${cause}`,
            width: size,
            height: size,
            patternUnits: "userSpaceOnUse",
            patternTransform: `rotate(${angle})`,
        });
        // As a style, since custom properties do not reach presentation attributes everywhere.
        const ground = svg_element("rect", { width: size, height: size, style: `fill:${cause_colour(cause)}` });
        const stripe = svg_element("rect", { width: 1.2, height: size, style: "fill:var(--page);fill-opacity:0.75" });
        pattern.append(ground, stripe);
        definitions.append(pattern);
    }
    const holder = svg_element("svg", { width: 0, height: 0, class: "hatches", "aria-hidden": "true" });
    holder.append(definitions);
    return holder;
}

function cause_legend(causes) {
    const entries = causes.map((cause) => {
        const picture = svg_element("svg", { width: 26, height: 12, "aria-hidden": "true" });
        picture.append(svg_element("rect", { width: 24, height: 12, style: `fill:${cause_fill(cause)}` }));
        return element("span", { class: "key" }, picture, cause_text(cause));
    });
    return element("p", { class: "legend" }, element("span", { class: "key-name" }, "the worker was"), ...entries);
}
