#include "base/log_repetition.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace verohook::log {

namespace {

/// The level keeps kinds apart that have the same sentence; what is named differs from sentences.
std::string key_of(const Record& record) {
    std::string key(1, static_cast<char>('0' + static_cast<int>(record.level)));
    key += record.kind.empty() ? 's' : 'k';
    return key.append(record.kind.empty() ? std::string_view(record.message) : record.kind);
}

}  // namespace

bool Repetition::admit(const Record& record, Time now, std::vector<Record>& told) {
    if (record.is_access || record.level == Level::info) {
        return true;
    }
    std::string key = key_of(record);
    const auto found = kinds_.find(key);
    if (found == kinds_.end()) {
        if (kinds_.size() == kinds_max) {
            forget_oldest(told);
        }
        kinds_.emplace(std::move(key), Kind{now, 0, {}});
        return true;
    }
    Kind& kind = found->second;
    if (now - kind.begun >= window) {
        tell(kind, told);
        kind = {now, 0, {}};
        return true;
    }
    ++kind.count;
    kind.last = record;
    return false;
}

std::vector<Record> Repetition::due(Time now) {
    std::vector<Record> told;
    for (auto each = kinds_.begin(); each != kinds_.end();) {
        const bool is_over = now - each->second.begun >= window;
        if (is_over) {
            tell(each->second, told);
        }
        each = is_over ? kinds_.erase(each) : std::next(each);
    }
    return told;
}

std::optional<Repetition::Time> Repetition::next_due() const {
    std::optional<Time> next;
    for (const auto& [key, kind] : kinds_) {
        if (kind.count > 0 && (!next || kind.begun + window < *next)) {
            next = kind.begun + window;
        }
    }
    return next;
}

void Repetition::tell(Kind& kind, std::vector<Record>& told) {
    if (kind.count == 0) {
        return;
    }
    kind.last.message +=
        " … " + with_thousands(kind.count) + (kind.count == 1 ? " time more" : " times more");
    told.push_back(std::move(kind.last));
}

void Repetition::forget_oldest(std::vector<Record>& told) {
    const auto oldest = std::min_element(
        kinds_.begin(), kinds_.end(),
        [](const auto& left, const auto& right) { return left.second.begun < right.second.begun; });
    tell(oldest->second, told);
    kinds_.erase(oldest);
}

}  // namespace verohook::log
