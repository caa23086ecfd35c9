#include "base/log.hpp"

#include "base/text.hpp"

#include <atomic>
#include <cstdio>
#include <utility>

namespace verohook::log {

namespace {

constexpr std::size_t message_bytes_max = 4096;

std::function<void(Record)>& output() {
    static std::function<void(Record)> function;
    return function;
}

std::atomic<Level>& least() {
    static std::atomic<Level> level{Level::info};
    return level;
}

std::string_view& request_id() {
    thread_local std::string_view id;
    return id;
}

}  // namespace

void write(Record record) {
    if (!is_enabled(record.level)) {
        return;
    }
    if (!request_id().empty()) {
        record.fields.insert(record.fields.begin(), {"request_id", std::string(request_id())});
    }
    if (output()) {
        output()(std::move(record));
    } else {
        std::fprintf(stderr, "%s\n", record.message.c_str());
    }
}

void write(Level level, std::string_view message) {
    if (is_enabled(level)) {
        write(Record{.level = level, .message = printable(message, message_bytes_max)});
    }
}

void warn_of(std::string_view kind, std::string_view message) {
    write(Record{
        .level = Level::warn, .message = printable(message, message_bytes_max), .kind = kind});
}

void set_level(Level level) noexcept {
    least().store(level, std::memory_order_relaxed);
}

bool is_enabled(Level level) noexcept {
    return level >= least().load(std::memory_order_relaxed);
}

void set_output(std::function<void(Record)> function) {
    output() = std::move(function);
}

RequestScope::RequestScope(std::string_view id) noexcept
    : outer_(std::exchange(request_id(), id)) {}

RequestScope::~RequestScope() {
    request_id() = outer_;
}

}  // namespace verohook::log
