// Where the figures come from: enough for somebody else to repeat them.

function provenance_section(report) {
    const machines = report.provenance ?? [];
    if (machines.length === 0 && !report.plan) return null;
    return {
        id: "provenance",
        title: "Where this comes from",
        lead: "The program, the machine, and what was granted (not what was asked for).",
        body: () => [
            ...machines.map((machine, index) =>
                details(provenance_summary(machine, index, machines.length), provenance_list(machine)),
            ),
            report.plan
                ? details(
                      "The plan, every point of it",
                      element("pre", { tabindex: "0" }, JSON.stringify(report.plan, null, 1)),
                  )
                : null,
        ],
    };
}

function provenance_summary(machine, index, machines) {
    const which = machines > 1 ? `Set-up ${index + 1} of ${machines}: ` : "";
    const cells = typeof machine.cells === "number" ? plural(machine.cells, "run") : "runs";
    return `${which}${cells}, commit ${String(machine.commit ?? "unknown").slice(0, 12)}, ${machine.cpu ?? "unknown CPU"}`;
}

function provenance_list(machine) {
    const list = element("dl", {});
    for (const [key, value] of Object.entries(machine)) {
        if (key === "scripts") continue;
        list.append(
            element("dt", {}, parameter_name(key)),
            element(
                "dd",
                {},
                typeof value === "number"
                    ? parameter_value(key, value, 1)
                    : parameter_value(key, value, 1).replaceAll(" ", " "),
            ),
        );
    }
    for (const script of machine.scripts ?? [])
        list.append(
            element("dt", {}, script.file ?? "script"),
            element("dd", {}, element("code", {}, `sha256 ${script.sha256 ?? "unknown"}`)),
        );
    return list;
}
