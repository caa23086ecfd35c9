#include "admin/readiness.hpp"

#include "admin/control_socket.hpp"
#include "admin/json_support.hpp"
#include "http/client.hpp"

namespace verohook::admin {

namespace {

constexpr std::chrono::milliseconds answer_timeout{5'000};

std::vector<Readiness::Problem> problems_of(const Json& json, const char* name) {
    std::vector<Readiness::Problem> problems;
    const auto list = json.find(name);
    if (list == json.end() || !list->is_array()) {
        return problems;
    }
    for (const Json& each : *list) {
        if (each.is_object() && !flag_of(each, "ok")) {
            problems.push_back({text_of(each, "name"), text_of(each, "problem")});
        }
    }
    return problems;
}

}  // namespace

Result<Readiness> parse_readiness(std::string_view body) {
    const Json json = parse_object(body);
    if (!json.is_object() || !json.contains("checks")) {
        return Error{ErrorCode::invalid_input, "this is no answer of /readyz"};
    }
    return Readiness{problems_of(json, "checks"), problems_of(json, "warnings")};
}

Result<Readiness> ask_readiness(const std::filesystem::path& folder) {
    const auto socket = ControlSocket::in(folder);
    if (!socket) {
        return socket.error();
    }
    http::ClientSettings settings;
    settings.timeout = answer_timeout;
    auto client = http::Client::make(socket->url("/readyz"), settings);
    if (!client) {
        return client.error();
    }
    const auto answer = (*client)->exchange({.method = "GET"});
    return answer ? parse_readiness(answer->body) : answer.error();
}

}  // namespace verohook::admin
