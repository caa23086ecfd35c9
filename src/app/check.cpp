#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"
#include "doctor/state_folder.hpp"
#include "journal/lock_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace verohook::app {

namespace {

/// Takes nothing: only its addresses are of interest.
class NoHandler final : public http::Handler {
public:
    [[nodiscard]] std::optional<http::Response> on_head(const http::RequestHead&) override {
        return http::problem(404, "not_found", "");
    }
    void on_request(http::Exchange& exchange) override {
        exchange.respond(http::problem(404, "not_found", ""));
    }
};

struct Finding {
    ExitStatus status = exit_success;
    std::string sentence;
};

/// `holder`: who runs on the folder, if anybody does.
Finding check_state(const std::filesystem::path& folder, const std::optional<std::string>& holder) {
    const std::string name = "state folder: " + folder.string();
    if (const auto tried = doctor::try_state_folder(folder); !tried) {
        return {exit_state, "state folder: " + tried.error().message};
    }
    const std::string user =
        holder ? " is used by the running daemon, " + *holder + "," : std::string();
    if (!holder) {
        if (const auto checked = journal::check_journal_files(folder); !checked) {
            return {exit_state, "state folder: " + checked.error().message};
        }
    }
    std::error_code ignored;  // What cannot be seen is told by the reader.
    if (!std::filesystem::exists(folder / "journal.db", ignored)) {
        return {exit_success, name + (holder ? user + " without a journal so far"
                                             : " can be made and written at the start")};
    }
    const auto reader = journal::open_journal_reader(folder);
    if (!reader) {
        return {exit_state, "state folder: " + reader.error().message};
    }
    const auto newest = (*reader)->newest();
    if (!newest) {
        return {exit_state, "state folder: " + newest.error().message};
    }
    return {exit_success, name + user + (holder ? " and" : "") + " holds a journal up to event " +
                              std::to_string(*newest)};
}

/// The log's file is not made by looking.
Finding check_log(const std::string& path) {
    const bool is_there = ::access(path.c_str(), F_OK) == 0;
    const std::string folder = std::filesystem::path(path).parent_path();
    if (::access((is_there ? path : folder).c_str(), W_OK) != 0) {
        return {exit_configuration,
                "log.path: " + path + " cannot be written: " + system_words(errno)};
    }
    return {exit_success, "log.path: " + path};
}

/// Nothing is accepted at what is bound, and it is let go at once.
Result<void> try_to_bind(const http::ServerSettings& server) {
    NoHandler handler;
    const auto bound = http::Server::bind(server, handler, system_clock());
    return bound ? Result<void>() : bound.error();
}

std::vector<Finding> check_addresses(const http::ServerSettings& server, const std::string& key,
                                     const std::optional<std::string>& holder) {
    const auto bound = try_to_bind(server);
    if (bound) {
        return {
            {exit_success, key + ": " + (server.listen.empty() ? "none" : join(server.listen))}};
    }
    if (!holder) {
        return {{exit_address, key + ": " + bound.error().message}};
    }
    // Some may be those of the daemon that runs, and others new.
    std::vector<Finding> findings;
    for (const std::string& address : server.listen) {
        http::ServerSettings alone = server;
        alone.listen = {address};
        const auto tried = try_to_bind(alone);
        const bool is_used = !tried && tried.error().code == ErrorCode::locked;
        std::string sentence = key;
        sentence.append(": ").append(tried || is_used ? address : tried.error().message);
        if (is_used) {
            sentence.append(" is in use, presumably by the running daemon, ").append(*holder);
        }
        findings.push_back({tried || is_used ? exit_success : exit_address, std::move(sentence)});
    }
    return findings;
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
}

}  // namespace

int check(const CommonArguments& arguments) {
    const auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    std::fputs(config::describe(*settings, kind_options()).c_str(), stdout);
    std::fflush(stdout);
    std::vector<Finding> findings;
    const auto holder = journal::LockFile::holder(settings->state_dir);
    findings.push_back(check_state(settings->state_dir, holder));
    if (!settings->log.path.empty()) {
        findings.push_back(check_log(settings->log.path));
    }
    append(findings, check_addresses(server_settings(*settings), "http.listen", holder));
    append(findings, check_addresses(admin_settings(*settings), "admin.listen", holder));
    for (const auto& sink : sink_settings(*settings)) {
        findings.push_back({exit_success, "sink " + sink.name + ": its options are right"});
    }
    int status = exit_success;
    for (const Finding& finding : findings) {
        std::fprintf(stderr, "%s  %s\n", finding.status == exit_success ? "ok   " : "wrong",
                     finding.sentence.c_str());
        if (status == exit_success) {
            status = finding.status;
        }
    }
    return status;
}

}  // namespace verohook::app
