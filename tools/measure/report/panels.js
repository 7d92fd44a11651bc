// Small plots side by side, all of one figure on the same axes, so that they can be compared by eye.

const can_plot = typeof Plot !== "undefined" && typeof d3 !== "undefined";

// A plot as a picture with a name for readers who cannot see it. `says` is a sentence.
function picture(says, options) {
    const drawn = Plot.plot({ style: { fontSize: "12px", background: "none" }, ...options });
    // Grows a little where there is room; lettering that is larger than the text beside it looks shouted.
    const svg = drawn.tagName.toLowerCase() === "svg" ? drawn : drawn.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", says);
    svg.style.maxWidth = `${options.width * 1.15}px`;
    return drawn;
}

// panels: [{ heading, plot }]. `wide` panels take the whole width and scroll where there is too little of it.
function panel_grid(panels, { least_px = 300, wide = false, printed_columns = 3 } = {}) {
    const grid = element("div", {
        class: wide ? "panels wide" : "panels",
        style: `--least: ${least_px}px; --printed: ${printed_columns}`,
    });
    for (const { heading, plot } of panels)
        grid.append(element("figure", {}, heading ? element("figcaption", {}, heading) : null, plot));
    return grid;
}

// Ticks of a logarithmic axis: 1, 2, 5 of every decade, only 1 of each where there are many, and round steps where it
// spans less than a decade. They never stand closer than `most` allows.
function log_ticks([low, high], most = 6) {
    if (high / low < 8) return d3.ticks(low, high, Math.min(most, 5));
    const decades = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
    for (const digits of [[1, 2, 5], [1, 3], [1]]) {
        const ticks = decades
            .flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`)))
            .filter((x) => x >= low && x <= high);
        if (ticks.length <= most || digits.length === 1) return ticks;
    }
}
