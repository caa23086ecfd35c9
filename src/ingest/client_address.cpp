#include "ingest/client_address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace verohook::ingest {

namespace {

/// `1.2.3.4`, `1.2.3.4:567`, `::1`, `[::1]`, `[::1]:567`: some proxies add the port.
Result<IpAddress> parse_entry(std::string_view entry) {
    if (!entry.empty() && entry.front() == '[') {
        const std::size_t end = entry.find(']');
        return IpAddress::parse(entry.substr(1, end == std::string_view::npos ? end : end - 1));
    }
    if (std::count(entry.begin(), entry.end(), ':') == 1) {
        entry = entry.substr(0, entry.find(':'));
    }
    return IpAddress::parse(entry);
}

}  // namespace

IpAddress client_address(const http::RequestHead& head, const std::vector<Cidr>& trusted_proxies) {
    IpAddress client = head.peer.address;
    const auto is_trusted = [&](const IpAddress& address) {
        return address.is_none() || contains(trusted_proxies, address);
    };
    // A proxy that does not say whom it forwards has not looked at the headers either.
    if (head.peer.is_unnamed || !is_trusted(client) || !head.header("X-Forwarded-For")) {
        return client;
    }
    const std::string list = head.joined("X-Forwarded-For");
    std::string_view rest = list;
    while (is_trusted(client) && !rest.empty()) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view entry =
            trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
        const auto address = parse_entry(entry);
        if (!address) {
            // Beyond something that no proxy of ours wrote, nothing can be believed.
            break;
        }
        client = *address;
    }
    return client;
}

}  // namespace verohook::ingest
