// HTML made from values. Text is set as text, never parsed: a script's name may contain anything.

function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {}))
        if (value !== undefined && value !== null) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== undefined && child !== null));
    return made;
}

function svg_element(tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
}

// A table that scrolls in itself when it is wider than the page. A column is
//   { head, title (optional), text: (row) => string or Node, key: (row) => what it is sorted by (optional) }
// A column with a key is sorted by a press on its head: first down, then up. Columns of figures stand right.
function table(caption, columns, rows) {
    const body = element("tbody", {});
    const fill = (sorted) =>
        body.replaceChildren(
            ...sorted.map((row) =>
                element(
                    "tr",
                    {},
                    ...columns.map((column, index) =>
                        element(
                            index === 0 ? "th" : "td",
                            { scope: index === 0 ? "row" : null, class: column.words ? null : "figure" },
                            column.text(row),
                        ),
                    ),
                ),
            ),
        );
    const heads = columns.map((column) => {
        const head = element("th", { scope: "col", title: column.title, class: column.words ? null : "figure" });
        if (!column.key || rows.length < 3) {
            head.append(column.head);
            return head;
        }
        const button = element(
            "button",
            { type: "button", title: column.title ?? `sort by ${column.head}` },
            column.head,
        );
        button.addEventListener("click", () => {
            const down = head.getAttribute("aria-sort") !== "descending";
            for (const other of heads) other.removeAttribute("aria-sort");
            head.setAttribute("aria-sort", down ? "descending" : "ascending");
            fill([...rows].sort((a, b) => (down ? -1 : 1) * order(column.key(a), column.key(b))));
        });
        head.append(button);
        return head;
    });
    fill(rows);
    return element(
        "div",
        { class: "scrolls", tabindex: "0", role: "region", "aria-label": caption },
        element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...heads)), body),
    );
}

// What is not there comes first.
function order(a, b) {
    if (a === b) return 0;
    if (a === undefined || a === null) return -1;
    if (b === undefined || b === null) return 1;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
}

// A value with its interval in a second, quieter tone.
function estimate_text(estimate, text = number) {
    if (!estimate || typeof estimate.value !== "number") return "–";
    if (typeof estimate.low !== "number" || typeof estimate.high !== "number") return text(estimate.value);
    return element(
        "span",
        {},
        text(estimate.value),
        " ",
        element("span", { class: "interval" }, `[${text(estimate.low)}, ${text(estimate.high)}]`),
    );
}

function details(summary, ...children) {
    return element("details", {}, element("summary", {}, summary), ...children);
}
