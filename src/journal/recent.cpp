#include "journal/recent.hpp"

#include "journal/record_size.hpp"

namespace verohook::journal {

void Recent::add(const std::vector<RecordPtr>& records) {
    // What is dropped is destroyed after the lock was released: freeing memory takes time.
    std::vector<RecordPtr> dropped;
    const std::lock_guard lock(mutex_);
    for (const RecordPtr& record : records) {
        if (!records_.empty() && records_.back()->seq + 1 != record->seq) {
            dropped.insert(dropped.end(), records_.begin(), records_.end());
            records_.clear();
            bytes_ = 0;
        }
        records_.push_back(record);
        bytes_ += draft_bytes(*record);
    }
    while (bytes_ > bytes_max_ && !records_.empty()) {
        bytes_ -= draft_bytes(*records_.front());
        dropped.push_back(std::move(records_.front()));
        records_.pop_front();
    }
}

void Recent::set_limit(std::size_t bytes_max) {
    const std::lock_guard lock(mutex_);
    bytes_max_ = bytes_max;
}

void Recent::replace(const std::vector<RecordPtr>& records) {
    const std::lock_guard lock(mutex_);
    for (const RecordPtr& record : records) {
        if (records_.empty() || record->seq < records_.front()->seq ||
            record->seq > records_.back()->seq) {
            continue;
        }
        RecordPtr& place = records_[record->seq - records_.front()->seq];
        bytes_ = bytes_ - draft_bytes(*place) + draft_bytes(*record);
        place = record;
    }
}

std::optional<std::vector<RecordPtr>> Recent::read(Seq after, ReadLimit limit) const {
    const std::lock_guard lock(mutex_);
    if (records_.empty() || after + 1 < records_.front()->seq) {
        return std::nullopt;
    }
    std::vector<RecordPtr> found;
    std::size_t bytes = 0;
    for (std::size_t at = after + 1 - records_.front()->seq; at < records_.size(); ++at) {
        bytes += records_[at]->body.size();
        if (!found.empty() && (found.size() >= limit.records_max || bytes > limit.bytes_max)) {
            break;
        }
        found.push_back(records_[at]);
    }
    return found;
}

}  // namespace verohook::journal
