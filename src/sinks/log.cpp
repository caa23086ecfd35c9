#include "sinks/log_format.hpp"
#include "sinks/log_levels.hpp"
#include "sinks/log_target.hpp"
#include "sinks/log_text.hpp"

#include <verohook/sink/sink.hpp>

#include <atomic>
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

Result<std::unique_ptr<LogTarget>> make_target(const Options& options, const Clock& clock) {
    const std::string& target = options.text("target");
    if (target == "file") {
        const std::filesystem::path path = options.has("path") ? options.text("path") : "";
        if (path.empty()) {
            return Error{ErrorCode::invalid_input, "target \"file\" needs a path"};
        }
        if (auto checked = check_file_path(path.lexically_normal()); !checked) {
            return checked.error();
        }
        return make_file_target({.path = path.lexically_normal()}, clock);
    }
    if (options.has("path") && !options.text("path").empty()) {
        return Error{ErrorCode::invalid_input, "path is for target \"file\" alone"};
    }
    return target == "syslog" ? make_syslog_target() : make_stderr_target();
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    const Options& options = context.options;
    auto levels = LogLevels::parse(options.list("levels"));
    if (!levels) {
        return levels.error();
    }
    const auto min_level = parse_level(options.text("min_level"));
    if (!min_level) {
        return min_level.error();
    }
    auto target = make_target(options, context.clock);
    if (!target) {
        return target.error();
    }
    const LogStyle style = options.text("style") == "json" ? LogStyle::json : LogStyle::text;
    const bool for_syslog = options.text("target") == "syslog";
    return std::unique_ptr<sink::Sink>(
        std::make_unique<LogSink>(context.name, std::move(*target), style, for_syslog,
                                  std::move(*levels), *min_level, context.clock));
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
                    {.name = "path", .help = "Absolute path of the file, for target \"file\"."},
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
        .make = make};
    return kind;
}

}  // namespace verohook::sinks
