#include "ingest/access_log.hpp"

#include "base/text.hpp"
#include "ingest/client_address.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace verohook::ingest {

namespace {

constexpr std::string_view mask = "***";
/// What is shorter is none of `auth.secrets`.
constexpr std::size_t secret_bytes_min = 8;
constexpr std::size_t method_bytes_max = 32;
constexpr std::size_t target_bytes_max = 256;

/// `0.412`
std::string in_milliseconds(std::chrono::microseconds duration) {
    // A clock that was set back meanwhile does not make a request end before it began.
    const auto micros = std::max<std::int64_t>(0, duration.count());
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(micros / 1000),
                  static_cast<long long>(micros % 1000));
    return text.data();
}

/// What could not be read has no text.
std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

log::Field number(std::string_view name, std::uint64_t value) {
    return {name, std::to_string(value), true};
}

}  // namespace

void AccessLog::configure(AccessSettings settings) {
    const bool is_off = settings.mode == log::AccessMode::off;
    auto replaced = std::make_shared<const AccessSettings>(std::move(settings));
    {
        const std::lock_guard lock(mutex_);
        settings_.swap(replaced);
    }
    is_off_.store(is_off, std::memory_order_relaxed);
}

bool AccessLog::chooses(const AccessSettings& settings, unsigned status) {
    switch (settings.mode) {
        case log::AccessMode::off:
            return false;
        case log::AccessMode::full:
            return true;
        case log::AccessMode::sampled:
            break;
    }
    const std::uint64_t seen = seen_.fetch_add(1, std::memory_order_relaxed);
    return seen % settings.every == 0 || status >= 500;
}

void AccessLog::answered(const http::Access& access) {
    if (is_off_.load(std::memory_order_relaxed) || !log::is_enabled(log::Level::info)) {
        return;
    }
    std::shared_ptr<const AccessSettings> settings;
    {
        const std::lock_guard lock(mutex_);
        settings = settings_;
    }
    if (!chooses(*settings, access.status)) {
        return;
    }
    const http::RequestHead& head = access.head;
    const log::RequestScope scope(head.request_id);
    log::Record record{.level = log::Level::info, .message = "request", .is_access = true};
    record.fields.reserve(9);
    record.fields.push_back(
        {"client", client_address(head, settings->trusted_proxies).to_string()});
    record.fields.push_back({"method", or_dash(printable(head.method, method_bytes_max))});
    record.fields.push_back(
        {"target", or_dash(masked_target(head.path, head.query, settings->path))});
    record.fields.push_back(number("status", access.status));
    record.fields.push_back({"reason", std::string(access.reason)});
    record.fields.push_back(number("bytes", access.body_bytes));
    record.fields.push_back(number("answer_bytes", access.answer_bytes));
    if (access.duration) {
        record.fields.push_back({"duration_ms", in_milliseconds(*access.duration), true});
    }
    log::write(std::move(record));
}

std::string masked_target(std::string_view path, std::string_view query,
                          std::string_view webhook_path) {
    std::string target;
    const std::string known = std::string(webhook_path) + '/';
    const auto is_shown = [&](std::string_view segment) {
        return segment.size() < secret_bytes_min ||
               known.find('/' + std::string(segment) + '/') != std::string::npos;
    };
    std::string_view rest = path;
    if (path.starts_with(webhook_path)) {
        rest.remove_prefix(webhook_path.size());
        target = webhook_path;
        if (!rest.empty()) {
            target += rest.front() == '/' ? "/" : "";
            target += rest == "/" ? "" : mask;
            rest = {};
        }
    }
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        target.append(is_shown(segment) ? segment : mask);
        rest.remove_prefix(segment.size());
        if (!rest.empty()) {
            target += '/';
            rest.remove_prefix(1);
        }
    }
    if (!query.empty()) {
        target.append("?").append(mask);
    }
    return printable(target, target_bytes_max);
}

}  // namespace verohook::ingest
