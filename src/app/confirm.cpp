#include "app/confirm.hpp"

#include <cstdio>

#include <unistd.h>

namespace verohook::app {

bool confirmed(const std::string& question, const std::string& what) {
    if (::isatty(STDIN_FILENO) != 1) {
        std::fprintf(stderr, "verohook: %s: say so with --yes\n", question.c_str());
        return false;
    }
    std::fprintf(stderr, "%s? %s cannot be brought back. [y/N] ", question.c_str(), what.c_str());
    std::fflush(stderr);
    const int answer = std::getchar();
    return answer == 'y' || answer == 'Y';
}

}  // namespace verohook::app
