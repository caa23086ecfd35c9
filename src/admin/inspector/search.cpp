#include "admin/inspector/search.hpp"

#include "base/text.hpp"
#include "http/message.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace verohook::admin {

namespace {

/// How long one call may search: the page shows what there is, and asks on.
constexpr std::chrono::milliseconds search_time{300};
constexpr std::size_t step_records = 2000;

Result<std::optional<Timestamp>> query_time(std::string_view query, std::string_view key) {
    const std::string text = query_text(query, key);
    if (text.empty()) {
        return std::optional<Timestamp>{};
    }
    const auto at = parse_rfc3339(text);
    if (!at) {
        return Error{ErrorCode::invalid_input,
                     std::string(key) + " is no time like 2026-01-31T12:00:00Z"};
    }
    return at;
}

/// False only where the body cannot say `wanted` in any member: without an escape, what a member
/// says stands there as it is.
bool may_say(const std::string& body, std::string_view wanted) {
    return wanted.empty() || body.find('\\') != std::string::npos ||
           contains_ignoring_case(body, wanted);
}

bool is_of_user(const event::Common& common, std::string_view wanted) {
    const auto& user = common.user;
    return user && ((user->id && user->id->text == wanted) ||
                    (user->email && equals_ignoring_case(*user->email, wanted)));
}

bool is_of_campaign(const event::Common& common, std::string_view wanted) {
    const auto& campaign = common.campaign;
    return campaign && ((campaign->id && campaign->id->text == wanted) ||
                        (campaign->name && contains_ignoring_case(*campaign->name, wanted)));
}

/// The last place of the search, and the first.
struct Bounds {
    journal::Seq before = 0;
    journal::Seq after = 0;
};

Result<Bounds> bounds_of(journal::Journal& journal, const EventFilter& filter,
                         std::optional<journal::Seq> before) {
    Bounds bounds{journal.newest() + 1, 0};
    if (before) {
        bounds.before = std::min(bounds.before, *before);
    }
    if (filter.until) {
        const auto last = journal.last_before(*filter.until + std::chrono::microseconds{1});
        if (!last) {
            return last.error();
        }
        bounds.before = std::min(bounds.before, *last + 1);
    }
    if (filter.since) {
        const auto last = journal.last_before(*filter.since);
        if (!last) {
            return last.error();
        }
        bounds.after = *last;
    }
    return bounds;
}

}  // namespace

bool EventFilter::empty() const {
    return type.empty() && status.empty() && user.empty() && campaign.empty() && text.empty() &&
           id.empty() && !since && !until;
}

std::string query_text(std::string_view query, std::string_view key) {
    std::string spaced(query);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return http::query_value(spaced, key).value_or("");
}

Result<EventFilter> parse_filter(std::string_view query) {
    EventFilter filter;
    filter.type = query_text(query, "type");
    filter.status = query_text(query, "status");
    filter.user = query_text(query, "user");
    filter.campaign = query_text(query, "campaign");
    filter.text = query_text(query, "text");
    filter.id = query_text(query, "id");
    for (const auto& [key, member] :
         {std::pair{"since", &EventFilter::since}, std::pair{"until", &EventFilter::until}}) {
        const auto at = query_time(query, key);
        if (!at) {
            return at.error();
        }
        filter.*member = *at;
    }
    return filter;
}

Result<std::optional<std::uint64_t>> query_number(std::string_view query, std::string_view key) {
    const std::string text = query_text(query, key);
    if (text.empty()) {
        return std::optional<std::uint64_t>{};
    }
    const auto number = parse_number(text);
    if (!number) {
        return Error{ErrorCode::invalid_input, std::string(key) + " is no number"};
    }
    return number;
}

std::optional<View> match(const EventFilter& filter, journal::RecordPtr record) {
    if ((!filter.type.empty() && filter.type != record->type) ||
        (!filter.status.empty() && filter.status != status_of(*record)) ||
        (!filter.text.empty() && !contains_ignoring_case(record->body, filter.text))) {
        return std::nullopt;
    }
    const bool has_id = filter.id.empty() || filter.id == to_hex(record->id);
    if (!may_say(record->body, filter.user) || !may_say(record->body, filter.campaign) ||
        (!has_id && !may_say(record->body, filter.id))) {
        return std::nullopt;
    }
    View view(std::move(record));
    if (has_id && filter.user.empty() && filter.campaign.empty()) {
        return view;
    }
    if (!view.event) {
        return std::nullopt;
    }
    const event::Common& common = event::common(*view.event);
    if ((!filter.user.empty() && !is_of_user(common, filter.user)) ||
        (!filter.campaign.empty() && !is_of_campaign(common, filter.campaign)) ||
        (!has_id && !(common.message_id && *common.message_id == filter.id))) {
        return std::nullopt;
    }
    return view;
}

Result<Page> search(journal::Journal& journal, const EventFilter& filter,
                    std::optional<journal::Seq> before, std::size_t limit) {
    const auto bounds = bounds_of(journal, filter, before);
    if (!bounds) {
        return bounds.error();
    }
    const auto deadline = std::chrono::steady_clock::now() + search_time;
    std::size_t step = filter.empty() ? limit + 1 : step_records;
    Page page;
    journal::Seq end = bounds->before;
    while (end > bounds->after + 1) {
        // Numbers that were left out are not walked through one by one.
        const journal::Health health = journal.health();
        const std::uint64_t newer = health.events_after(end - 1);
        const journal::Seq start = std::max(bounds->after, health.position_before(newer + step));
        auto records = journal.read(start, {.records_max = step});
        if (!records) {
            return records.error();
        }
        std::erase_if(*records, [end](const auto& record) { return record->seq >= end; });
        if (records->size() < health.events_after(start) - newer && step > 1) {
            // Large ones, which are not all read at once: the newest of them come first.
            step = std::max<std::size_t>(1, records->size() / 2);
            continue;
        }
        for (auto record = records->rbegin(); record != records->rend(); ++record) {
            const journal::Seq seq = (*record)->seq;
            if (page.events.size() == limit) {
                page.next = seq + 1;
                return page;
            }
            if (auto view = match(filter, std::move(*record))) {
                page.events.push_back(*std::move(view));
            }
        }
        end = start + 1;
        if (end > health.oldest && end > bounds->after + 1 &&
            std::chrono::steady_clock::now() >= deadline) {
            page.next = end;
            break;
        }
    }
    return page;
}

}  // namespace verohook::admin
