#include "journal/writer.hpp"

#include "base/log.hpp"
#include "journal/numbering.hpp"

#include <algorithm>
#include <string>
#include <utility>

// What the writer does at the start, and after a failed commit or checkpoint.
//
// Nothing that was in flight when a sync failed may be trusted: memory shows it, the disk may never
// have got it, and a later sync succeeds all the same. Whatever is appended behind such a gap would
// be lost with it at the next power cut, though its own sync has succeeded. Hence the order in
// `recover`.
namespace verohook::journal {

Result<void> Writer::load() {
    const Result<Seq> newest = store_->newest();
    if (!newest) {
        return newest.error();
    }
    if (*newest < newest_) {
        // Synced and gone all the same. Numbers that were given out are never given out again.
        log::error("the disk has lost acknowledged events: the journal ends with " +
                   std::to_string(*newest) + " instead of " + std::to_string(newest_));
    }
    newest_ = std::max(newest_, *newest);
    if (const auto loaded = window_.load(*store_); !loaded) {
        return loaded.error();
    }
    if (const auto loaded = retention_.load(*store_); !loaded) {
        return loaded.error();
    }
    const Result<bool> filler = store_->has_filler();
    if (!filler) {
        return filler.error();
    }
    filler_left_ = *filler;
    const Result<std::vector<SeqRange>> unused = unused_numbers(store_->database());
    if (!unused) {
        return unused.error();
    }
    given_ = unused->empty() ? 0 : unused->back().last;
    parts_.progress.reset(retention_.oldest(), newest_, retention_.used_bytes(), *unused);
    return {};
}

void Writer::refuse_queued(const Error& error) {
    do {
        for (const RequestPtr& request : batch_) {
            request->completed(error, Rest::none);
        }
        batch_ = parts_.queue.take();
    } while (!batch_.empty());
}

bool Writer::failed(Cursors::Pending pending, const Error& error) {
    const Error refusal{ErrorCode::unavailable, "the journal cannot be written: " + error.message};
    log::error(refusal.message);
    parts_.queue.refuse(refusal);
    parts_.progress.failed();
    parts_.progress.refuses(refusal.message);
    parts_.cursors.failed(std::move(pending), refusal);
    if (erasing_) {
        parts_.erasures.answer(std::exchange(erasing_, nullptr), refusal);
    }
    parts_.erasures.failed(refusal);
    records_.clear();
    refuse_queued(refusal);
    constexpr std::chrono::milliseconds pause_min{100};
    constexpr std::chrono::milliseconds pause_max{2000};
    std::chrono::milliseconds pause = pause_min;
    for (bool closed = false;; pause = std::min(2 * pause, pause_max)) {
        const auto let_go_after_this_attempt = parts_.queue.held();
        const Result<void> recovered = recover();
        if (recovered) {
            break;
        }
        parts_.progress.refuses("the journal cannot be written: " + recovered.error().message);
        if (closed) {
            log::error("the journal was closed while it could not be written");
            return false;
        }
        // The end ends the pause, and allows for one more attempt: positions may be waiting.
        closed = parts_.queue.wait_closed(pause);
    }
    full_ = false;
    parts_.cursors.recovered();
    parts_.erasures.recovered();
    parts_.progress.writable();
    parts_.queue.accept();
    log::info("the journal can be written again");
    return true;
}

Result<void> Writer::recover() {
    if (store_) {
        // While our connection keeps the shared memory alive, nobody else looks beyond the last
        // commit; the tail has to go before the last connection does.
        if (const auto discarded = store_->discard(); !discarded) {
            return discarded.error();
        }
    }
    parts_.checkpointer.suspend();
    // The log is copied anew with nobody else at the file. Where another process is in the way,
    // this fails and is tried again, and its message names the cause.
    const ReaderPool::Hold hold(parts_.readers);
    store_.reset();
    Result<std::unique_ptr<Store>> opened = Store::open(file_, settings_.vfs);
    if (!opened) {
        return opened.error();
    }
    store_ = std::move(*opened);
    if (const auto loaded = load(); !loaded) {
        return loaded.error();
    }
    if (const auto probed = store_->probe(); !probed) {
        return probed.error();
    }
    parts_.checkpointer.resume();
    parts_.checkpointer.tell(store_->wal_frames());
    return {};
}

}  // namespace verohook::journal
