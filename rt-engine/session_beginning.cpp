#include "rt-engine/session_beginning.h"

#include <fmt/chrono.h>

#include <ctime>

#include "shared/files/real_path.h"
#include "shared/version.h"

namespace forerun {

std::unique_ptr<SessionLog> begin_log(const std::filesystem::path& file, const Configuration& configuration,
                                      const RigSource& source, const ScriptRuntime& scripts) {
    SessionHeader header;
    header.version = FORERUN_VERSION;
    header.began_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    // Without links: a replay puts the texts into folders of its own, where a voice must lie where its rig looks for it.
    header.source = real_path(source.file);
    header.source_is_rig = source.is_rig;
    header.configuration = configuration;
    for (auto& folder : header.configuration.script_path) folder = real_path(folder);
    header.configuration.library = real_path(header.configuration.library);
    header.machine = machine_identity(scripts.description());
    auto texts = scripts.texts();
    for (auto& text : texts) text.path = real_path(text.path);
    return std::make_unique<SessionLog>(file, header, texts);
}

}  // namespace forerun
