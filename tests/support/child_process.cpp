#include "support/child_process.hpp"

#include <verohook/base/result.hpp>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace verohook::test {

namespace {

[[noreturn]] void become(char* const* arguments, int input, int output) {
    constexpr int cannot_start = 127;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execvp(arguments[0], arguments);
    ::_exit(cannot_start);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    VEROHOOK_CHECK(::pipe2(input.data(), O_CLOEXEC) == 0);
    VEROHOOK_CHECK(::pipe2(output.data(), O_CLOEXEC) == 0);
    pid_ = ::fork();
    VEROHOOK_CHECK(pid_ >= 0);
    if (pid_ == 0) {
        become(arguments.data(), input[0], output[1]);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    output_ = output[0];
}

ChildProcess::~ChildProcess() {
    kill();
    ::close(input_);
    ::close(output_);
}

void ChildProcess::write(std::string_view text) const {
    VEROHOOK_CHECK(::write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string ChildProcess::read_until(std::string_view text) {
    while (true) {
        for (std::size_t end = unread_.find('\n'); end != std::string::npos;
             end = unread_.find('\n')) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            if (line.find(text) != std::string::npos) {
                return line;
            }
        }
        std::array<char, 4096> block{};
        const ssize_t count = ::read(output_, block.data(), block.size());
        if (count <= 0) {
            return {};
        }
        unread_.append(block.data(), static_cast<std::size_t>(count));
        said_.append(block.data(), static_cast<std::size_t>(count));
    }
}

void ChildProcess::signal(int number) const {
    VEROHOOK_CHECK(pid_ > 0 && ::kill(pid_, number) == 0);
    if (number == SIGSTOP) {
        // Its threads run on for a moment after the call.
        ::waitpid(pid_, nullptr, WUNTRACED);
    }
}

void ChildProcess::kill() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
}

}  // namespace verohook::test
