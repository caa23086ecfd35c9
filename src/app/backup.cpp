#include "backup/backup.hpp"

#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/progress_bar.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"

#include <verohook/base/json_text.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

namespace verohook::app {

namespace {

/// One bar after the other, each for one kind of work.
class Bars {
public:
    void tell(std::string_view what, std::uint64_t done, std::uint64_t total) {
        if (what != what_ || total != total_) {
            what_ = what;
            total_ = total;
            bar_.reset();
            bar_ = std::make_unique<ProgressBar>(what_, total, true);
        }
        bar_->reach(done);
    }

private:
    std::string what_;
    std::uint64_t total_ = 0;
    std::unique_ptr<ProgressBar> bar_;
};

// A backup's names come from its file, which may be anybody's.
constexpr std::size_t name_bytes_max = 64;

std::string joined(const std::vector<std::string>& names, std::string_view between) {
    std::string text;
    for (const std::string& name : names) {
        text.append(text.empty() ? "" : between).append(printable(name, name_bytes_max));
    }
    return text;
}

std::string json_names(const std::vector<std::string>& names) {
    std::string text = "[";
    for (const std::string& name : names) {
        text += text.size() > 1 ? "," : "";
        append_json_string(text, name);
    }
    return text + "]";
}

/// The members that both commands tell, without the braces.
std::string json_members(const backup::Contents& contents) {
    std::string text = R"("made_at":")" + format_seconds(contents.made_at) + "\"";
    const auto number = [&](const char* name, std::uint64_t value) {
        text.append(",\"").append(name).append("\":").append(std::to_string(value));
    };
    number("events", contents.events);
    number("damaged", contents.damaged);
    number("oldest", contents.journal.oldest);
    number("newest", contents.journal.newest);
    return text + ",\"sinks\":" + json_names(contents.sinks);
}

std::string words(const backup::Contents& contents) {
    std::string text = with_thousands(contents.events) + " events";
    if (contents.events > 0) {
        text += " from " + std::to_string(contents.journal.oldest) + " to " +
                std::to_string(contents.journal.newest);
    }
    if (contents.damaged > 0) {
        text += ", " + with_thousands(contents.damaged) + " of them damaged";
    }
    if (!contents.sinks.empty()) {
        text += ", and what is kept by sink " + joined(contents.sinks, ", ");
    }
    return text;
}

int fail_of(const Error& error) {
    switch (error.code) {
        case ErrorCode::locked:
        case ErrorCode::corrupt:
        case ErrorCode::not_found:
            return fail(exit_state, error);
        default:
            return fail(exit_failure, error);
    }
}

}  // namespace

int backup(const BackupArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    Result<backup::Contents> made = Error{};
    {
        Bars bars;
        made = backup::make(settings->state_dir, sink_databases(*settings), arguments.file,
                            system_clock().now(),
                            [&](std::string_view what, std::uint64_t done, std::uint64_t total) {
                                bars.tell(what, done, total);
                            });
    }
    if (!made) {
        return fail_of(made.error());
    }
    const std::string text = arguments.json
                                 ? "{" + json_members(*made) + "}\n"
                                 : arguments.file.string() + " holds " + words(*made) + "\n";
    std::fputs(text.c_str(), stdout);
    return exit_success;
}

int restore(const BackupArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    Result<backup::Restored> restored = Error{};
    {
        Bars bars;
        restored = backup::restore(arguments.file, settings->state_dir, sink_databases(*settings),
                                   system_clock().now(),
                                   [&](std::string_view what, std::uint64_t done,
                                       std::uint64_t total) { bars.tell(what, done, total); });
    }
    if (!restored) {
        return fail_of(restored.error());
    }
    if (arguments.json) {
        std::string text = "{" + json_members(*restored) +
                           ",\"next\":" + std::to_string(restored->next) +
                           ",\"left_out\":" + json_names(restored->left_out) + "}\n";
        std::fputs(text.c_str(), stdout);
        return exit_success;
    }
    std::string text = settings->state_dir.string() + " holds " + words(*restored) + ", as of " +
                       format_seconds(restored->made_at) + "; the next event gets the number " +
                       std::to_string(restored->next) + "\n";
    for (const std::string& sink : restored->left_out) {
        text += "left out: what sink " + printable(sink, name_bytes_max) +
                " keeps, since no such sink of kind sqlite is configured here\n";
    }
    std::fputs(text.c_str(), stdout);
    return exit_success;
}

}  // namespace verohook::app
