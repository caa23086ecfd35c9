#include "admin/inspector/lag_history.hpp"

#include "admin/json_support.hpp"

#include <algorithm>
#include <utility>

namespace verohook::admin {

void LagHistory::add(const journal::Journal& journal, const delivery::Delivery& delivery,
                     Timestamp now) {
    const journal::Health health = journal.health();
    const auto sinks = delivery.status();
    const std::lock_guard lock(mutex_);
    last_ = now;
    for (const delivery::SinkStatus& sink : sinks) {
        // A new one was not there before.
        lags_.try_emplace(sink.name, steps_, std::nullopt);
    }
    steps_ = std::min(steps_ + 1, steps_max);
    for (auto& [name, values] : lags_) {
        const auto sink =
            std::find_if(sinks.begin(), sinks.end(),
                         [&wanted = name](const auto& each) { return each.name == wanted; });
        values.push_back(sink == sinks.end() ? std::nullopt
                                             : std::optional(health.events_after(sink->position)));
        if (values.size() > steps_max) {
            values.pop_front();
        }
    }
    // One that has been gone for all of the time is forgotten.
    std::erase_if(lags_, [](const auto& sink) {
        return std::none_of(sink.second.begin(), sink.second.end(),
                            [](const auto& value) { return value.has_value(); });
    });
}

std::string LagHistory::to_json() const {
    const std::lock_guard lock(mutex_);
    Json sinks = Json::object();
    for (const auto& [name, values] : lags_) {
        Json list = Json::array();
        for (const auto& value : values) {
            list.push_back(value ? Json(*value) : Json());
        }
        sinks[name] = std::move(list);
    }
    const auto last = std::chrono::floor<std::chrono::seconds>(last_.time_since_epoch());
    const auto before = static_cast<std::int64_t>(steps_ == 0 ? 0 : steps_ - 1);
    return dump({{"step", step.count()},
                 {"from", (last - step * before).count()},
                 {"sinks", std::move(sinks)}});
}

}  // namespace verohook::admin
