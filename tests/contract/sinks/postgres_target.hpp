#pragma once

#include "sink_fixture.hpp"
#include "support/child_process.hpp"

#include <memory>
#include <string>
#include <vector>

namespace verohook::sinks {

/// The real PostgreSQL, behind a unix socket in a folder of its own; it may be killed, and comes
/// back with what it has committed. PostgreSQL refuses to be root, so for root it is `postgres`.
class PostgresTarget {
public:
    PostgresTarget();
    PostgresTarget(const PostgresTarget&) = delete;
    PostgresTarget& operator=(const PostgresTarget&) = delete;

    void start();
    void kill() { process_.reset(); }
    void signal(int number) const { process_->signal(number); }
    /// `postgresql:///DATABASE?host=FOLDER…`
    [[nodiscard]] std::string url(const std::string& database = "postgres") const;
    /// The rows of each of several statements, over one connection.
    [[nodiscard]] std::vector<std::string> query_all(const std::vector<std::string>& sqls) const;
    /// Runs statements that answer with no rows, and must succeed.
    void run(const std::string& sql) const;
    /// Runs statements on a connection that stays open, with its locks, as long as what is
    /// returned.
    [[nodiscard]] std::shared_ptr<void> hold(const std::string& sql) const;
    /// Runs statements as their owner would; the rows of the last one, columns with bars between
    /// them. Where they are wrong, the server's error.
    [[nodiscard]] std::vector<std::string> query(const std::string& sql,
                                                 const std::string& database = "postgres") const;

private:
    [[nodiscard]] std::vector<std::string> as_postgres(std::vector<std::string> command) const;

    TemporaryFolder folder_;
    std::string programs_;
    std::unique_ptr<test::ChildProcess> process_;
};

}  // namespace verohook::sinks
