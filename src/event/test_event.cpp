#include "event/test_event.hpp"

namespace verohook::event {

namespace {

constexpr std::string_view before_probe = R"({"type":"verohook_test","verohook":{"probe":")";
constexpr std::string_view after_probe = R"("}})";
constexpr std::size_t probe_bytes = 32;
constexpr std::size_t body_bytes = before_probe.size() + probe_bytes + after_probe.size();

}  // namespace

std::string test_event_body(std::string_view probe) {
    return std::string(before_probe).append(probe).append(after_probe);
}

std::optional<std::string_view> probe_of_test_event(std::string_view body) {
    // Every event comes through here; nearly all of them have another length.
    if (body.size() != body_bytes || !body.starts_with(before_probe) ||
        !body.ends_with(after_probe)) {
        return std::nullopt;
    }
    const std::string_view probe = body.substr(before_probe.size(), probe_bytes);
    if (probe.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        return std::nullopt;
    }
    return probe;
}

}  // namespace verohook::event
