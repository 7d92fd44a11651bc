// The dropouts that a report plots: the longest of all cells, limited in number, one for each incident.
#pragma once

#include <vector>

#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_record.h"

namespace forerun::measure {

class Dropouts {
public:
    void add(const CellName& name, const CellRecord& record);
    Json json() const;  // "dropouts" of report.json

private:
    static constexpr std::size_t most = 40;
    static constexpr std::size_t most_of_a_point = 8;  // or the worst point would be all there is to see
    struct Drawn {
        CellName cell;
        std::int64_t frame = 0, frames = 0;
        Json json;
    };
    std::vector<Drawn> all_;
};

}  // namespace forerun::measure
