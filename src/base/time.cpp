#include <verohook/base/time.hpp>

#include <array>

namespace verohook {

namespace {

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

/// Writes `value` with leading zeros, `digits` wide.
void append_padded(std::string& out, unsigned value, unsigned digits) {
    std::array<char, 10> text{};
    for (unsigned index = digits; index > 0; --index) {
        text[index - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(text.data(), digits);
}

void append_to_second(std::string& out, Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_padded(out, static_cast<unsigned>(time.hours().count()), 2);
    out += ':';
    append_padded(out, static_cast<unsigned>(time.minutes().count()), 2);
    out += ':';
    append_padded(out, static_cast<unsigned>(time.seconds().count()), 2);
}

/// Takes exactly `digits` digits from the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char character : text.substr(0, digits)) {
        if (character < '0' || character > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<unsigned>(character - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) {
        return std::nullopt;
    }
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) {
        return std::nullopt;
    }
    const auto day = take_number(text, 2);
    if (!day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date};
}

std::optional<std::chrono::microseconds> take_time(std::string_view& text) {
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ":")) {
        return std::nullopt;
    }
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59 || !take(text, ":")) {
        return std::nullopt;
    }
    const auto seconds = take_number(text, 2);
    if (!seconds || *seconds > 60) {
        return std::nullopt;
    }
    std::chrono::microseconds time = std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
                                     std::chrono::seconds{*seconds};
    if (take(text, ".")) {
        std::int64_t unit = 100'000;
        bool any = false;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; any = true) {
            time += std::chrono::microseconds{unit * (text.front() - '0')};
            unit /= 10;
            text.remove_prefix(1);
        }
        if (!any) {
            return std::nullopt;
        }
    }
    return time;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz")) {
        return std::chrono::minutes{0};
    }
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) {
        return std::nullopt;
    }
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ":")) {
        return std::nullopt;
    }
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) {
        return std::nullopt;
    }
    const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return west ? -offset : offset;
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

void append_seconds(std::string& out, Timestamp at) {
    append_to_second(out, at);
    out += 'Z';
}

void append_micros(std::string& out, Timestamp at) {
    append_to_second(out, at);
    const auto fraction = at - std::chrono::floor<std::chrono::seconds>(at);
    out += '.';
    append_padded(out, static_cast<unsigned>(fraction.count()), 6);
    out += 'Z';
}

std::string format_seconds(Timestamp at) {
    std::string out;
    append_seconds(out, at);
    return out;
}

std::string format_micros(Timestamp at) {
    std::string out;
    append_micros(out, at);
    return out;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    const auto day = take_date(text);
    if (!day) {
        return std::nullopt;
    }
    if (text.empty()) {
        return Timestamp{*day};
    }
    if (!take(text, "Tt ")) {
        return std::nullopt;
    }
    const auto time = take_time(text);
    if (!time) {
        return std::nullopt;
    }
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) {
        return std::nullopt;
    }
    return Timestamp{*day} + *time - *offset;
}

}  // namespace verohook
