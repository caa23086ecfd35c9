#include "admin/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/resource.h>
#include <unistd.h>

namespace verohook::admin {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessUsage measure_process() {
    ProcessUsage usage;
    rusage resources{};
    if (::getrusage(RUSAGE_SELF, &resources) == 0) {
        usage.cpu_seconds = seconds(resources.ru_utime) + seconds(resources.ru_stime);
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        usage.open_files_max = limit.rlim_cur;
    }
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (!error) {
        // Without the one that is open to count them.
        usage.open_files = static_cast<std::uint64_t>(std::distance(begin(files), end(files))) - 1;
    }
    const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t pages = 0;
    std::uint64_t resident_pages = 0;
    if (std::ifstream("/proc/self/statm") >> pages >> resident_pages) {
        usage.virtual_bytes = pages * page_bytes;
        usage.resident_bytes = resident_pages * page_bytes;
    }
    return usage;
}

}  // namespace verohook::admin
