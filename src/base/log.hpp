#pragma once

#include <functional>
#include <string>
#include <string_view>

/// The program's own log, as every module sees it. `app` connects it to spdlog.
namespace verohook::log {

enum class Level { debug, info, warn, error };

/// Writes one record; never blocks for long and never throws. `message` may hold text from outside:
/// it is made printable on the way. Before `set_output`: standard error, from `info` up.
void write(Level level, std::string_view message);
inline void debug(std::string_view message) {
    write(Level::debug, message);
}
inline void info(std::string_view message) {
    write(Level::info, message);
}
inline void warn(std::string_view message) {
    write(Level::warn, message);
}
inline void error(std::string_view message) {
    write(Level::error, message);
}

/// Replaces where records go. Called before threads start, and after they have ended.
void set_output(std::function<void(Level, std::string_view)> output);

}  // namespace verohook::log
