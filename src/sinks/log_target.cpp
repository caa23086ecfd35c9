#include "sinks/log_target.hpp"

#include "sinks/stream_writer.hpp"

#include <utility>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/syslog_sink.h>

#include <unistd.h>

namespace verohook::sinks {

namespace {

/// Puts a batch's records together, so that they are written at once and checked.
class LineCollector final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    Lines lines;

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t formatted;
        formatter_->format(message, formatted);
        lines.append({formatted.data(), formatted.size()});
    }
    void flush_() override {}
};

class StderrTarget final : public LogTarget {
public:
    spdlog::sink_ptr input() override { return collector_; }
    Result<void> begin() override {
        collector_->lines.clear();
        return {};
    }
    void end_of_event(std::uint64_t seq) override { collector_->lines.end(seq); }
    sink::Outcome write() override { return writer_.write(collector_->lines); }

private:
    std::shared_ptr<LineCollector> collector_ = std::make_shared<LineCollector>();
    StreamWriter writer_{STDERR_FILENO, "standard error"};
};

class FileTarget final : public LogTarget {
public:
    FileTarget(LineFileSettings settings, const Clock& clock) : file_(std::move(settings), clock) {}

    spdlog::sink_ptr input() override { return collector_; }
    Result<void> begin() override {
        collector_->lines.clear();
        return file_.open();
    }
    void end_of_event(std::uint64_t seq) override { collector_->lines.end(seq); }
    sink::Outcome write() override {
        if (auto appended = file_.append(collector_->lines.bytes()); !appended) {
            return sink::Outcome::retry(0, appended.error().message);
        }
        return sink::Outcome::all(collector_->lines.size());
    }
    void reopen() override { file_.close(); }

private:
    std::shared_ptr<LineCollector> collector_ = std::make_shared<LineCollector>();
    LineFile file_;
};

class SyslogTarget final : public LogTarget {
public:
    spdlog::sink_ptr input() override { return syslog_; }
    Result<void> begin() override {
        count_ = 0;
        // The one failure that can be seen from here; records would go nowhere.
        if (::access(socket_path, W_OK) != 0) {
            return system_error("cannot reach the system's log at", socket_path);
        }
        return {};
    }
    void end_of_event(std::uint64_t /*seq*/) override { ++count_; }
    sink::Outcome write() override { return sink::Outcome::all(count_); }

private:
    static constexpr const char* socket_path = "/dev/log";
    std::size_t count_ = 0;
    spdlog::sink_ptr syslog_ =
        std::make_shared<spdlog::sinks::syslog_sink_st>("verohook", LOG_PID, LOG_DAEMON, true);
};

}  // namespace

std::unique_ptr<LogTarget> make_stderr_target() {
    return std::make_unique<StderrTarget>();
}

Result<std::unique_ptr<LogTarget>> make_file_target(LineFileSettings settings, const Clock& clock) {
    auto target = std::make_unique<FileTarget>(std::move(settings), clock);
    if (auto opened = target->begin(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<LogTarget>(std::move(target));
}

std::unique_ptr<LogTarget> make_syslog_target() {
    return std::make_unique<SyslogTarget>();
}

}  // namespace verohook::sinks
