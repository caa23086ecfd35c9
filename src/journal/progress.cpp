#include "journal/progress.hpp"

#include <algorithm>
#include <utility>

namespace verohook::journal {

Seq Progress::newest() const {
    const std::lock_guard lock(mutex_);
    return health_.newest;
}

Seq Progress::newest_given() const {
    const std::lock_guard lock(mutex_);
    return health_.unused.empty() ? health_.newest
                                  : std::max(health_.newest, health_.unused.back().last);
}

Health Progress::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

bool Progress::wait_beyond(Seq after, std::chrono::milliseconds timeout, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::move(stop), timeout,
                      [&] { return health_.newest > after || closed_; });
    return health_.newest > after;
}

void Progress::reset(Seq oldest, Seq newest, std::uint64_t used_bytes,
                     std::vector<SeqRange> unused) {
    const std::lock_guard lock(mutex_);
    health_.unused = std::move(unused);
    health_.oldest = oldest;
    health_.newest = newest;
    health_.used_bytes = used_bytes;
}

void Progress::committed(Seq oldest, Seq newest, std::uint64_t used_bytes) {
    bool news = false;
    {
        const std::lock_guard lock(mutex_);
        news = newest != health_.newest;
        health_.oldest = oldest;
        health_.newest = newest;
        health_.used_bytes = used_bytes;
        ++health_.commits;
    }
    if (news) {
        changed_.notify_all();
    }
}

void Progress::failed() {
    const std::lock_guard lock(mutex_);
    ++health_.failures;
}

void Progress::refuses(const std::string& problem) {
    const std::lock_guard lock(mutex_);
    health_.writable = false;
    health_.problem = problem;
}

void Progress::writable() {
    const std::lock_guard lock(mutex_);
    health_.writable = true;
    health_.problem.clear();
}

void Progress::closed() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

}  // namespace verohook::journal
