// The folder of an experiment: its plan, and the cells that are done. Cells are always complete: one is written beside its
// place and renamed, so that an interrupted run leaves no partial cell, and a finished cell is never run again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/measure/plan/plan.h"

namespace forerun::measure {

class ResultFolder {
public:
    // For measuring: makes the folder, or goes on in one that holds the same plan. One process at a time. Throws BadInput.
    ResultFolder(const std::filesystem::path& folder, const Plan& plan);
    // For reading. Throws BadInput when it is no such folder.
    explicit ResultFolder(const std::filesystem::path& folder);
    ~ResultFolder();
    ResultFolder(const ResultFolder&) = delete;
    ResultFolder& operator=(const ResultFolder&) = delete;

    const Plan& plan() const { return plan_; }
    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path cell(const CellName& name) const { return folder_ / "cells" / name.text(); }
    bool has(const CellName& name) const;
    std::vector<CellName> done() const;  // in the plan's order

    // Where a cell is to be made: an empty folder. What an earlier try left there is gone.
    std::filesystem::path begin(const CellName& name) const;
    std::filesystem::path part(const CellName& name) const;
    void keep(const CellName& name) const;  // it is whole

    // A text file of the result, all of it or nothing.
    void write(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path folder_;
    Plan plan_;
    int lock_ = -1;
};

}  // namespace forerun::measure
