#include "admin/answers.hpp"

#include <utility>

namespace verohook::admin {

http::Response refusal(const Error& error) {
    switch (error.code) {
        case ErrorCode::invalid_input:
            return http::problem(400, "bad_request", error.message);
        case ErrorCode::not_found:
            return http::problem(404, "not_found", error.message);
        case ErrorCode::locked:
            return http::problem(409, "conflict", error.message);
        default:
            return http::problem(503, "unavailable", error.message);
    }
}

http::Response success(std::string body, unsigned status) {
    http::Response response;
    response.status = status;
    response.body = std::move(body) + "\n";
    return response;
}

}  // namespace verohook::admin
