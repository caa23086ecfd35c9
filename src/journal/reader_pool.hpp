#pragma once

#include "journal/record_reader.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace verohook::journal {

/// Read-only connections for sinks that are behind. Any thread.
class ReaderPool {
public:
    ReaderPool(std::filesystem::path file, std::string vfs);

    [[nodiscard]] Result<std::vector<RecordPtr>> read(Seq after, ReadLimit limit);

    /// Closes every connection, waiting for those in use; later reads open new ones.
    void close_all();
    /// The same for good: later reads fail with `stopping`.
    void close();

private:
    [[nodiscard]] Result<std::unique_ptr<RecordReader>> acquire();
    void release(std::unique_ptr<RecordReader> reader);

    const std::filesystem::path file_;
    const std::string vfs_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<RecordReader>> idle_;
    std::size_t busy_ = 0;
    bool held_ = false;  ///< `close_all` waits; nobody begins.
    bool closed_ = false;
};

}  // namespace verohook::journal
