// For LD_PRELOAD: makes calls of the system fail while a test wants it. Where the folder of
// VEROHOOK_FAULTS has a file with the name of a call, that call fails with the error number that
// the file holds. Real disks and tables of descriptors cannot be broken and mended so exactly.

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

/// 0: it works.
int wanted_error(const char* call) {
    const char* const folder = std::getenv("VEROHOOK_FAULTS");
    if (folder == nullptr) {
        return 0;
    }
    std::FILE* const file = std::fopen((std::string(folder) + "/" + call).c_str(), "r");
    if (file == nullptr) {
        return 0;
    }
    int number = 0;
    if (std::fscanf(file, "%d", &number) != 1) {
        number = 0;
    }
    std::fclose(file);
    return number;
}

bool fails(const char* call) {
    const int before = errno;
    const int number = wanted_error(call);
    errno = number != 0 ? number : before;
    return number != 0;
}

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool writes_journal(const char* path, int flags) {
    return (flags & O_ACCMODE) != O_RDONLY && std::strstr(path, "/journal.db") != nullptr;
}

}  // namespace

extern "C" {

/// Of the journal's files, for writing.
int open64(const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (writes_journal(path, flags) && fails("open")) {
        return -1;
    }
    return next<int(const char*, int, ...)>("open64")(path, flags, mode);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
    if (fails("pwrite")) {
        return -1;
    }
    return next<decltype(pwrite64)>("pwrite64")(file, bytes, size, offset);
}

/// As Linux does: where the connection is what has failed, it is gone.
int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
    const auto real = next<decltype(accept4)>("accept4");
    if (!fails("accept")) {
        return real(listener, address, size, flags);
    }
    const int number = errno;
    if (number == ECONNABORTED || number == EPROTO) {
        const int gone = real(listener, address, size, flags);
        if (gone < 0) {
            return gone;
        }
        ::close(gone);
    }
    errno = number;
    return -1;
}
}
