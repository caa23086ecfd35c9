#include "sinks/log_format.hpp"
#include "sinks/log_levels.hpp"
#include "sinks/log_target.hpp"
#include "sinks/log_text.hpp"

#include <verohook/sink/sink.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <variant>

#include <spdlog/logger.h>

/// One structured line an event through spdlog, at a level by type: for people and for what
/// collects logs.
namespace verohook::sinks {

namespace {

class LogSink final : public sink::Sink {
public:
    LogSink(std::string name, std::unique_ptr<LogTarget> target, LogStyle style, bool for_syslog,
            LogLevels levels, spdlog::level::level_enum min_level, const Clock& clock)
        : target_(std::move(target)),
          style_(style),
          levels_(std::move(levels)),
          clock_(clock),
          logger_(std::move(name), target_->input()) {
        logger_.set_formatter(make_log_formatter(style, for_syslog));
        logger_.set_level(min_level);
        // By itself spdlog writes a note to standard error and drops the record.
        logger_.set_error_handler([this](const std::string& message) { error_ = message; });
    }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        if (reopen_.exchange(false)) {
            target_->reopen();
        }
        if (batch.empty()) {
            return sink::Outcome::all(0);
        }
        if (auto ready = target_->begin(); !ready) {
            return sink::Outcome::retry(0, ready.error().message);
        }
        error_.clear();
        const Timestamp now = clock_.now();
        for (const sink::Item& item : batch) {
            write(item, now);
            if (!error_.empty()) {
                return sink::Outcome::retry(0, "spdlog: " + error_);
            }
            target_->end_of_event(item.envelope.seq);
        }
        return target_->write();
    }

    void request_reopen() override { reopen_.store(true); }

private:
    void write(const sink::Item& item, Timestamp now) {
        const bool recognized = !std::holds_alternative<event::Unrecognized>(item.event);
        const auto level =
            levels_.level(recognized ? event::type_name(item.event) : "unrecognized");
        std::string_view message = item.text;
        if (style_ == LogStyle::text) {
            text_.clear();
            append_log_text(text_, item.envelope, item.event);
            message = text_;
        }
        logger_.log(now, spdlog::source_loc{}, level,
                    spdlog::string_view_t(message.data(), message.size()));
    }

    std::unique_ptr<LogTarget> target_;
    LogStyle style_;
    LogLevels levels_;
    const Clock& clock_;
    spdlog::logger logger_;
    std::string text_;
    std::string error_;  ///< What spdlog said of the batch under way.
    std::atomic<bool> reopen_{false};
};

struct LogSettings {
    std::string target;
    std::filesystem::path path;  ///< For the target `file`.
    LogStyle style = LogStyle::text;
    LogLevels levels;
    spdlog::level::level_enum min_level = spdlog::level::info;
};

LogSettings read_options(const Options& options, std::vector<OptionComplaint>& complaints) {
    LogSettings settings;
    settings.target = options.text("target");
    const std::string path = options.has("path") ? options.text("path") : "";
    settings.path = std::filesystem::path(path).lexically_normal();
    if (settings.target != "file") {
        if (!path.empty()) {
            complaints.push_back({"path", "is for target = \"file\" alone"});
        }
    } else if (path.empty()) {
        complaints.push_back({"path", "is missing: target = \"file\" needs it"});
    } else if (auto complaint = complaint_of_path(settings.path)) {
        complaints.push_back({"path", *std::move(complaint)});
    }
    settings.style = options.text("style") == "json" ? LogStyle::json : LogStyle::text;
    settings.levels = LogLevels::parse("levels", options.list("levels"), complaints);
    // One of the choices, which are the names of levels.
    settings.min_level = parse_level(options.text("min_level")).value_or(spdlog::level::info);
    return settings;
}

std::vector<OptionComplaint> check(const Options& options) {
    std::vector<OptionComplaint> complaints;
    static_cast<void>(read_options(options, complaints));
    return complaints;
}

Result<std::unique_ptr<LogTarget>> make_target(const LogSettings& settings, const Clock& clock) {
    if (settings.target == "file") {
        return make_file_target({.path = settings.path}, clock);
    }
    return settings.target == "syslog" ? make_syslog_target() : make_stderr_target();
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    std::vector<OptionComplaint> complaints;
    LogSettings settings = read_options(context.options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    auto target = make_target(settings, context.clock);
    if (!target) {
        return target.error();
    }
    const bool for_syslog = settings.target == "syslog";
    return std::unique_ptr<sink::Sink>(
        std::make_unique<LogSink>(context.name, std::move(*target), settings.style, for_syslog,
                                  std::move(settings.levels), settings.min_level, context.clock));
}

}  // namespace

const sink::SinkKind& log_kind() {
    static const sink::SinkKind kind{
        .name = "log",
        .summary = "One structured line an event to standard error, a file or syslog.",
        .options = {{.name = "target",
                     .fallback = "\"stderr\"",
                     .help = "Where lines go.",
                     .choices = {"stderr", "file", "syslog"}},
                    {.name = "path",
                     .help = "Absolute path of the file, for target \"file\".",
                     .exclusive = true},
                    {.name = "style",
                     .fallback = "\"text\"",
                     .help = "text: key=value for reading; json: the event in the sink's format.",
                     .choices = {"text", "json"}},
                    {.name = "levels",
                     .type = OptionType::text_list,
                     .fallback = R"(["bounced=warn", "complained=warn", "failed=warn"])",
                     .help =
                         "Levels by type of event; a type that is not named is logged as info."},
                    {.name = "min_level",
                     .fallback = "\"info\"",
                     .help = "Events of a lower level are left out.",
                     .choices = {"debug", "info", "warn", "error"}}},
        .make = make,
        .check = check,
        .erase_by_hand =
            "a log's files belong to logrotate, journald or whoever collects them: erase it "
            "there, or let them expire"};
    return kind;
}

}  // namespace verohook::sinks
