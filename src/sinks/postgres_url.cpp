#include "sinks/postgres_url.hpp"

#include <memory>
#include <string_view>

#include <libpq-fe.h>

namespace verohook::sinks {

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// The database of a URL, as it is written there; empty for a connection string.
std::string_view path_of_url(std::string_view target) {
    for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
        if (target.starts_with(scheme)) {
            target.remove_prefix(scheme.size());
            const std::size_t end =
                target.find('?', target.substr(0, target.find('/')).rfind('@') + 1);
            const std::string_view before = target.substr(0, end);
            const std::size_t slash = before.find('/');
            return slash == before.npos ? "" : before.substr(slash);
        }
    }
    return {};
}

/// Whether every element of a list, with commas between, passes.
template <class Passes>
bool all_of_list(std::string_view list, Passes passes) {
    for (;;) {
        const std::size_t comma = list.find(',');
        if (!passes(list.substr(0, comma))) {
            return false;
        }
        if (comma == list.npos) {
            return true;
        }
        list.remove_prefix(comma + 1);
    }
}

/// A name of an abstract socket begins with an `@`, and a folder may hold one.
bool is_host(std::string_view host) {
    return host.starts_with('/') || host.find('@', 1) == host.npos;
}

bool is_port_number(std::string_view port) {
    return port.find_first_not_of("0123456789") == port.npos;
}

}  // namespace

bool is_postgres_target(const std::string& target) {
    const std::unique_ptr<PQconninfoOption, FreeOptions> options(
        PQconninfoParse(target.c_str(), nullptr));
    if (!options || path_of_url(target).find('@') != std::string_view::npos) {
        return false;
    }
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        const std::string_view name = option->keyword;
        const std::string_view value = option->val == nullptr ? "" : option->val;
        if ((name == "host" && !all_of_list(value, is_host)) ||
            (name == "port" && !all_of_list(value, is_port_number))) {
            return false;
        }
    }
    return true;
}

}  // namespace verohook::sinks
