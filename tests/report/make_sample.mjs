// Writes sample.json: an invented result with everything that report.json may hold. Its figures have the shape of real
// ones and are nobody's measurement.
//
//   node make_sample.mjs > sample.json
let state = 12345;
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const round = (x, digits = 4) => Number(x.toPrecision(digits));
const estimate = (value, spread) => ({
    value: round(value),
    low: round(value * (1 - spread)),
    high: round(value * (1 + spread * 1.3)),
});

const rate_hz = 48000,
    seconds = 60,
    runs = 3,
    events = 3000;
const modes = ["rewind", "ring", "ring-shrinks", "direct"],
    voices = [16, 48, 96],
    depths = [2400, 9600, 24000];

// Buckets of an eighth of an octave; the raw counts of one point's runs together.
function histogram(count, draw) {
    const buckets = new Map();
    for (let i = 0; i < count; ++i) {
        const index = Math.floor(Math.log2(Math.max(draw(), 1e-3)) * 8);
        buckets.set(index, (buckets.get(index) ?? 0) + 1);
    }
    return [...buckets]
        .sort((a, b) => a[0] - b[0])
        .map(([i, n]) => [round(2 ** (i / 8), 6), round(2 ** ((i + 1) / 8), 6), n]);
}
function quantile(buckets, share) {
    const total = buckets.reduce((sum, b) => sum + b[2], 0);
    let below = 0;
    for (const [low, high, n] of buckets) if ((below += n) >= share * total) return (low + high) / 2;
}
const percentiles = (buckets) => ({
    p50: estimate(quantile(buckets, 0.5), 0.02),
    p99: estimate(quantile(buckets, 0.99), 0.05),
    p999: estimate(quantile(buckets, 0.999), 0.2),
    max: round(buckets.at(-1)[1] * 0.97),
    count: buckets.reduce((sum, b) => sum + b[2], 0),
});

const causes = ["not_scheduled", "rendering", "collecting", "rewinding", "woken_late", "compiling"];
function point_of(number, mode, voice_count, depth_frames) {
    const load = voice_count / 110,
        depth_ms = depth_frames / 48;
    const per_minute =
        mode === "direct"
            ? 6 * load ** 2 + 0.4
            : 8 * load ** 4 * Math.exp(-depth_ms / 120) * (mode === "rewind" ? 1.6 : 1);
    const incidents = Math.round(per_minute * runs * (0.6 + 0.8 * random()));
    const hours = (runs * seconds) / 3600,
        rate = incidents / hours;
    const gap = (mode === "direct" ? 90 : 600) * (0.8 + 0.4 * random());
    const response = histogram(events, () =>
        mode === "direct"
            ? 0.7 + 1.3 * random() + (random() < 0.004 ? 6 * random() : 0)
            : mode === "rewind"
              ? 0.9 + 1.1 * random() + load * Math.abs(normal()) * 0.4 + (random() < 0.002 ? 9 * random() : 0)
              : mode === "ring"
                ? depth_ms + 1.33 * random()
                : 6 + 2.7 * random() + load * Math.abs(normal()),
    );
    const callback = histogram(
        20000,
        () =>
            (mode === "direct" ? 11 * voice_count : 12 + 0.3 * voice_count) *
            Math.exp(0.12 * normal()) *
            (random() < 0.0006 ? 5 : 1),
    );
    const interval = histogram(
        20000,
        () => 1333 * Math.exp(0.025 * normal()) * (random() < 0.0008 ? 1 + 1.5 * random() : 1),
    );
    const missing = incidents * gap * Math.ceil(voice_count / 12);
    const played = runs * seconds * rate_hz * voice_count;
    const shares = incidents ? causes.slice(0, mode === "direct" ? 3 : 6) : [];
    const counted = Object.fromEntries(
        shares.map((cause, i) => [cause, Math.floor(incidents / 2 ** (i + 1))]).filter(([, n]) => n),
    );
    const told = Object.values(counted).reduce((a, b) => a + b, 0);
    if (incidents > told) counted.not_scheduled = (counted.not_scheduled ?? 0) + incidents - told;
    const firsts = incidents
        ? [...Array(runs)]
              .map(() => -Math.log(1 - random()) / (rate / 3600))
              .filter((t) => t < seconds)
              .sort((a, b) => a - b)
        : [];
    return {
        point: number,
        parameters: {
            mode,
            voice: "subtractive",
            voices: voice_count,
            block_frames: 64,
            depth_frames,
            workers: 1,
            event_delay_frames: 0,
            events_hz: 50,
            event_kind: "pressure",
            quality_scaling: true,
            device: "clock",
            scheduling: "realtime",
            stressor: "stress-ng --cpu 2",
            fault: "none",
            rate_hz,
        },
        runs,
        seconds: runs * seconds,
        incidents,
        incidents_of_voices: mode === "direct" ? 0 : incidents,
        incidents_of_output: mode === "direct" ? incidents : 0,
        gaps: incidents * Math.ceil(voice_count / 12),
        frames_missing: Math.round(missing),
        incidents_per_hour:
            incidents === 0
                ? { value: 0, low: 0, high: round(3 / hours), method: "none seen" }
                : {
                      value: round(rate),
                      low: round(Math.max(0, rate - (1.96 * Math.sqrt(incidents)) / hours)),
                      high: round(rate + (2.2 * Math.sqrt(incidents + 1)) / hours),
                      method: incidents > 12 ? "cluster bootstrap" : "Poisson",
                  },
        dispersion: {
            index: round(incidents > 12 ? 2.6 + random() : 0.6 + random(), 3),
            p: round(incidents > 12 ? 0.01 * random() : 0.2 + 0.7 * random(), 2),
        },
        frames_missing_per_million:
            incidents === 0 ? { value: 0, low: 0, high: 0 } : estimate((missing / played) * 1e6, 0.5),
        ...(incidents
            ? {
                  incident_frames: {
                      p50: estimate(gap * 0.7, 0.3),
                      p99: estimate(gap * 2.4, 0.4),
                      max: Math.round(gap * 2.9),
                  },
              }
            : {}),
        causes: counted,
        ...(mode === "direct"
            ? {}
            : {
                  evidence: {
                      runs,
                      frames: runs * seconds * rate_hz,
                      incidents,
                      incidents_heard: incidents,
                      late_switches: Math.round(20 * load),
                      unexplained_frames: 0,
                      limited_frames: 0,
                      length_error_frames_max: incidents ? 1 : 0,
                      splice_error: 0,
                  },
              }),
        response_ms: percentiles(response),
        callback_us: percentiles(callback),
        interval_us: percentiles(interval),
        lateness_frames: {
            p50: { value: 0, low: 0, high: 0 },
            p99: estimate(64 * load + 3, 0.3),
            p999: estimate(128 * load + 9, 0.4),
            max: Math.round(300 * load),
            count: events,
        },
        cpu_share: estimate(load * (mode === "rewind" ? 0.93 : 0.8), 0.03),
        rendered_per_played: estimate(mode === "rewind" ? 1.1 + depth_ms / 1000 : 1.0, 0.01),
        machine_pauses_per_hour: { value: 20, low: 0.5, high: 111 },
        survival: [
            [0, 1],
            ...firsts.map((t, i) => [round(t), round(1 - (i + 1) / runs)]),
            [seconds, round(1 - firsts.length / runs)],
        ],
        histograms: { response_ms: response, callback_us: callback, interval_us: interval },
    };
}

const points = [];
for (const mode of modes)
    for (const count of voices) for (const depth of depths) points.push(point_of(points.length, mode, count, depth));

// A stall of the worker: the ring is played empty, the mixer invents what is missing, the ring is filled again.
function dropout_of(point, cause, index) {
    const frames = Math.round(point.incident_frames.p50.value * (0.5 + 2.2 * random())),
        gap_ms = frames / 48;
    const depth = Math.min(point.parameters.depth_frames, 4000 + 3000 * random()),
        before_ms = depth / 48;
    const fill = [];
    for (let ms = -before_ms - 12; ms <= gap_ms + 30; ms += 64 / 48)
        fill.push([
            round(ms, 5),
            Math.round(
                ms < -before_ms
                    ? depth - 40 * random()
                    : ms < 0
                      ? -ms * 48
                      : ms < gap_ms
                        ? 0
                        : Math.min(depth, (ms - gap_ms) * 300),
            ),
        ]);
    const stall = [round(-before_ms + 1), round(gap_ms - 1.5), cause, (index * 7) % 48];
    const did = [
        [round(-before_ms - 12), round(-before_ms - 4), "rendering", 3],
        [round(-before_ms - 4), round(-before_ms + 1), "idle", -1],
        stall,
        [round(gap_ms - 1.5), round(gap_ms - 0.4), "woken_late", -1],
        [round(gap_ms - 0.4), round(gap_ms + 12), "rendering", stall[3]],
        [round(gap_ms + 12), round(gap_ms + 19), "rewinding", 9],
        [round(gap_ms + 19), round(gap_ms + 30), "idle", -1],
    ];
    return {
        cell: `p${String(point.point).padStart(3, "0")}r0${index % runs}`,
        point: point.point,
        frame: Math.round(random() * seconds * rate_hz),
        frames,
        voices: Math.ceil((random() * point.parameters.voices) / 8),
        cause,
        fill,
        did,
    };
}
const holed = points.filter((p) => p.incidents > 0 && p.parameters.mode !== "direct");
const dropouts = [...Array(14)]
    .map((_, i) => dropout_of(holed[i % holed.length], causes[i % causes.length], i))
    .sort((a, b) => b.frames - a.frames);

const differences = [];
for (const b of modes.slice(1))
    for (const count of [16, 96]) {
        const of = (mode) =>
            points.find(
                (p) =>
                    p.parameters.mode === mode && p.parameters.voices === count && p.parameters.depth_frames === 24000,
            );
        const add = (measure, from, to, spread) =>
            differences.push({
                factor: "mode",
                a: "rewind",
                b,
                parameters: { voices: count, depth_frames: 24000 },
                measure,
                value: round(to - from),
                low: round(to - from - spread),
                high: round(to - from + spread),
                pairs: runs,
            });
        add("response_ms p99", of("rewind").response_ms.p99.value, of(b).response_ms.p99.value, 0.4 + random());
        add(
            "incidents_per_hour",
            of("rewind").incidents_per_hour.value,
            of(b).incidents_per_hour.value,
            25 + 30 * random(),
        );
        add("cpu_share", of("rewind").cpu_share.value, of(b).cpu_share.value, 0.02 + 0.01 * random());
    }

const capacity = [];
for (const [i, mode] of modes.entries())
    for (const depth_frames of depths) {
        const clean = Math.round([98, 112, 104, 44][i] * (mode === "direct" ? 1 : 0.8 + (0.2 * depth_frames) / 24000));
        const tried = [16, 32, 64, 128].map((n) => [n, runs, n <= clean ? 0 : Math.ceil((n - clean) / 5)]);
        tried.push([clean, runs, 0], [clean + 2, runs, 1]);
        capacity.push({ parameters: { ...points[0].parameters, mode, depth_frames }, voices: clean, tried });
    }
for (const entry of capacity) delete entry.parameters.voices;

const plan = {
    schema: 1,
    title: "Depth, voices and mode beside stress-ng",
    grid: { mode: modes, voices, depth_frames: depths },
    repeats: runs,
    seconds,
    seed: 20240611,
    order: "random within repeats",
};
console.log(
    JSON.stringify({
        schema: 1,
        title: plan.title,
        plan,
        factors: ["mode", "voices", "depth_frames"],
        provenance: [
            {
                cells: points.length * runs,
                commit: "0123456789abcdef0123456789abcdef01234567",
                build_flags: "-O3 -ffp-contract=off",
                compiler: "GNU 12.2.0",
                luajit: "LuaJIT 2.1.0-beta3, CHECKHOOK",
                scripts: [
                    { file: "scripts/voices/subtractive.lua", sha256: "9f".repeat(32) },
                    { file: "scripts/dsp/saw.lua", sha256: "4c".repeat(32) },
                ],
                kernel: "Linux 6.1.0-21-amd64",
                cpu: "An invented CPU at 2.6 GHz",
                cores: 2,
                governor: "performance",
                audio_priority: 88,
                worker_priority: 0,
                memory_locked: true,
                device: "clock",
                rate_hz,
                clock_source: "tsc",
                load_before: 0.31,
            },
        ],
        points,
        differences,
        dropouts,
        capacity,
        recording_cost: {
            with: { callback_us_p99: 41.2, cpu_share: 0.412, underruns: 3 },
            without: { callback_us_p99: 40.7, cpu_share: 0.409, underruns: 2 },
        },
    }),
);
