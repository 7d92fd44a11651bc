// Figures and names as a reader wants them: three digits that mean something, thin spaces between thousands, units.

const thin_space = "\u202f",
    fixed_space = "\u00a0";

// A measured figure. Absent or not a number: a dash, never 0.
function number(value, digits = 3) {
    if (typeof value !== "number" || !isFinite(value)) return "–";
    const grouped = value.toLocaleString("en", { maximumSignificantDigits: Math.max(digits, integer_digits(value)) });
    return grouped.replaceAll(",", thin_space).replace("-", "−");
}

// Digits before the point stay as they are up to 99 999; beyond, three significant ones are enough.
function integer_digits(value) {
    const digits = String(Math.trunc(Math.abs(value))).length;
    return digits > 5 ? 0 : digits;
}

function count(value) {
    if (typeof value !== "number") return "–";
    return value.toLocaleString("en").replaceAll(",", thin_space);
}

const percent = (share) => number(typeof share === "number" ? share * 100 : share);

// "2.1 to 4.6", or one figure where all are alike.
function range(values, text = number) {
    const known = values.filter((value) => typeof value === "number");
    if (known.length === 0) return "–";
    const low = text(Math.min(...known)),
        high = text(Math.max(...known));
    return low === high ? low : `${low} to ${high}`;
}

function duration(seconds) {
    if (typeof seconds !== "number") return "–";
    if (seconds < 120) return `${number(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) return `${minutes} min`;
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const plural = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
const plain = (name) => String(name).replaceAll("_", " ");

// Parameters by name. Frames are shown in milliseconds.
const parameter_units = { hz: "Hz", seconds: "s", ms: "ms", us: "µs", bytes: "bytes" };
const parameter_name = (key) => plain(key.replace(/_(frames|hz|seconds|ms|us|bytes)$/, ""));

function parameter_value(key, value, rate_hz) {
    if (value === null || value === undefined) return "–";
    if (typeof value === "boolean") return value ? "on" : "off";
    if (typeof value === "object") return JSON.stringify(value);
    if (typeof value !== "number") return plain(value);
    if (key === "block_frames") return `${count(value)}${fixed_space}frames`;
    if (key.endsWith("_frames")) return `${number((value / rate_hz) * 1000)}${fixed_space}ms`;
    const unit = parameter_units[key.slice(key.lastIndexOf("_") + 1)];
    return unit ? `${number(value)}${fixed_space}${unit}` : number(value, 9);
}

// "depth 500 ms", "64 voices", "ring".
function condition(key, value, rate_hz) {
    const text = parameter_value(key, value, rate_hz);
    if (key === "mode" || key === "voice") return text;
    if (key === "voices" || key === "workers") return value === 1 ? `1 ${key.slice(0, -1)}` : `${text} ${key}`;
    return `${parameter_name(key)} ${text}`;
}

const cause_words = {
    rendering: "rendering",
    rewinding: "rewinding",
    starting: "starting a voice",
    collecting: "collecting garbage",
    compiling: "compiling",
    warming: "warming up",
    not_scheduled: "not scheduled",
    woken_late: "woken late",
    idle: "idle",
    late_start: "note started late",
};
const cause_text = (cause) => cause_words[cause] ?? plain(cause);

const measure_words = {
    incidents_per_hour: "incidents per hour",
    frames_missing_per_million: "frames missing per million",
    cpu_share: "CPU, %",
    rendered_per_played: "frames rendered per frame played",
    response_ms: "response, ms",
    lateness_frames: "lateness, frames",
    callback_us: "callback duration, µs",
    interval_us: "interval between callbacks, µs",
    machine_pauses_per_hour: "pauses of the machine per hour",
};
const percentile_words = { p50: "median", p99: "p99", p999: "p99.9", max: "longest" };

// "response_ms p99" -> "response, p99, ms"
function measure_text(measure) {
    const [name, percentile] = measure.split(" ");
    const words = measure_words[name] ?? plain(name);
    if (!percentile) return words;
    const [what, unit] = words.split(", ");
    return [what, percentile_words[percentile] ?? percentile, unit].filter(Boolean).join(", ");
}
