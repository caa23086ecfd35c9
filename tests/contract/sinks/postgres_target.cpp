#include "postgres_target.hpp"

#include <verohook/base/result.hpp>

#include <algorithm>
#include <filesystem>

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

namespace verohook::sinks {

namespace {

namespace fs = std::filesystem;

constexpr const char* user = "postgres";

/// Debian keeps those of each version in a folder of its own.
std::string newest_programs() {
    std::string newest;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
        newest = std::max(newest, (entry.path() / "bin").string());
    }
    return newest;
}

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

Connection connect(const std::string& url) {
    Connection connection(PQconnectdb(url.c_str()), PQfinish);
    PQsetNoticeReceiver(
        connection.get(), [](void*, const PGresult*) {}, nullptr);
    return connection;
}

std::vector<std::string> ask(const Connection& connection, const std::string& sql) {
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        return {PQerrorMessage(connection.get())};
    }
    const Answer result(PQexec(connection.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        return {PQresultErrorMessage(result.get())};
    }
    std::vector<std::string> rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        std::string text;
        for (int column = 0; column < PQnfields(result.get()); ++column) {
            text += column == 0 ? "" : "|";
            text += PQgetisnull(result.get(), row, column) != 0
                        ? "null"
                        : PQgetvalue(result.get(), row, column);
        }
        rows.push_back(std::move(text));
    }
    return rows;
}

}  // namespace

PostgresTarget::PostgresTarget() : programs_(newest_programs()) {
    if (::geteuid() == 0) {
        const passwd* const owner = ::getpwnam(user);
        VEROHOOK_CHECK(owner != nullptr);
        VEROHOOK_CHECK(::chown(folder_.path().c_str(), owner->pw_uid, owner->pw_gid) == 0);
    }
    test::ChildProcess initdb(
        as_postgres({programs_ + "/initdb", "-D", (folder_.path() / "data").string(), "-U", user,
                     "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"}));
    static_cast<void>(initdb.read_until("\f"));  // Until it ends.
    start();
}

std::vector<std::string> PostgresTarget::as_postgres(std::vector<std::string> command) const {
    if (::geteuid() == 0) {
        // A process that changes its user would outlive this one.
        const std::vector<std::string> before{"setpriv",        std::string("--reuid=") + user,
                                              "--clear-groups", std::string("--regid=") + user,
                                              "--pdeathsig",    "KILL"};
        command.insert(command.begin(), before.begin(), before.end());
    }
    return command;
}

void PostgresTarget::start() {
    constexpr int attempts_max = 1000;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        process_ = std::make_unique<test::ChildProcess>(as_postgres(
            {programs_ + "/postgres", "-D", (folder_.path() / "data").string(), "-k",
             folder_.path().string(), "-c", "listen_addresses=", "-c", "fsync=off", "-c",
             "log_min_messages=log", "-c", "log_checkpoints=off", "-c", "max_connections=20"}));
        if (!process_->read_until("ready to accept connections").empty()) {
            return;
        }
        // After a kill the old server's processes may still be about to end.
        if (process_->said().find("shared memory block") == std::string::npos) {
            break;
        }
    }
    fail_check("PostgreSQL does not start: " + process_->said(), __FILE__, __LINE__);
}

std::string PostgresTarget::url(const std::string& database) const {
    return "postgresql:///" + database + "?user=" + user + "&host=" + folder_.path().string();
}

void PostgresTarget::run(const std::string& sql) const {
    for (const std::string& row : query(sql)) {
        fail_check(row, __FILE__, __LINE__);
    }
}

std::shared_ptr<void> PostgresTarget::hold(const std::string& sql) const {
    Connection connection = connect(url());
    const Answer answer(PQexec(connection.get(), sql.c_str()), PQclear);
    VEROHOOK_CHECK(PQresultStatus(answer.get()) == PGRES_COMMAND_OK);
    return {std::move(connection)};
}

std::vector<std::string> PostgresTarget::query(const std::string& sql,
                                               const std::string& database) const {
    const Connection connection = connect(url(database));
    return ask(connection, sql);
}

std::vector<std::string> PostgresTarget::query_all(const std::vector<std::string>& sqls) const {
    const Connection connection = connect(url());
    std::vector<std::string> rows;
    for (const std::string& sql : sqls) {
        const auto part = ask(connection, sql);
        rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
}

}  // namespace verohook::sinks
