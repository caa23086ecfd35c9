#include "admin/control.hpp"
#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "config/config.hpp"

#include <cstdio>

namespace verohook::app {

int reload(const ReloadArguments& arguments) {
    // What else is wrong with the file is the daemon's to say, which knows its own environment.
    const Result<std::filesystem::path> folder =
        arguments.state_dir.empty() ? config::find_state_dir(arguments.common.config)
                                    : Result<std::filesystem::path>(arguments.state_dir);
    if (!folder) {
        return fail(exit_configuration, folder.error());
    }
    const auto control = admin::connect(*folder);
    if (!control) {
        return fail(exit_failure,
                    {control.error().code,
                     "no daemon answers on " + folder->string() + ": " + control.error().message});
    }
    const auto report = (*control)->reload();
    if (!report) {
        const bool is_wrong = report.error().code == ErrorCode::invalid_input;
        return fail(is_wrong ? exit_configuration : exit_failure, report.error());
    }
    for (const std::string& line : admin::to_lines(*report)) {
        std::printf("%s\n", line.c_str());
    }
    return exit_success;
}

}  // namespace verohook::app
