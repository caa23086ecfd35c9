#include "app/systemd.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"

#include <systemd/sd-daemon.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace verohook::app {

namespace {

constexpr const char* names_variable = "LISTEN_FDNAMES";
/// Of sockets that this program has handed to itself; the second: and that systemd has, too.
constexpr std::string_view own_name = "verohook-restart";
constexpr std::string_view own_held_name = "verohook-restart-held";
constexpr long nanoseconds_in_microsecond = 1000;
constexpr long microseconds_in_second = 1'000'000;

/// Whether it arrives is systemd's affair: the program goes on either way.
void notify(const std::string& state) {
    const int ignored = sd_notify(0, state.c_str());
    static_cast<void>(ignored);
}

/// A status has one line.
std::string status_line(std::string_view words) {
    return "STATUS=" + std::string(words.substr(0, words.find('\n')));
}

}  // namespace

Result<void> take_handed_sockets(http::HandedSockets& sockets) {
    const char* const given = std::getenv(names_variable);  // NOLINT(concurrency-mt-unsafe)
    std::istringstream names(given == nullptr ? "" : given);
    // The variables go, so that no child takes them for its own.
    const int count = sd_listen_fds(1);
    for (int index = 0; index < count; ++index) {
        std::string name;
        std::getline(names, name, ':');
        if (name == own_name || name == own_held_name) {
            sockets.set_own();
        }
        const auto holder = name == own_name ? http::Holder::nobody : http::Holder::somebody;
        if (auto added = sockets.add(SD_LISTEN_FDS_START + index, holder); !added) {
            return added;
        }
    }
    return {};
}

Error begin_anew(const std::filesystem::path& program, const std::filesystem::path& configuration,
                 const std::vector<http::SharedSocket>& sockets) {
    const int count = static_cast<int>(sockets.size());
    std::vector<int> above;
    above.reserve(sockets.size());
    std::vector<std::string> names;
    for (const http::SharedSocket& socket : sockets) {
        // Out of the way of those numbers that they are to have; these may be in use themselves.
        above.push_back(::fcntl(socket.descriptor, F_DUPFD_CLOEXEC, SD_LISTEN_FDS_START + count));
        names.emplace_back(socket.holder == http::Holder::nobody ? own_name : own_held_name);
    }
    for (int index = 0; index < count; ++index) {
        if (::dup2(above[static_cast<std::size_t>(index)], SD_LISTEN_FDS_START + index) < 0) {
            return {ErrorCode::unavailable,
                    "a socket cannot be handed over: " + system_words(errno)};
        }
    }
    // Other threads have ended, or are stuck where nobody reads the environment.
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);       // NOLINT(concurrency-mt-unsafe)
    ::setenv(names_variable, join(names, ":").c_str(), 1);          // NOLINT(concurrency-mt-unsafe)
    std::vector<std::string> words{program.string(), "serve"};
    if (!configuration.empty()) {
        words.insert(words.end(), {"-c", configuration.string()});
    }
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    return {ErrorCode::unavailable,
            program.string() + " cannot be begun anew: " + system_words(errno)};
}

void notify_ready(std::string_view words) {
    notify("READY=1\n" + status_line(words));
}

void notify_reloading() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const auto micros =
        now.tv_sec * microseconds_in_second + now.tv_nsec / nanoseconds_in_microsecond;
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros) +
           "\nSTATUS=Reading the configuration anew");
}

void notify_stopping(std::string_view words) {
    notify("STOPPING=1\n" + status_line(words));
}

void Watchdog::start(admin::Pulse pulse) {
    begin([pulse = std::move(pulse)]() mutable { return pulse.look(); });
}

void Watchdog::start_until(std::chrono::steady_clock::time_point deadline) {
    begin([deadline] {
        return std::chrono::steady_clock::now() < deadline
                   ? std::vector<std::string>{}
                   : std::vector<std::string>{"what is to come to its end"};
    });
}

void Watchdog::begin(Look look) {
    stop();
    std::uint64_t micros = 0;
    if (sd_watchdog_enabled(0, &micros) <= 0 || micros == 0) {
        return;
    }
    // A part that is late once is not missed: three looks come before systemd gives up.
    const std::chrono::microseconds interval(micros / 4);
    thread_ = std::jthread([this, interval, look = std::move(look)](const std::stop_token& stop) {
        run(stop, look, interval);
    });
}

void Watchdog::stop() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Watchdog::run(const std::stop_token& stop, const Look& look,
                   std::chrono::microseconds interval) {
    set_up_thread("watchdog", Urgency::prompt);
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (const auto missing = look(); missing.empty()) {
            notify("WATCHDOG=1");
        } else {
            log::error("the watchdog is not told that all is well, since this does not go on: " +
                       join(missing));
        }
        changed_.wait_for(lock, stop, interval, [] { return false; });
    }
}

}  // namespace verohook::app
