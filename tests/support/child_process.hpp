#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace verohook::test {

/// A program that a test runs beside itself. Its standard output and standard error can be read,
/// its standard input can be written to; it ends with the test, whatever becomes of that.
class ChildProcess {
public:
    /// Aborts the test program where it cannot be started.
    explicit ChildProcess(const std::vector<std::string>& command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void write(std::string_view text) const;
    /// The next line that holds `text`; empty if the program ends before. What it has said stays in
    /// `said`.
    [[nodiscard]] std::string read_until(std::string_view text);
    [[nodiscard]] const std::string& said() const { return said_; }
    /// After SIGSTOP it has stopped.
    void signal(int number) const;
    /// Kills it, and waits for its end.
    void kill();

private:
    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string unread_;
    std::string said_;
};

}  // namespace verohook::test
