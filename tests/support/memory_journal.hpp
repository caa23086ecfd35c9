#pragma once

#include "journal/journal.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace verohook::test {

/// A journal in memory that speaks the domain of delivery's tests: add, wait for a position, crash.
/// Positions are durable when they are committed, unless `hold_positions` was called.
class MemoryJournal final : public journal::Journal {
public:
    using Seq = journal::Seq;

    /// Stores a body as ingestion would have; returns its seq.
    Seq add(std::string body, std::string type = "sent",
            journal::Kind kind = journal::Kind::recognized,
            std::optional<Seq> duplicate_of = std::nullopt, Timestamp received_at = {}) {
        journal::Record record;
        record.kind = kind;
        record.type = std::move(type);
        record.body = std::move(body);
        record.duplicate_of = duplicate_of;
        record.received_at = received_at;
        const std::lock_guard lock(mutex_);
        record.seq = records_.size() + 1;
        record.id = {0, record.seq};
        records_.push_back(std::make_shared<const journal::Record>(std::move(record)));
        changed_.notify_all();
        return records_.size();
    }

    /// From now on committed positions stay in memory, as before the commit that carries them.
    void hold_positions() {
        const std::lock_guard lock(mutex_);
        holding_ = true;
    }
    /// The process dies: what was held back is gone.
    void crash() {
        const std::lock_guard lock(mutex_);
        positions_ = durable_;
        holding_ = false;
    }
    /// The next `count` reads fail so.
    void fail_reads(std::size_t count, Error error) {
        const std::lock_guard lock(mutex_);
        failures_ = count;
        failure_ = std::move(error);
    }
    /// The next `count` attempts to open a cursor fail.
    void fail_cursors(std::size_t count) {
        const std::lock_guard lock(mutex_);
        cursor_failures_ = count;
    }
    /// Blocks until a sink has committed `seq` or more.
    void wait_for_position(const std::string& sink, Seq seq) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return positions_[sink] >= seq; });
    }
    /// Blocks until somebody has waited for records at `seq`: a worker has caught up.
    void wait_for_reader_at(Seq seq) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waited_at_ >= seq; });
    }
    [[nodiscard]] Seq position(const std::string& sink) {
        const std::lock_guard lock(mutex_);
        return positions_[sink];
    }
    [[nodiscard]] std::vector<journal::DeadLetter> dead(const std::string& sink) {
        const std::lock_guard lock(mutex_);
        return dead_[sink];
    }
    [[nodiscard]] std::size_t commits() {
        const std::lock_guard lock(mutex_);
        return commits_;
    }

    std::string id() const override { return "00000000000000a1"; }

    void append(std::unique_ptr<journal::AppendRequest> request) override {
        request->completed(Error{ErrorCode::unavailable, "this journal takes records by add()"},
                           journal::Rest::none);
    }

    Result<std::vector<journal::RecordPtr>> read(Seq after, journal::ReadLimit limit) override {
        const std::lock_guard lock(mutex_);
        if (failures_ > 0) {
            --failures_;
            return failure_;
        }
        std::vector<journal::RecordPtr> found;
        std::size_t bytes = 0;
        for (std::size_t index = std::max(after, removed_); index < records_.size(); ++index) {
            bytes += records_[index]->body.size();
            if (found.size() == limit.records_max || (!found.empty() && bytes > limit.bytes_max)) {
                break;
            }
            found.push_back(records_[index]);
        }
        return found;
    }

    bool wait_beyond(Seq after, std::chrono::milliseconds timeout, std::stop_token stop) override {
        std::unique_lock lock(mutex_);
        waited_at_ = std::max(waited_at_, after);
        changed_.notify_all();
        return changed_.wait_for(lock, std::move(stop), timeout,
                                 [&] { return records_.size() > after; });
    }

    Seq newest() const override {
        const std::lock_guard lock(mutex_);
        return records_.size();
    }

    Seq newest_given() const override { return newest(); }

    Result<Seq> open_cursor(const std::string& sink, journal::From from) override {
        const std::lock_guard lock(mutex_);
        if (cursor_failures_ > 0) {
            --cursor_failures_;
            return Error{ErrorCode::unavailable, "the cursor cannot be opened"};
        }
        const Seq start = from == journal::From::now ? records_.size() : removed_;
        durable_.emplace(sink, start);
        released_.erase(sink);
        return positions_.emplace(sink, start).first->second;
    }

    void release_cursor(const std::string& sink) override {
        const std::lock_guard lock(mutex_);
        released_.insert(sink);
    }
    [[nodiscard]] bool is_released(const std::string& sink) {
        const std::lock_guard lock(mutex_);
        return released_.contains(sink);
    }

    void commit_position(const std::string& sink, journal::Position position) override {
        const std::lock_guard lock(mutex_);
        ++commits_;
        positions_[sink] = position.seq;
        std::move(position.dead.begin(), position.dead.end(), std::back_inserter(dead_[sink]));
        if (!holding_) {
            durable_[sink] = position.seq;
        }
        changed_.notify_all();
    }

    std::map<std::string, Seq> positions() const override {
        const std::lock_guard lock(mutex_);
        return positions_;
    }

    Result<Seq> last_before(Timestamp at) override {
        const std::lock_guard lock(mutex_);
        Seq last = 0;
        for (const journal::RecordPtr& record : records_) {
            last = record->received_at < at ? record->seq : last;
        }
        return last;
    }

    Result<std::vector<journal::StoredLetter>> letters(const std::string& sink, Seq after,
                                                       journal::ReadLimit limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<journal::StoredLetter> found;
        for (const journal::DeadLetter& letter : dead_[sink]) {
            if (letter.seq > after && found.size() < limit.records_max) {
                found.push_back({letter, records_.at(letter.seq - 1)});
            }
        }
        return found;
    }

    Result<std::map<std::string, std::uint64_t>> letter_counts() override {
        const std::lock_guard lock(mutex_);
        std::map<std::string, std::uint64_t> counts;
        for (const auto& [sink, letters] : dead_) {
            if (!letters.empty()) {
                counts[sink] = letters.size();
            }
        }
        return counts;
    }

    Result<void> change_letters(const std::string& sink, journal::LetterChange change) override {
        const std::lock_guard lock(mutex_);
        std::vector<journal::DeadLetter>& letters = dead_[sink];
        const auto remove = [&](Seq seq) {
            std::erase_if(letters, [&](const auto& each) { return each.seq == seq; });
        };
        for (journal::DeadLetter& letter : change.kept) {
            remove(letter.seq);
            letters.push_back(std::move(letter));
        }
        std::for_each(change.removed.begin(), change.removed.end(), remove);
        std::sort(letters.begin(), letters.end(),
                  [](const auto& left, const auto& right) { return left.seq < right.seq; });
        changed_.notify_all();
        return {};
    }

    Result<std::uint64_t> erase(std::vector<journal::Erasure> erasures) override {
        const std::lock_guard lock(mutex_);
        for (const journal::Erasure& erasure : erasures) {
            journal::Record record = *records_.at(erasure.seq - 1);
            record.body = erasure.body;
            record.erased = true;
            records_[erasure.seq - 1] = std::make_shared<const journal::Record>(std::move(record));
        }
        ++erasures_;
        return erasures.size();
    }
    std::uint64_t erasures() const override {
        const std::lock_guard lock(mutex_);
        return erasures_;
    }
    Result<void> scrub() override { return {}; }
    Result<std::uint64_t> add_erasure_report(Timestamp /*at*/, std::string /*text*/) override {
        return std::uint64_t{1};
    }
    Result<std::vector<journal::UnfinishedErasure>> unfinished_erasures() override {
        return std::vector<journal::UnfinishedErasure>{};
    }
    Result<std::uint64_t> replace_unfinished(std::vector<std::uint64_t> /*removed*/,
                                             std::string /*names*/) override {
        return std::uint64_t{0};
    }

    /// Retention removes everything up to `seq`.
    void retain_after(Seq seq) {
        const std::lock_guard lock(mutex_);
        removed_ = seq;
    }
    /// Blocks until the sink has exactly `count` dead letters.
    void wait_for_letters(const std::string& sink, std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return dead_[sink].size() == count; });
    }

    void set_limits(const JournalLimits& /*limits*/) override {}
    void let_go(std::shared_ptr<const void> /*thing*/) override {}
    journal::Measurements measurements() const override { return {}; }
    journal::Health health() const override {
        journal::Health health;
        const std::lock_guard lock(mutex_);
        health.newest = records_.size();
        health.oldest = records_.size() > removed_ ? removed_ + 1 : 0;
        return health;
    }
    void close() override {}

private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<journal::RecordPtr> records_;
    std::map<std::string, Seq> positions_;
    std::map<std::string, Seq> durable_;
    std::set<std::string> released_;
    std::map<std::string, std::vector<journal::DeadLetter>> dead_;
    std::size_t failures_ = 0;
    Error failure_;
    std::size_t cursor_failures_ = 0;
    Seq removed_ = 0;
    Seq waited_at_ = 0;
    std::size_t commits_ = 0;
    std::uint64_t erasures_ = 0;
    bool holding_ = false;
};

}  // namespace verohook::test
