#include "shared/figures.h"

namespace forerun {

namespace {

#define FORERUN_ADD_COPY(kind, name, unit, meaning) \
    add(to.FORERUN_FIELD_##unit(name), copy_of(from.FORERUN_FIELD_##unit(name)));

void add_copy(Figures& to, const MixerStatistics& from) {
    FORERUN_METRICS(FORERUN_ADD_COPY, FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_NO_METRIC)
}
void add_copy(Figures& to, const ConductorStatistics& from) {
    FORERUN_METRICS(FORERUN_NO_METRIC, FORERUN_ADD_COPY, FORERUN_ADD_COPY, FORERUN_NO_METRIC)
}
void add_copy(Figures& to, const WorkerLine& from) {
    FORERUN_METRICS(FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_ADD_COPY)
}

}  // namespace

Figures figures_of(const SharedState& state) {
    Figures figures;
    add_copy(figures, state.header().mixer);
    add_copy(figures, state.header().conductor);
    for (std::uint32_t w = 0; w < state.header().workers; ++w) add_copy(figures, state.worker(w));
    return figures;
}

Figures figures_of(const WorkerLine& worker) {
    Figures figures;
    add_copy(figures, worker);
    return figures;
}

Figures since(const Figures& before, Figures now) {
#define FORERUN_SINCE(kind, name, unit, meaning) \
    if constexpr (grows<kind>)                   \
        now.FORERUN_FIELD_##unit(name) = difference(now.FORERUN_FIELD_##unit(name), before.FORERUN_FIELD_##unit(name));
    FORERUN_METRICS(FORERUN_SINCE, FORERUN_SINCE, FORERUN_SINCE, FORERUN_SINCE)
    return now;
}

}  // namespace forerun
