#include "app/log_stream.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace verohook::app {

namespace {

constexpr mode_t file_mode = 0640;

/// systemd says with the device and the inode which stream is its journal's; a standard error that
/// was redirected since is another one.
bool is_journal_stream(int descriptor) {
    const char* const text = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)
    struct stat status {};
    if (text == nullptr || ::fstat(descriptor, &status) != 0) {
        return false;
    }
    return std::string_view(text) ==
           std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

std::string_view colour_of(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::err:
            return "\x1b[1;31m";
        case spdlog::level::warn:
            return "\x1b[1;33m";
        case spdlog::level::debug:
            return "\x1b[36m";
        default:
            return "\x1b[32m";
    }
}

constexpr std::string_view log_colour_end = "\x1b[m";

}  // namespace

LogStream::LogStream(std::filesystem::path path)
    : path_(std::move(path)),
      is_journal_(path_.empty() && is_journal_stream(STDERR_FILENO)),
      is_terminal_(path_.empty() && ::isatty(STDERR_FILENO) == 1) {}

Result<void> LogStream::reopen() {
    if (path_.empty()) {
        return {};
    }
    Descriptor opened{
        ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, file_mode)};
    if (!opened.is_open()) {
        return system_error("cannot open log.path", path_);
    }
    file_ = std::move(opened);
    is_torn_ = false;
    return {};
}

void LogStream::sink_it_(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    const std::string_view text(formatted.data(), formatted.size());
    line_.assign(is_torn_ ? "\n" : "");
    if (is_terminal_) {
        const std::size_t begin = message.color_range_start;
        const std::size_t end = message.color_range_end;
        line_.append(text.substr(0, begin)).append(colour_of(message.level));
        line_.append(text.substr(begin, end - begin))
            .append(log_colour_end)
            .append(text.substr(end));
    } else {
        line_.append(text);
    }
    const Written written = write_fully(path_.empty() ? STDERR_FILENO : file_.get(), line_);
    error_ = written.error;
    if (written.bytes > 0) {
        is_torn_ = line_[written.bytes - 1] != '\n';
    }
}

}  // namespace verohook::app
