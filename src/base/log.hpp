#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// The program's own log, as every module sees it. `app` connects it to spdlog.
namespace verohook::log {

enum class Level : std::uint8_t { debug, info, warn, error };

/// Which requests are told of one by one.
enum class AccessMode : std::uint8_t {
    off,
    sampled,  ///< One of so many, and each that was answered 5xx.
    full,
};

/// What a record says beside its sentence.
struct Field {
    std::string_view name;  ///< A constant.
    std::string value;
    bool is_number = false;
};

/// One line of the log. Texts are printable.
struct Record {
    Level level = Level::info;
    std::string message;
    std::vector<Field> fields = {};
    /// A constant: records of one kind are told apart by nothing, however their sentences differ.
    /// Empty: only those with the same sentence are.
    std::string_view kind = {};
    /// One of many, that may be left out before others are.
    bool is_access = false;
};

/// Writes one record; never blocks and never throws. `message` may hold text from outside: it is
/// made printable on the way. Before `set_output`: standard error. Below `set_level`: nothing.
void write(Level level, std::string_view message);
/// The same for a record whose texts are printable.
void write(Record record);
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
/// A warning that a sender could provoke at will, with sentences that differ. `kind`: a constant.
void warn_of(std::string_view kind, std::string_view message);

/// The least that is written; at the start `info`. Any thread, at any time.
void set_level(Level level) noexcept;
[[nodiscard]] bool is_enabled(Level level) noexcept;

/// Replaces where records go. Called before threads start, and after they have ended.
void set_output(std::function<void(Record)> output);

/// While it lives, this thread's records say which request they concern. Does not outlive the id;
/// never stands across a `co_await`. Costs two stores.
class RequestScope {
public:
    explicit RequestScope(std::string_view request_id) noexcept;
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

private:
    std::string_view outer_;
};

}  // namespace verohook::log
