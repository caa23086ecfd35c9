#include "doctor/listener.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace verohook::doctor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view tcp_listening = "0A";
constexpr std::string_view unix_listening = "00010000";  ///< __SO_ACCEPTCON of the kernel.

/// `0100007F:1F90`, numbers of 32 bits in the machine's own order, then the port.
struct Endpoint {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t size = 0;
    unsigned port = 0;
};

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon != 8 && colon != 32) {
        return std::nullopt;
    }
    Endpoint found;
    for (std::size_t at = 0; at < colon; at += 8) {
        std::uint32_t word = 0;
        std::from_chars(text.data() + at, text.data() + at + 8, word, 16);
        std::memcpy(found.bytes.data() + found.size, &word, sizeof word);
        found.size += sizeof word;
    }
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), found.port, 16);
    return found;
}

IpAddress address_of(const Endpoint& endpoint) {
    if (endpoint.size == 4) {
        return IpAddress::from_v4(
            {endpoint.bytes[0], endpoint.bytes[1], endpoint.bytes[2], endpoint.bytes[3]});
    }
    return IpAddress::from_v6(endpoint.bytes);
}

bool is_any(const IpAddress& address) {
    const std::string text = address.to_string();
    return text == "0.0.0.0" || text == "::";
}

using Inodes = std::set<std::string>;

void add_tcp(const char* table, const ListenAddress& wanted, Inodes& found) {
    std::ifstream rows(table);
    for (std::string line; std::getline(rows, line);) {
        std::istringstream words(line);
        std::string number;
        std::string local;
        std::string remote;
        std::string state;
        std::string skipped;
        std::string inode;
        words >> number >> local >> remote >> state;
        for (int column = 0; column < 5; ++column) {
            words >> skipped;
        }
        words >> inode;
        const auto endpoint = parse_endpoint(local);
        if (!endpoint || state != tcp_listening || endpoint->port != wanted.port) {
            continue;
        }
        const IpAddress address = address_of(*endpoint);
        if (address == wanted.address || is_any(address) || is_any(wanted.address)) {
            found.insert(inode);
        }
    }
}

void add_unix(const ListenAddress& wanted, Inodes& found) {
    std::ifstream rows("/proc/net/unix");
    for (std::string line; std::getline(rows, line);) {
        std::istringstream words(line);
        std::string number;
        std::string references;
        std::string protocol;
        std::string flags;
        std::string type;
        std::string state;
        std::string inode;
        std::string path;
        words >> number >> references >> protocol >> flags >> type >> state >> inode;
        std::getline(words >> std::ws, path);
        if (flags == unix_listening && path == wanted.path) {
            found.insert(inode);
        }
    }
}

Inodes listening_inodes(const ListenAddress& wanted) {
    Inodes found;
    if (wanted.is_unix()) {
        add_unix(wanted, found);
    } else {
        add_tcp("/proc/net/tcp", wanted, found);
        add_tcp("/proc/net/tcp6", wanted, found);
    }
    return found;
}

/// Nothing: this user may not look.
std::optional<bool> has_any(const fs::path& process, const Inodes& inodes) {
    std::error_code error;
    for (fs::directory_iterator each(process / "fd", error), end; !error && each != end;
         each.increment(error)) {
        std::error_code gone;  // A descriptor may be closed meanwhile.
        std::string target = fs::read_symlink(each->path(), gone).string();
        if (target.starts_with("socket:[") &&
            inodes.contains(target.substr(8, target.size() - 9))) {
            return true;
        }
    }
    return error ? std::nullopt : std::optional(false);
}

std::string name_of(const fs::path& process) {
    std::ifstream file(process / "comm");
    std::string name;
    std::getline(file, name);
    return name + " (process " + process.filename().string() + ")";
}

std::string owner_of(const Inodes& inodes) {
    std::error_code error;
    for (fs::directory_iterator each("/proc", error), end; !error && each != end;
         each.increment(error)) {
        const std::string name = each->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos &&
            has_any(each->path(), inodes).value_or(false)) {
            return name_of(each->path());
        }
    }
    return "";
}

}  // namespace

FoundListener find_listener(const ListenAddress& address, std::optional<pid_t> daemon) {
    const Inodes inodes = listening_inodes(address);
    if (inodes.empty()) {
        return {Listener::nobody};
    }
    if (daemon) {
        const fs::path process = "/proc/" + std::to_string(*daemon);
        const auto holds = has_any(process, inodes);
        if (!holds) {
            return {Listener::unknown};
        }
        if (*holds) {
            return {Listener::daemon, name_of(process)};
        }
    }
    const std::string owner = owner_of(inodes);
    return {Listener::other, owner, owner.ends_with("(process 1)")};
}

}  // namespace verohook::doctor
