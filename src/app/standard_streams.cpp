#include "app/standard_streams.hpp"

#include "app/exit_status.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace verohook::app {

bool hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) {
            continue;
        }
        // The lowest number that is free is this one, as those below are open by now.
        if (::open("/dev/null", O_RDONLY) != stream) {
            return false;
        }
    }
    return true;
}

int finish_output(int status) {
    if ((std::fflush(stdout) != 0 || std::ferror(stdout) != 0) && status == exit_success) {
        return fail(exit_failure,
                    {ErrorCode::unavailable, "not everything could be written to standard output"});
    }
    return status;
}

}  // namespace verohook::app
