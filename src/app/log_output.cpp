#include "app/log_output.hpp"

#include <verohook/event/codec.hpp>

#include <spdlog/async.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

namespace verohook::app {

namespace {

constexpr std::size_t queue_records_max = 4096;

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

spdlog::sink_ptr make_sink() {
    if (::isatty(STDERR_FILENO) == 1) {
        return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    }
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

}  // namespace

struct LogOutput::State {
    explicit State(const config::Log& settings)
        : json(settings.json),
          pool(std::make_shared<spdlog::details::thread_pool>(queue_records_max, 1)),
          logger(std::make_shared<spdlog::async_logger>(
              "verohook", make_sink(), pool, spdlog::async_overflow_policy::overrun_oldest)) {
        logger->set_level(to_spdlog(settings.level));
        logger->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","message":%v})"
                                 : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                            spdlog::pattern_time_type::utc);
        logger->flush_on(spdlog::level::trace);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    /// The thread ends before the logger that it writes with.
    ~State() { pool.reset(); }

    void write(log::Level level, std::string_view message) {
        const std::lock_guard lock(mutex);
        if (!pool) {
            return;
        }
        const std::size_t dropped = pool->overrun_counter();
        if (dropped > told) {
            put(log::Level::warn, std::to_string(dropped - told) +
                                      " log records were dropped: standard error was too slow");
            told = dropped;
        }
        put(level, message);
    }

    /// The pool's end is the end of its queue. It is waited for on another thread, as a terminal
    /// that is stuck must not hold up the end of the program.
    [[nodiscard]] bool finish(std::chrono::milliseconds timeout) {
        std::shared_ptr<spdlog::details::thread_pool> last;
        {
            const std::lock_guard lock(mutex);
            last.swap(pool);
        }
        std::promise<void> written;
        const auto ended = written.get_future();
        std::thread([last = std::move(last), written = std::move(written)]() mutable {
            last.reset();
            written.set_value();
        }).detach();
        return ended.wait_for(timeout) == std::future_status::ready;
    }

    void put(log::Level level, std::string_view message) {
        std::string text;
        if (json) {
            event::append_json_string(text, message);
            message = text;
        }
        // The string is an argument and never a format: it may hold braces.
        logger->log(to_spdlog(level), "{}", message);
    }

    bool json;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
    std::mutex mutex;  ///< Guards `pool` and `told`; putting into the queue never waits.
    std::size_t told = 0;
};

LogOutput::LogOutput(const config::Log& settings) : state_(std::make_unique<State>(settings)) {
    log::set_output([state = state_.get()](log::Level level, std::string_view message) {
        state->write(level, message);
    });
}

bool LogOutput::finish(std::chrono::milliseconds timeout) {
    return state_->finish(timeout);
}

LogOutput::~LogOutput() {
    log::set_output({});
}

}  // namespace verohook::app
