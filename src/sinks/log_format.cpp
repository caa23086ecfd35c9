#include "sinks/log_format.hpp"

#include "sinks/log_levels.hpp"

#include <verohook/base/time.hpp>

#include <string>
#include <string_view>

#include <spdlog/details/log_msg.h>

namespace verohook::sinks {

namespace {

class LogFormatter final : public spdlog::formatter {
public:
    LogFormatter(LogStyle style, bool for_syslog) : style_(style), for_syslog_(for_syslog) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        std::string head;
        const auto time = std::chrono::floor<std::chrono::microseconds>(message.time);
        if (style_ == LogStyle::json) {
            head = R"({"time":")" + format_micros(time) + R"(","level":")";
            head += level_name(message.level);
            head += R"(","event":)";
        } else if (for_syslog_) {
            head = "vero ";
        } else {
            head = format_micros(time) + ' ';
            head += level_name(message.level);
            head += " vero ";
        }
        append(out, head);
        append(out, {message.payload.data(), message.payload.size()});
        append(out, style_ == LogStyle::json ? "}" : "");
        append(out, for_syslog_ ? "" : "\n");
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<LogFormatter>(style_, for_syslog_);
    }

private:
    static void append(spdlog::memory_buf_t& out, std::string_view text) {
        out.append(text.data(), text.data() + text.size());
    }

    LogStyle style_;
    bool for_syslog_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_log_formatter(LogStyle style, bool for_syslog) {
    return std::make_unique<LogFormatter>(style, for_syslog);
}

}  // namespace verohook::sinks
