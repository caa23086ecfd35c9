#include "app/log_output.hpp"

#include "app/log_line.hpp"
#include "app/log_queue.hpp"
#include "app/log_stream.hpp"
#include "base/log.hpp"
#include "base/mask.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"

#include <spdlog/spdlog.h>

#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace verohook::app {

namespace {

constexpr std::chrono::milliseconds last_wait{1000};

spdlog::level::level_enum to_spdlog(log::Level level) {
    switch (level) {
        case log::Level::debug:
            return spdlog::level::debug;
        case log::Level::info:
            return spdlog::level::info;
        case log::Level::warn:
            return spdlog::level::warn;
        case log::Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// As in sd-daemon(3).
std::string_view journal_priority(log::Level level) {
    switch (level) {
        case log::Level::error:
            return "<3>";
        case log::Level::warn:
            return "<4>";
        case log::Level::debug:
            return "<7>";
        case log::Level::info:
            break;
    }
    return "<6>";
}

constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v";
/// The journal has a time and, by the prefix, a priority of each line.
constexpr const char* journal_pattern = "%v";

}  // namespace

/// The thread that writes, and what it writes with.
class LogOutput::Writer {
public:
    Writer(const config::Log& settings, const std::vector<std::string>& secrets)
        : stream_(std::make_shared<LogStream>(settings.path)),
          style_(settings.json           ? Style::json
                 : stream_->is_journal() ? Style::journal
                                         : Style::text),
          logger_("verohook", stream_),
          queue_(counts_),
          secrets_(forms_of(secrets)) {
        logger_.set_level(spdlog::level::trace);
        logger_.set_pattern(pattern_of(style_), spdlog::pattern_time_type::utc);
    }

    [[nodiscard]] Result<void> open() { return stream_->reopen(); }
    [[nodiscard]] LogQueue& queue() { return queue_; }
    [[nodiscard]] const log::Counts& counts() const { return counts_; }

    void set_secrets(const std::vector<std::string>& secrets) {
        auto replaced = forms_of(secrets);
        const std::lock_guard lock(mutex_);
        secrets_.swap(replaced);
    }

    /// The body of the thread.
    void run() {
        set_up_thread("log", Urgency::background);
        for (;;) {
            LogQueue::Batch batch = queue_.take();
            if (batch.reopen) {
                reopen();
            }
            // What was lost before this batch is told before it.
            tell_failures();
            for (TimedRecord& each : batch.records) {
                write(each);
            }
            if (batch.dropped > 0) {
                write_now(log::Level::warn, count(batch.dropped) +
                                                " dropped here: they came faster than they could "
                                                "be written");
            }
            if (batch.is_last) {
                tell_failures();
                ended_.set_value();
                return;
            }
        }
    }
    [[nodiscard]] std::future<void> ended() { return ended_.get_future(); }

private:
    enum class Style { text, json, journal };
    using Forms = std::shared_ptr<const std::vector<std::string>>;

    static Forms forms_of(const std::vector<std::string>& secrets) {
        return std::make_shared<const std::vector<std::string>>(forms_of_secrets(secrets));
    }

    static const char* pattern_of(Style style) {
        return style == Style::json      ? json_pattern
               : style == Style::journal ? journal_pattern
                                         : text_pattern;
    }
    static std::string count(std::uint64_t records) {
        return with_thousands(records) + (records == 1 ? " log record was" : " log records were");
    }

    void reopen() {
        if (const auto opened = stream_->reopen(); !opened) {
            write_now(log::Level::error, opened.error().message + "; the log goes on as it was");
        }
    }

    void write_now(log::Level level, std::string message) {
        TimedRecord record{std::chrono::system_clock::now(),
                           {.level = level, .message = std::move(message)}};
        write(record);
    }

    void write(TimedRecord& timed) {
        Forms secrets;
        {
            const std::lock_guard lock(mutex_);
            secrets = secrets_;
        }
        log::Record& record = timed.record;
        mask_record(record, *secrets);
        std::string text = style_ == Style::json ? log_members(record) : log_text(record);
        if (style_ == Style::journal) {
            text.insert(0, journal_priority(record.level));
        }
        logger_.log(timed.at, {}, to_spdlog(record.level), spdlog::string_view_t(text));
        if (stream_->error() != 0) {
            ++failed_;
            failure_ = stream_->error();
            counts_.dropped.fetch_add(1, std::memory_order_relaxed);
        }
    }

    void tell_failures() {
        if (failed_ == 0) {
            return;
        }
        const std::uint64_t told = std::exchange(failed_, 0);
        write_now(log::Level::warn, count(told) + " dropped before: " + system_words(failure_));
        // If that could not be written either, it is one more.
        failed_ = failed_ == 0 ? 0 : told + 1;
    }

    const std::shared_ptr<LogStream> stream_;
    const Style style_;
    spdlog::logger logger_;
    log::Counts counts_;
    LogQueue queue_;
    std::uint64_t failed_ = 0;  ///< Not told yet.
    int failure_ = 0;           ///< Why the last of them could not be written.
    std::promise<void> ended_;
    std::mutex mutex_;  ///< Guards what follows.
    Forms secrets_;
};

Result<std::unique_ptr<LogOutput>> LogOutput::open(const config::Log& settings,
                                                   const std::vector<std::string>& secrets) {
    auto writer = std::make_shared<Writer>(settings, secrets);
    if (auto opened = writer->open(); !opened) {
        return opened.error();
    }
    log::set_level(settings.level);
    return std::unique_ptr<LogOutput>(new LogOutput(std::move(writer)));
}

LogOutput::LogOutput(std::shared_ptr<Writer> writer)
    : writer_(std::move(writer)),
      ended_(writer_->ended()),
      thread_([writer = writer_] { writer->run(); }) {
    log::set_output(
        [queue = &writer_->queue()](log::Record record) { queue->put(std::move(record)); });
}

void LogOutput::reopen() {
    writer_->queue().request_reopen();
}

void LogOutput::set_secrets(const std::vector<std::string>& secrets) {
    writer_->set_secrets(secrets);
}

const log::Counts& LogOutput::counts() const {
    return writer_->counts();
}

bool LogOutput::finish(std::chrono::milliseconds timeout) {
    writer_->queue().close();
    const bool written = ended_.wait_for(timeout) == std::future_status::ready;
    if (thread_.joinable()) {
        written ? thread_.join() : thread_.detach();
    }
    return written;
}

LogOutput::~LogOutput() {
    if (thread_.joinable()) {
        const bool ignored = finish(last_wait);  // Whoever does not read by then misses the end.
        static_cast<void>(ignored);
    }
    log::set_output({});
}

}  // namespace verohook::app
