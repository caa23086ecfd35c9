#pragma once

#include "journal/record_reader.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace verohook::journal {

/// Read-only connections for sinks that are behind. Any thread.
class ReaderPool {
public:
    ReaderPool(std::filesystem::path file, std::string vfs);

    /// Runs `use` with a connection, which `use` must not keep; an error of it ends the connection.
    template <class Use>
    [[nodiscard]] auto with(Use use) -> decltype(use(std::declval<RecordReader&>())) {
        Result<std::unique_ptr<RecordReader>> connection = acquire();
        if (!connection) {
            return connection.error();
        }
        auto outcome = use(**connection);
        if (!outcome) {
            // A connection that has failed once is not trusted again.
            connection->reset();
        }
        release(std::move(*connection));
        return outcome;
    }

    /// Closes every connection, waiting for those in use; later reads open new ones.
    void close_all();
    /// Closes every connection for good: later reads fail with `stopping`.
    void close();
    /// Closes every connection, and lets no read begin while it lives. One at a time.
    class Hold {
    public:
        explicit Hold(ReaderPool& pool) : pool_(pool) { pool_.hold(); }
        ~Hold() { pool_.let_go(); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        ReaderPool& pool_;
    };

private:
    void hold();
    void let_go();
    /// Never null. Errors: `stopping`, and those of opening the file.
    [[nodiscard]] Result<std::unique_ptr<RecordReader>> acquire();
    void release(std::unique_ptr<RecordReader> reader);

    const std::filesystem::path file_;
    const std::string vfs_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<RecordReader>> idle_;
    std::size_t busy_ = 0;
    bool held_ = false;  ///< Nobody begins.
    bool closed_ = false;
};

}  // namespace verohook::journal
