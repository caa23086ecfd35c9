#include "base/log.hpp"

#include "base/text.hpp"

#include <cstdio>
#include <utility>

namespace verohook::log {

namespace {

std::function<void(Level, std::string_view)>& output() {
    static std::function<void(Level, std::string_view)> function;
    return function;
}

}  // namespace

void write(Level level, std::string_view message) {
    const std::string line = printable(message, 4096);
    if (output()) {
        output()(level, line);
    } else if (level >= Level::info) {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

void set_output(std::function<void(Level, std::string_view)> function) {
    output() = std::move(function);
}

}  // namespace verohook::log
