#include "event/event_time.hpp"

#include <charconv>
#include <cstdint>

namespace verohook::event {

namespace {

constexpr std::int64_t seconds_max = 253'402'300'799;

}  // namespace

bool is_time_member(std::string_view name, std::string_view type) {
    return !type.empty() && name.size() == type.size() + time_suffix.size() &&
           name.starts_with(type) && name.ends_with(time_suffix);
}

std::optional<Timestamp> parse_seconds(std::string_view digits) {
    // from_chars would take a minus sign.
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (code != std::errc{} || seconds < 1 || seconds > seconds_max) {
        return std::nullopt;
    }
    return Timestamp{std::chrono::seconds{seconds}};
}

}  // namespace verohook::event
