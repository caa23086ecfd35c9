#pragma once

#include "journal/sqlite_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <stdlib.h>
#include <unistd.h>

namespace verohook::journal::test {

/// A clock that stands still until it is told otherwise.
class ManualClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override {
        return Timestamp(std::chrono::microseconds(micros_.load()));
    }
    void advance(std::chrono::microseconds by) { micros_ += by.count(); }

private:
    std::atomic<std::int64_t> micros_{1'700'000'000'000'000};
};

/// A folder of its own for each test, removed afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() {
        // In memory where there is such a place: thousands of syncs are tested, not the disk.
        const std::filesystem::path memory = "/dev/shm";
        const bool usable = ::access(memory.c_str(), W_OK) == 0;
        const std::filesystem::path parent =
            usable ? memory : std::filesystem::temp_directory_path();
        std::string name = (parent / "verohook-journal-XXXXXX").string();
        VEROHOOK_CHECK(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;  // What cannot be removed is left to whoever cleans the folder.
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Keeps the outcome of an append for whoever waits for it.
class WaitingRequest final : public AppendRequest {
public:
    [[nodiscard]] std::future<Result<Receipt>> outcome() { return promise_.get_future(); }
    void completed(const Result<Receipt>& outcome, Rest /*rest*/) noexcept override {
        promise_.set_value(outcome);
    }

private:
    std::promise<Result<Receipt>> promise_;
};

inline std::future<Result<Receipt>> append_later(Journal& journal, Draft draft) {
    auto request = std::make_unique<WaitingRequest>();
    request->draft = std::move(draft);
    std::future<Result<Receipt>> outcome = request->outcome();
    journal.append(std::move(request));
    return outcome;
}

inline Result<Receipt> append(Journal& journal, Draft draft) {
    return append_later(journal, std::move(draft)).get();
}

/// Looks again and again, without a bound on how often, but on how long.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

inline std::vector<std::string> bodies(const std::vector<RecordPtr>& records) {
    std::vector<std::string> found;
    for (const RecordPtr& record : records) {
        found.push_back(record->body);
    }
    return found;
}

/// A journal in a folder of its own, and the words to speak of it.
class JournalTest : public ::testing::Test {
public:
    void open() {
        settings.directory = folder.path() / "state";
        Result<std::unique_ptr<Journal>> opened = open_sqlite_journal(settings, clock);
        ASSERT_TRUE(opened) << opened.error().message;
        journal = std::move(*opened);
    }
    void close() { journal.reset(); }
    void reopen() {
        close();
        open();
    }
    [[nodiscard]] Draft timed(std::string body) const {
        Draft draft;
        draft.kind = Kind::recognized;
        draft.type = "clicked";
        draft.occurred_at = Timestamp(std::chrono::seconds(1'435'016'238));
        draft.received_at = clock.now();
        draft.remote = "192.0.2.1";
        draft.request_id = "r-1";
        draft.headers = "user-agent: Vero\n";
        draft.body = std::move(body);
        return draft;
    }
    [[nodiscard]] Draft untimed(std::string body) const {
        Draft draft = timed(std::move(body));
        draft.type = "user_updated";
        draft.occurred_at.reset();
        return draft;
    }
    [[nodiscard]] Draft malformed(std::string body) const {
        Draft draft = timed(std::move(body));
        draft.kind = Kind::malformed;
        draft.type.clear();
        return draft;
    }
    /// The receipt of an append that must succeed.
    Receipt add(Draft draft) {
        const Result<Receipt> outcome = append(*journal, std::move(draft));
        EXPECT_TRUE(outcome) << outcome.error().message;
        return outcome ? *outcome : Receipt{};
    }
    Receipt add(std::string body) { return add(timed(std::move(body))); }
    [[nodiscard]] std::vector<RecordPtr> read(Seq after, ReadLimit limit = {}) {
        Result<std::vector<RecordPtr>> records = journal->read(after, limit);
        EXPECT_TRUE(records) << records.error().message;
        return records ? *records : std::vector<RecordPtr>{};
    }
    [[nodiscard]] std::filesystem::path file() const { return folder.path() / "state/journal.db"; }

    TemporaryFolder folder;
    ManualClock clock;
    SqliteJournalSettings settings;
    std::unique_ptr<Journal> journal;
};

}  // namespace verohook::journal::test
