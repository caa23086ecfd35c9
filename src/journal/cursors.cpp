#include "journal/cursors.hpp"

#include <iterator>
#include <utility>

namespace verohook::journal {

Cursors::Cursors(const std::map<std::string, Seq>& stored, std::function<void()> nudge)
    : nudge_(std::move(nudge)) {
    for (const auto& [sink, seq] : stored) {
        Entry& entry = entries_[sink];
        entry.position.seq = seq;
        entry.stored = true;
    }
}

Result<Seq> Cursors::open(const std::string& sink, Seq start) {
    std::unique_lock lock(mutex_);
    if (const auto known = entries_.find(sink); known != entries_.end() && known->second.stored) {
        known->second.opened = true;
        return known->second.position.seq;
    }
    if (error_) {
        return *error_;
    }
    Entry& entry = entries_[sink];
    entry.position.seq = start;
    entry.opened = true;
    entry.dirty = true;
    lock.unlock();
    nudge_();
    lock.lock();
    changed_.wait(lock, [&] { return entry.stored || error_; });
    if (!entry.stored) {
        // It would be saved later all the same, but the caller has been told otherwise.
        const Error error = *error_;
        entries_.erase(sink);
        return error;
    }
    return entry.position.seq;
}

void Cursors::commit(const std::string& sink, Position position) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        const auto known = entries_.find(sink);
        // A position of a sink that was never opened would not hold back retention.
        VEROHOOK_CHECK(known != entries_.end() && known->second.opened);
        Entry& entry = known->second;
        entry.position.seq = position.seq;
        std::move(position.dead.begin(), position.dead.end(),
                  std::back_inserter(entry.position.dead));
        entry.dirty = true;
        wake = std::exchange(urgent_, false);
    }
    if (wake) {
        nudge_();
    }
}

void Cursors::release(const std::string& sink) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = entries_.find(sink); known != entries_.end()) {
            known->second.opened = false;
            released_ = true;
        }
    }
    nudge_();
}

std::map<std::string, Seq> Cursors::positions() const {
    std::map<std::string, Seq> positions;
    const std::lock_guard lock(mutex_);
    for (const auto& [sink, entry] : entries_) {
        positions.emplace(sink, entry.position.seq);
    }
    return positions;
}

Result<void> Cursors::change_letters(const std::string& sink, LetterChange change) {
    const auto request = std::make_shared<LetterRequest>(LetterRequest{sink, std::move(change)});
    std::unique_lock lock(mutex_);
    if (error_) {
        return *error_;
    }
    letters_.push_back(request);
    lock.unlock();
    nudge_();
    lock.lock();
    changed_.wait(lock, [&] { return request->outcome.has_value(); });
    return *request->outcome;
}

void Cursors::answer(std::vector<std::shared_ptr<LetterRequest>>& requests,
                     const Result<void>& outcome) {
    for (const auto& request : requests) {
        request->outcome = outcome;
    }
    requests.clear();
}

Cursors::Pending Cursors::take(Holds holds) {
    Pending pending;
    const std::lock_guard lock(mutex_);
    pending.letters = std::exchange(letters_, {});
    pending.released = std::exchange(released_, false);
    for (auto& [sink, entry] : entries_) {
        if ((entry.opened || holds == Holds::all) && entry.position.seq < pending.floor) {
            pending.floor = entry.position.seq;
            pending.floor_sink = sink;
        }
        if (entry.dirty) {
            pending.changes.push_back(
                {sink, {entry.position.seq, std::exchange(entry.position.dead, {})}});
            entry.dirty = false;
        }
    }
    return pending;
}

void Cursors::saved(Pending& pending) {
    const std::lock_guard lock(mutex_);
    for (const Change& change : pending.changes) {
        if (const auto known = entries_.find(change.sink); known != entries_.end()) {
            known->second.stored = true;
        }
    }
    answer(pending.letters, {});
    changed_.notify_all();
}

void Cursors::failed(Pending pending, const Error& error) {
    const std::lock_guard lock(mutex_);
    for (Change& change : pending.changes) {
        const auto known = entries_.find(change.sink);
        if (known == entries_.end()) {
            continue;
        }
        // Older letters come first.
        std::vector<DeadLetter>& dead = known->second.position.dead;
        dead.insert(dead.begin(), std::make_move_iterator(change.position.dead.begin()),
                    std::make_move_iterator(change.position.dead.end()));
        known->second.dirty = true;
    }
    answer(pending.letters, error);
    answer(letters_, error);
    error_ = error;
    changed_.notify_all();
}

void Cursors::recovered() {
    const std::lock_guard lock(mutex_);
    error_.reset();
}

void Cursors::close() {
    const std::lock_guard lock(mutex_);
    error_ = Error{ErrorCode::stopping, "the journal is closed"};
    answer(letters_, *error_);
    changed_.notify_all();
}

void Cursors::set_urgent(bool urgent) {
    const std::lock_guard lock(mutex_);
    urgent_ = urgent;
}

}  // namespace verohook::journal
