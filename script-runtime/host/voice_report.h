// A report about a voice: who it is, and a text that is made fit to be shown.
#pragma once

#include <cstdint>
#include <string>

#include "script-runtime/host/sounding_voice.h"
#include "shared/messages/report.h"
#include "shared/text/printable.h"

namespace forerun {

inline WorkerReport voice_report(const SoundingVoice& voice, WorkerReportKind kind, std::int64_t frame = 0,
                                 const std::string& text = {}) {
    WorkerReport report;
    report.kind = kind;
    report.slot = voice.note.slot;
    report.generation = voice.note.generation;
    report.instrument = voice.note.instrument;
    report.serial = voice.note.serial;
    report.frame = frame;
    printable(text, sizeof report.text - 1).copy(report.text, sizeof report.text - 1);
    return report;
}

}  // namespace forerun
