#include "http/descriptors.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace verohook::http {

namespace {

/// A sink has a few files or connections, and the journal a few for each reader.
constexpr std::size_t reserved_max = 256;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return reserved_max;
    }
    rlimit raised = limit;
    raised.rlim_cur = raised.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) {
        limit = raised;
    }
    return limit.rlim_cur;
}

std::size_t descriptors_for_connections(std::size_t limit) {
    return limit - std::min(reserved_max, limit - limit / 4);
}

HttpLimits fit_connections(HttpLimits limits, std::size_t descriptors) {
    limits.refused_connections_max = std::min(limits.refused_connections_max, descriptors / 4);
    const std::size_t left = descriptors - limits.refused_connections_max;
    limits.connections_max = std::clamp<std::size_t>(left, 1, limits.connections_max);
    return limits;
}

}  // namespace verohook::http
