#pragma once

#include "sink_fixture.hpp"

#include <csignal>
#include <string>

#include <sys/resource.h>

namespace verohook::sinks {

/// One of the process's standard streams leads elsewhere for a while.
class StreamSwitch {
public:
    explicit StreamSwitch(int stream);
    ~StreamSwitch();
    StreamSwitch(const StreamSwitch&) = delete;
    StreamSwitch& operator=(const StreamSwitch&) = delete;
    /// `descriptor` is not owned.
    void lead_to(int descriptor) const;

private:
    int stream_;
    int saved_;
};

/// No file of this process grows beyond a size: the next write is partial, the one after it fails.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes);
    ~FileSizeLimit();
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

[[nodiscard]] const sink::SinkKind& datagram_kind();

[[nodiscard]] std::unique_ptr<SinkFixture> make_stdout_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_file_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_rotating_file_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_log_file_fixture(std::string style);
[[nodiscard]] std::unique_ptr<SinkFixture> make_log_stderr_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_sqlite_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_postgres_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_datagram_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_http_fixture(std::string mode);
[[nodiscard]] std::unique_ptr<SinkFixture> make_nats_fixture();
[[nodiscard]] std::unique_ptr<SinkFixture> make_kafka_fixture();

}  // namespace verohook::sinks
