#include "app/columns.hpp"
#include "app/customer_commands.hpp"
#include "app/exit_status.hpp"
#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <cstdio>
#include <string>

#include <unistd.h>

namespace verohook::app {

namespace {

using customers::Customer;
using customers::EventRow;

std::string shown(Timestamp at) {
    std::string text = format_seconds(at);
    text[10] = ' ';
    text.pop_back();
    return text;
}

/// `since 2026-…`, where the time is known.
std::string since(const customers::Mark& mark) {
    return mark.is_set() ? " since " + shown(mark.at) : "";
}

void add_line(std::string& out, std::string_view name, std::string_view text) {
    out.append("  ").append(left(std::string(name), 15)).append(text).append("\n");
}

std::string verdict(const Customer& customer, bool colour) {
    if (customer.mailable()) {
        return painted("mailable", green, colour);
    }
    std::string reasons;
    for (const auto& [what, mark] : customer.obstacles()) {
        reasons.append(reasons.empty() ? "" : ", ").append(what).append(since(mark));
    }
    return painted("not mailable", red, colour) + ": " + reasons;
}

void add_profile(std::string& out, Customer& customer) {
    const customers::ProfileText& profile = customer.profile.text();
    const auto tags = event::parse_json(profile.tags);
    std::string text;
    if (tags && tags->get_if<event::Array>() != nullptr) {
        for (const event::Value& tag : *tags->get_if<event::Array>()) {
            if (const auto* const name = tag.get_if<std::string>()) {
                text.append(text.empty() ? "" : ", ").append(printable(*name, 128));
            }
        }
    }
    add_line(out, "tags", text.empty() ? "none" : text);
    const auto properties = event::parse_json(profile.properties);
    const auto* const members = properties ? properties->get_if<event::Object>() : nullptr;
    if (members == nullptr || members->empty()) {
        add_line(out, "properties", "none");
        return;
    }
    std::string_view title = "properties";
    for (const auto& [name, value] : *members) {
        std::string json;
        event::append_json(json, value);
        add_line(out, title, printable(name, 128) + " = " + printable(json, 256));
        title = "";
    }
}

std::string event_line(const EventRow& row, bool colour) {
    std::string line = "  " + painted(shown(row.received_at), dim, colour) + "  " +
                       left("#" + std::to_string(row.seq), 10) +
                       painted(fitted(row.type.empty() ? "(no type)" : row.type, 14), cyan, colour);
    if (row.campaign_name) {
        line += "  “" + printable(*row.campaign_name, 128) + "”";
    }
    for (const auto& text : {row.variation, row.bounce_type, row.bounce_message}) {
        if (text) {
            line += "  " + printable(*text, 128);
        }
    }
    if (row.duplicate_of) {
        line += "  duplicate of #" + std::to_string(*row.duplicate_of);
    }
    return line + "\n";
}

std::string known(Customer& customer, bool colour) {
    std::string out = painted(printable(customer.id, 256), bold, colour);
    if (customer.email) {
        out += "  " + printable(*customer.email, 256);
    }
    out += "  " + verdict(customer, colour) + "\n";
    add_line(out, "first seen", shown(customer.first_seen));
    add_line(out, "last seen", shown(customer.last_seen));
    add_line(out, "subscription",
             (customer.subscribed ? "subscribed" : "unsubscribed") + since(customer.subscription));
    add_line(out, "hard bounced",
             customer.hard_bounced ? "yes" + since(customer.hard_bounce) : "no");
    add_line(out, "soft bounces", with_thousands(customer.soft_bounces));
    add_line(out, "complained", customer.complained ? "yes" + since(customer.complaint) : "no");
    add_profile(out, customer);
    return out;
}

Result<std::string> events_of(customers::Reader& reader, const customers::EventFilter& filter,
                              bool colour) {
    auto all = filter;
    all.newest = 0;
    const auto count = reader.count_events(all);
    if (!count) {
        return count.error();
    }
    std::string out;
    add_line(out, "events",
             with_thousands(*count) +
                 (*count > filter.newest ? ", the newest " + with_thousands(filter.newest) : "") +
                 (*count > 0 && filter.newest > 0 ? ":" : ""));
    if (filter.newest == 0) {
        return out;
    }
    const auto read = reader.each_event(filter, [&](const EventRow& row) {
        out += event_line(row, colour);
        return true;
    });
    if (!read) {
        return read.error();
    }
    return out;
}

}  // namespace

int show_customer(const CustomerArguments& arguments) {
    const auto reader = open_tables(arguments.tables);
    if (!reader) {
        return fail_reading(reader.error());
    }
    auto found = (*reader)->customers(arguments.who);
    if (!found) {
        return fail_reading(found.error());
    }
    const bool colour = ::isatty(STDOUT_FILENO) == 1;
    for (Customer& customer : *found) {
        customers::EventFilter filter;
        filter.user_ids = {customer.id};
        filter.newest = arguments.lines;
        const auto events = events_of(**reader, filter, colour);
        if (!events) {
            return fail_reading(events.error());
        }
        std::fputs((known(customer, colour) + *events).c_str(), stdout);
    }
    if (found->empty()) {
        return fail(exit_failure, {ErrorCode::not_found, "no customer has the id or the address '" +
                                                             printable(arguments.who, 256) + "'"});
    }
    return exit_success;
}

}  // namespace verohook::app
