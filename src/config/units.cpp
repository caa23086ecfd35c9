#include "config/units.hpp"

#include <array>
#include <charconv>
#include <span>

namespace verohook::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor = 1;
};

/// From the smallest to the largest; each is a multiple of the one before.
constexpr std::array<Unit, 5> duration_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> size_units{
    {{"B", 1}, {"KiB", 1LL << 10U}, {"MiB", 1LL << 20U}, {"GiB", 1LL << 30U}}};

std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    std::int64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc{} || number < 0 || text.front() == '-') {
        return std::nullopt;
    }
    const std::string_view name(end, static_cast<std::size_t>(last - end));
    for (const Unit& unit : units) {
        if (unit.name == name) {
            if (number > INT64_MAX / unit.factor) {
                return std::nullopt;
            }
            return number * unit.factor;
        }
    }
    return std::nullopt;
}

/// `zero` is the unit of 0, which every unit divides.
std::string format_with_unit(std::int64_t number, std::span<const Unit> units,
                             std::string_view zero) {
    if (number == 0) {
        return "0" + std::string(zero);
    }
    std::size_t best = 0;
    for (std::size_t index = 0; index < units.size(); ++index) {
        if (number % units[index].factor == 0) {
            best = index;
        }
    }
    return std::to_string(number / units[best].factor) + std::string(units[best].name);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto milliseconds = parse_with_unit(text, duration_units);
    if (!milliseconds) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(*milliseconds);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
    return parse_with_unit(text, size_units);
}

std::string format_duration(std::chrono::milliseconds duration) {
    return format_with_unit(duration.count(), duration_units, "s");
}

std::string format_size(std::int64_t bytes) {
    return format_with_unit(bytes, size_units, "B");
}

}  // namespace verohook::config
