#include "app/commands.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <string>
#include <system_error>

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

/// The folder, or the nearest one above it that exists, must be writable.
Finding check_state(const std::filesystem::path& folder) {
    std::error_code ignored;  // What does not exist or cannot be read is told by access().
    std::filesystem::path existing = std::filesystem::absolute(folder, ignored);
    const bool there = std::filesystem::exists(existing, ignored);
    while (!existing.empty() && existing != existing.root_path() &&
           !std::filesystem::exists(existing, ignored)) {
        existing = existing.parent_path();
    }
    if (!std::filesystem::is_directory(existing, ignored)) {
        return {exit_state, "state folder: " + existing.string() + " is no folder"};
    }
    if (::access(existing.c_str(), W_OK | X_OK) != 0) {
        return {exit_state, "state folder: " + existing.string() + ": " + system_words(errno) +
                                "; let the user that runs verohook write there"};
    }
    if (!there || !std::filesystem::exists(folder / "journal.db", ignored)) {
        return {exit_success, "state folder: " + folder.string() + " will be made at the start"};
    }
    const auto reader = journal::open_journal_reader(folder);
    if (!reader) {
        return {exit_state, "state folder: " + reader.error().message};
    }
    const auto newest = (*reader)->newest();
    if (!newest) {
        return {exit_state, "state folder: " + newest.error().message};
    }
    return {exit_success, "state folder: " + folder.string() + " holds a journal up to event " +
                              std::to_string(*newest)};
}

Finding check_addresses(const http::ServerSettings& server, const std::string& key) {
    NoHandler handler;
    // A unix socket that is being listened on, or a port in use, is told by binding: nothing is
    // accepted, and it is let go at once.
    const auto bound = http::Server::bind(server, handler, system_clock());
    if (!bound) {
        return {exit_address, key + ": " + bound.error().message};
    }
    std::string list;
    for (const std::string& address : server.listen) {
        list += (list.empty() ? "" : ", ") + address;
    }
    return {exit_success, key + ": " + (list.empty() ? "none" : list)};
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
    findings.push_back(check_state(settings->state_dir));
    findings.push_back(check_addresses(server_settings(*settings), "http.listen"));
    if (!settings->admin_listen.empty()) {
        findings.push_back(check_addresses(admin_settings(*settings), "admin.listen"));
    }
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
