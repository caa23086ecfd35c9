#include "admin/inspector/rates.hpp"

#include "admin/json_support.hpp"

#include <algorithm>

namespace verohook::admin {

namespace {

constexpr std::chrono::milliseconds look_time{300};

}  // namespace

Result<std::string> Rates::look(journal::Journal& journal, Timestamp now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    const auto first = seconds - seconds % step_ - step_ * static_cast<int>(steps_ - 1);
    if (rows_.empty() || first < first_ || first >= first_ + step_ * static_cast<int>(steps_)) {
        rows_.clear();
        first_ = first;
        const auto before = journal.last_before(Timestamp(first));
        if (!before) {
            return before.error();
        }
        position_ = *before;
    }
    for (; first_ < first; first_ += step_) {
        rows_.pop_front();
    }
    rows_.resize(steps_);
    const auto deadline = std::chrono::steady_clock::now() + look_time;
    for (;;) {
        const auto records = journal.read(position_, {.records_max = 2000});
        if (!records) {
            return records.error();
        }
        if (records->empty()) {
            return to_json(true);
        }
        for (const journal::RecordPtr& record : *records) {
            count(*record);
        }
        position_ = records->back()->seq;
        if (std::chrono::steady_clock::now() >= deadline) {
            return to_json(position_ >= journal.newest());
        }
    }
}

void Rates::count(const journal::Record& record) {
    const auto since =
        std::chrono::floor<std::chrono::seconds>(record.received_at.time_since_epoch()) - first_;
    const auto row = since / step_;
    if (since.count() < 0 || row >= static_cast<std::int64_t>(steps_) ||
        record.kind == journal::Kind::test || record.kind == journal::Kind::damaged) {
        return;
    }
    std::size_t column = columns - 1;
    if (record.kind != journal::Kind::malformed) {
        const auto& types = event::known_types();
        // What is none of Vero's is at the end, and that is the column of what is unrecognized.
        column = static_cast<std::size_t>(std::find(types.begin(), types.end(), record.type) -
                                          types.begin());
    }
    ++rows_[static_cast<std::size_t>(row)][column];
}

std::string Rates::to_json(bool complete) const {
    Json types = Json::object();
    for (std::size_t column = 0; column < columns; ++column) {
        Json values = Json::array();
        for (const Row& row : rows_) {
            values.push_back(row[column]);
        }
        const auto& known = event::known_types();
        const std::string name = column < known.size()    ? std::string(known[column])
                                 : column == known.size() ? "unrecognized"
                                                          : "malformed";
        types[name] = std::move(values);
    }
    return dump({{"step", step_.count()},
                 {"from", first_.count()},
                 {"complete", complete},
                 {"types", std::move(types)}});
}

}  // namespace verohook::admin
