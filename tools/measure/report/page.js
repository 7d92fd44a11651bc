// Puts the sections in order. A section is what one of the files before makes of the report, or null where nothing was
// measured:
//   { id, title, lead (a sentence or two), wide (true: takes a page of its own across when printed),
//     body: () => [nodes]                        as it is
//     legend, plot, table: () => node }          a plot, and its figures as a table below, folded while there is a plot

const report = JSON.parse(document.getElementById("figures").textContent) ?? {};
const page = document.getElementById("page");

const makers = [
    overview_section,
    points_section,
    map_section,
    response_section,
    dropouts_section,
    callback_section,
    interval_section,
    survival_section,
    capacity_section,
    differences_section,
    recording_cost_section,
    provenance_section,
];

function build_section(section) {
    const built = element(
        "section",
        { id: section.id, class: section.wide ? "across" : null },
        element("h2", {}, section.title),
    );
    if (section.lead) built.append(element("p", { class: "lead" }, section.lead));
    if (section.body) built.append(...section.body().filter(Boolean));
    if (section.plot && can_plot) {
        const legend = section.legend?.();
        if (legend) built.append(legend);
        built.append(section.plot());
    }
    if (section.table)
        built.append(section.plot && can_plot ? details("The same as a table", section.table()) : section.table());
    return built;
}

// One section that cannot be built must not take the others along.
function guarded(make, name) {
    try {
        return make();
    } catch (error) {
        console.error(name, error);
        page.append(element("p", { class: "warning" }, `The section “${name}” could not be made: ${error.message}`));
        return null;
    }
}

const sections = makers.map((maker) => guarded(() => maker(report), maker.name)).filter(Boolean);
page.append(
    element(
        "nav",
        { "aria-label": "Sections" },
        ...sections.map((section) => element("a", { href: `#${section.id}` }, section.title)),
    ),
);
if (!can_plot)
    page.append(
        element(
            "p",
            { class: "warning" },
            "The plots are missing: the program that wrote this page was built without npm, " +
                "which brings the library that draws them. All figures are in the tables.",
        ),
    );
page.append(hatches());
for (const section of sections) {
    const built = guarded(() => build_section(section), section.id);
    if (built) page.append(built);
}

// A printed page cannot be unfolded. What was folded is folded again afterwards; tables below plots stay out of the print.
const folded = () => [...document.querySelectorAll("#provenance details:not([open])")];
let unfolded = [];
addEventListener("beforeprint", () => {
    unfolded = folded();
    for (const each of unfolded) each.open = true;
});
addEventListener("afterprint", () => {
    for (const each of unfolded) each.open = false;
    unfolded = [];
});
