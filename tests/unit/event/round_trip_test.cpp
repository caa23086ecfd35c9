#include "event/samples.hpp"

#include "support.hpp"

#include <nlohmann/json.hpp>

namespace verohook::event {
namespace {

using Json = nlohmann::json;

/// Adds `from` to `into`, object by object. False if a scalar would be overwritten.
bool merge(Json& into, const Json& from) {
    for (const auto& [name, value] : from.items()) {
        if (!into.contains(name)) {
            into[name] = value;
        } else if (!into[name].is_object() || !value.is_object() || !merge(into[name], value)) {
            return false;
        }
    }
    return true;
}

void rename(Json& object, const char* from, const char* to) {
    if (object.is_object() && object.contains(from)) {
        object[to] = object[from];
        object.erase(from);
    }
}

/// Puts `properties` back among the other members.
void flatten(Json& object) {
    if (object.is_object() && object.contains("properties")) {
        const Json properties = object["properties"];
        object.erase("properties");
        EXPECT_TRUE(merge(object, properties));
    }
}

/// The body that a line was made of, as far as a line can tell: see `normalized`.
Json body_of(const Json& line) {
    Json body = Json::object();
    for (const char* const name : {"user", "campaign", "message_id", "user_agent", "sender_ip"}) {
        if (line.contains(name)) {
            body[name] = line[name];
        }
    }
    if (!line["type"].is_null()) {
        body["type"] = line["type"];
    }
    if (!line["occurred_at"].is_null()) {
        const auto time = parse_rfc3339(line["occurred_at"].get<std::string>());
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch());
        body[line["type"].get<std::string>() + "_at"] = std::to_string(seconds.count());
    }
    if (body.contains("user")) {
        flatten(body["user"]);
    }
    if (body.contains("campaign")) {
        rename(body["campaign"], "trigger_event", "trigger-event");
        rename(body["campaign"], "series", "series_title");
    }
    if (line.contains("bounce")) {
        for (const auto& [name, value] : line["bounce"].items()) {
            body["bounce_" + name] = value;
        }
    }
    if (line.contains("changes")) {
        body["changes"] = line["changes"];
        flatten(body["changes"]);
        rename(body["changes"], "tags", "_tags");
    }
    if (line.contains("trigger")) {
        body["event"] = line["trigger"];
    }
    EXPECT_TRUE(merge(body, line.value("extra", Json::object()))) << line;
    return body;
}

/// A body in the one form into which the event brings all its forms: one shape of campaign, the
/// mail's id and a new customer's profile in one place, and the time as text.
Json normalized(Json body) {
    const std::string type = body.contains("type") && body["type"].is_string()
                                 ? body["type"].get<std::string>()
                                 : std::string();
    if (body.contains("campaign") && body["campaign"].is_object()) {
        Json& campaign = body["campaign"];
        rename(campaign, "campaign_title", "name");
        rename(campaign, "email_subject", "subject");
        rename(campaign, "variation_name", "variation");
        if (campaign.contains("message_id")) {
            body["message_id"] = campaign["message_id"];
            campaign.erase("message_id");
        }
    }
    const std::string time = type + "_at";
    if (body.contains(time) && body[time].is_number_unsigned()) {
        body[time] = body[time].dump();
    }
    if (type == "user_created") {
        Json profile = body;
        for (const char* const name : {"type", "user", "user_created_at"}) {
            profile.erase(name);
        }
        for (const auto& [name, value] : profile.items()) {
            body.erase(name);
            body["user"][name] = value;
        }
    }
    return body;
}

void expect_round_trip(const std::string& body) {
    for (const Format format : {Format::json, Format::cloudevents}) {
        Json line = Json::parse(encoded(body, format));
        if (format == Format::cloudevents) {
            line = Json(line["data"]);
        }
        EXPECT_EQ(body_of(line), normalized(Json::parse(body))) << body << '\n' << line;
    }
    EXPECT_EQ(Json::parse(encoded(body, Format::raw)), Json::parse(body)) << body;
}

TEST(RoundTrip, nothing_of_veros_samples_is_lost) {
    for (const std::string& name : payload_names()) {
        expect_round_trip(payload(name));
    }
}

TEST(RoundTrip, nothing_of_generated_samples_is_lost) {
    for (const std::string_view type : known_types()) {
        for (std::uint64_t number = 0; number < 100; ++number) {
            expect_round_trip(sample_body(type, number, sample_time));
        }
    }
}

TEST(RoundTrip, nothing_of_odd_bodies_is_lost) {
    const std::vector<std::string> bodies{
        "{}",
        R"({"type":5,"user":{"id":{},"email":[],"a":{"b":null}},"campaign":{"id":true,"x":{}}})",
        R"({"type":"bounced","bounce_type":1,"bounce_code":{},"bounce_message":null,"z":[1,[2]]})",
        R"({"type":"new","new_at":"77","user":7,"campaign":"c","event":false,"message_id":[]})",
        R"({"type":"sent","sent_at":"soon","changes":{"a":1},"sender_ip":"::1","bounce_code":5})",
        R"({"type":"user_updated","changes":{"_tags":{"add":1,"remove":null,"x":2},"y":null}})",
        R"({"type":"user_updated","changes":[1],"id":"7","email":"a+b@c.d","action":"x"})",
        R"({"type":"delivered","sender_ip":5,"event":{"name":1,"data":{"a":[]},"other":{}}})",
        R"({"type":"user_created","id":5,"email":null,"a":1,"user":{"b":2}})",
        R"({"type":"sent","user":null,"campaign":null,"event":null,"message_id":null})",
        R"({"type":"opened","user":{},"campaign":{},"event":{}})",
    };
    for (const std::string& body : bodies) {
        expect_round_trip(body);
    }
}

TEST(RoundTrip, every_single_member_of_any_type_survives) {
    const std::vector<std::string> names{"user",        "campaign",       "event",   "message_id",
                                         "user_agent",  "sender_ip",      "changes", "bounce_type",
                                         "bounce_code", "bounce_message", "other",   "sent_at",
                                         "delivered_at"};
    const std::vector<std::string> values{
        "null",
        "true",
        "1",
        "1.5",
        R"("text")",
        "[]",
        R"([{"a":1}])",
        "{}",
        R"({"id":[1],"email":{"x":1},"name":[2],"_tags":{"add":{}},"message_id":"m","type":3})"};
    for (const char* const type : {"sent", "delivered", "bounced", "user_updated", "unknown"}) {
        for (const std::string& name : names) {
            for (const std::string& value : values) {
                expect_round_trip(R"({"type":")" + std::string(type) + R"(",")" + name +
                                  "\":" + value + "}");
            }
        }
    }
}

}  // namespace
}  // namespace verohook::event
