#include "support.hpp"

#include <map>

namespace verohook::event {
namespace {

/// A body, and what of the encoded line follows `received_at`.
struct DecodeRow {
    std::string name;
    std::string body;
    std::string expected;
};

class Decode : public testing::TestWithParam<DecodeRow> {};

TEST_P(Decode, maps_every_member) {
    const std::string line = encoded(GetParam().body);
    const std::string mark = R"(.123456Z")";
    const std::size_t begin = line.find(mark) + mark.size();
    EXPECT_EQ(line.substr(begin), GetParam().expected + "}");
}

const std::vector<DecodeRow>& null_rows() {
    static const std::vector<DecodeRow> rows{
        {"nothing", "{}", ""},
        {"nulls_are_kept",
         R"({"type":"bounced","user":null,"campaign":null,"message_id":null,"user_agent":null,)"
         R"("bounce_type":null,"bounce_code":null,"bounce_message":null,"event":null})",
         R"(,"user":null,"campaign":null,"message_id":null,"user_agent":null,)"
         R"("bounce":{"type":null,"code":null,"message":null},"trigger":null)"},
        {"nulls_inside",
         R"({"type":"user_updated","user":{"id":null,"email":null,"x":null},)"
         R"("campaign":{"id":null,"name":null},"event":{"name":null,"triggered_at":null,)"
         R"("data":null},"changes":{"_tags":null,"a":null}})",
         R"(,"user":{"id":null,"email":null,"properties":{"x":null}},)"
         R"("campaign":{"id":null,"name":null},"changes":{"tags":null,"properties":{"a":null}},)"
         R"("trigger":{"name":null,"triggered_at":null,"data":null})"},
        {"empty_parts_are_kept",
         R"({"type":"user_updated","user":{},"campaign":{},"changes":{},"event":{}})",
         R"(,"user":{},"campaign":{},"changes":{},"trigger":{})"},
        {"empty_tags", R"({"type":"user_updated","changes":{"_tags":{}}})",
         R"(,"changes":{"tags":{}})"},
        {"null_lists", R"({"type":"user_updated","changes":{"_tags":{"add":null}}})",
         R"(,"changes":{"tags":{"add":null}})"},
        {"null_time", R"({"type":"sent","sent_at":null})", R"(,"extra":{"sent_at":null})"},
        {"null_sender", R"({"type":"delivered","sender_ip":null})", R"(,"sender_ip":null)"},
    };
    return rows;
}

const std::vector<DecodeRow>& wrong_type_rows() {
    static const std::vector<DecodeRow> rows{
        {"wrong_type", R"({"type":7})",
         R"(,"extra":{"type":7},"problems":["type is a number where a string was expected"])"},
        {"wrong_user", R"({"type":"sent","user":"steve"})",
         R"(,"extra":{"user":"steve"},)"
         R"("problems":["user is a string where an object was expected"])"},
        {"wrong_user_members", R"({"type":"sent","user":{"id":true,"email":7,"a":1}})",
         R"(,"user":{"properties":{"a":1}},"extra":{"user":{"id":true,"email":7}},)"
         R"("problems":["user.id is a boolean where a number or a string was expected",)"
         R"("user.email is a number where a string was expected"])"},
        {"wrong_campaign_id", R"({"campaign":{"id":{}}})",
         R"(,"campaign":{},"extra":{"campaign":{"id":{}}},)"
         R"("problems":["campaign.id is an object where a number or a string was expected"])"},
        {"wrong_campaign", R"({"campaign":[1]})",
         R"(,"extra":{"campaign":[1]},)"
         R"("problems":["campaign is an array where an object was expected"])"},
        {"wrong_campaign_text", R"({"campaign":{"name":"x","tags":["a"],"channel":false}})",
         R"(,"campaign":{"name":"x"},"extra":{"campaign":{"tags":["a"],"channel":false}},)"
         R"("problems":["campaign.tags is an array where a string was expected",)"
         R"("campaign.channel is a boolean where a string was expected"])"},
        {"wrong_message_id", R"({"message_id":1,"user_agent":{}})",
         R"(,"extra":{"message_id":1,"user_agent":{}},)"
         R"("problems":["message_id is a number where a string was expected",)"
         R"("user_agent is an object where a string was expected"])"},
        {"wrong_bounce",
         R"({"type":"bounced","bounce_type":1,"bounce_code":[],"bounce_message":2})",
         R"(,"extra":{"bounce_type":1,"bounce_code":[],"bounce_message":2},)"
         R"("problems":["bounce_type is a number where a string was expected",)"
         R"("bounce_code is an array where a number or a string was expected",)"
         R"("bounce_message is a number where a string was expected"])"},
        {"wrong_changes", R"({"type":"user_updated","changes":"x"})",
         R"(,"extra":{"changes":"x"},)"
         R"("problems":["changes is a string where an object was expected"])"},
        {"wrong_tags", R"({"type":"user_updated","changes":{"_tags":["a"],"b":1}})",
         R"(,"changes":{"properties":{"b":1}},"extra":{"changes":{"_tags":["a"]}},)"
         R"("problems":["changes._tags is an array where an object was expected"])"},
        {"wrong_tag_list",
         R"({"type":"user_updated","changes":{"_tags":{"add":"a","remove":[1,null]}}})",
         R"(,"changes":{"tags":{"remove":[1,null]}},"extra":{"changes":{"_tags":{"add":"a"}}},)"
         R"("problems":["changes._tags.add is a string where an array was expected"])"},
        {"wrong_trigger", R"({"event":"x"})",
         R"(,"extra":{"event":"x"},)"
         R"("problems":["event is a string where an object was expected"])"},
        {"wrong_trigger_name", R"({"event":{"name":1,"data":"free"}})",
         R"(,"trigger":{"data":"free"},"extra":{"event":{"name":1}},)"
         R"("problems":["event.name is a number where a string was expected"])"},
        {"wrong_sender", R"({"type":"delivered","sender_ip":1})",
         R"(,"extra":{"sender_ip":1},)"
         R"("problems":["sender_ip is a number where a string was expected"])"},
    };
    return rows;
}

const std::vector<DecodeRow>& unknown_rows() {
    static const std::vector<DecodeRow> rows{
        {"unknown_members",
         R"({"type":"clicked","url":"http://x","campaign":{"new":[1]},"event":{"new":2},"z":null})",
         R"(,"campaign":{},"trigger":{},)"
         R"("extra":{"url":"http://x","campaign":{"new":[1]},"event":{"new":2},"z":null})"},
        {"unknown_in_tags", R"({"type":"user_updated","changes":{"_tags":{"set":["a"]}}})",
         R"(,"changes":{"tags":{}},"extra":{"changes":{"_tags":{"set":["a"]}}})"},
        {"members_of_other_types",
         R"({"type":"sent","bounce_type":"hard","changes":{"_tags":{}},"sender_ip":"::1"})",
         R"(,"extra":{"bounce_type":"hard","changes":{"_tags":{}},"sender_ip":"::1"})"},
        {"times_of_other_types", R"({"type":"opened","sent_at":1435016238})",
         R"(,"extra":{"sent_at":1435016238})"},
        {"user_updated_with_more",
         R"({"type":"user_updated","action":"updated","id":"7","email":"a+b@c.d","changes":{}})",
         R"(,"changes":{},"extra":{"action":"updated","id":"7","email":"a+b@c.d"})"},
        {"both_shapes",
         R"({"campaign":{"campaign_title":"B","name":"A","email_subject":"S","variation":null,)"
         R"("variation_name":"C","series_title":"T"}})",
         R"(,"campaign":{"name":"A","subject":"S","variation":null,"series":"T"},)"
         R"("extra":{"campaign":{"campaign_title":"B","variation_name":"C"}},)"
         R"("problems":["campaign has both name and campaign_title",)"
         R"("campaign has both variation and variation_name"])"},
        {"all_campaign_members",
         R"({"campaign":{"id":"a","type":"b","name":"c","subject":"d","trigger-event":"e",)"
         R"("permalink":"f","variation":"g","group":"h","channel":"i","sent_to":"j",)"
         R"("locale":"k","tags":"l, m","series_title":"n","template":"o"}})",
         R"(,"campaign":{"id":"a","type":"b","name":"c","subject":"d","trigger_event":"e",)"
         R"("permalink":"f","variation":"g","group":"h","channel":"i","sent_to":"j",)"
         R"("locale":"k","tags":"l, m","series":"n","template":"o"})"},
        {"message_id_in_both", R"({"campaign":{"message_id":"m"},"message_id":"m"})",
         R"(,"campaign":{},"message_id":"m")"},
        {"message_ids_differ", R"({"message_id":"m","campaign":{"message_id":"n","x":1}})",
         R"(,"campaign":{},"message_id":"m","extra":{"campaign":{"x":1,"message_id":"n"}},)"
         R"("problems":["campaign.message_id is not the message_id at the top level"])"},
        {"message_id_null_in_campaign", R"({"campaign":{"message_id":null}})",
         R"(,"campaign":{},"message_id":null)"},
        {"message_id_wrong_in_campaign", R"({"campaign":{"message_id":5},"message_id":"m"})",
         R"(,"campaign":{},"message_id":"m","extra":{"campaign":{"message_id":5}},)"
         R"("problems":["campaign.message_id is a number where a string was expected"])"},
        {"numbers_as_written",
         R"({"user":{"id":123456789012345678901234567890,"x":1.50},"campaign":{"id":-0.0}})",
         R"(,"user":{"id":123456789012345678901234567890,"properties":{"x":1.50}},)"
         R"("campaign":{"id":-0.0})"},
        {"duplicate_keys", R"({"type":"opened","a":1,"type":"sent","a":2,"user":{"id":1,"id":2}})",
         R"(,"user":{"id":2},"extra":{"a":2},"problems":["duplicate key \"id\"",)"
         R"("duplicate key \"type\"","duplicate key \"a\""])"},
    };
    return rows;
}

const std::vector<DecodeRow>& profile_rows() {
    static const std::vector<DecodeRow> rows{
        {"profile_in_user", R"({"type":"user_created","user":{"id":1,"city":"X"}})",
         R"(,"user":{"id":1,"properties":{"city":"X"}})"},
        {"profile_at_top", R"({"type":"user_created","id":"1","email":"a+b@c.d","city":"X"})",
         R"(,"user":{"id":"1","email":"a+b@c.d","properties":{"city":"X"}})"},
        {"profile_in_both",
         R"({"type":"user_created","city":"X","zip":1,"user":{"id":1,"city":"X","name":"N"}})",
         R"(,"user":{"id":1,"properties":{"city":"X","name":"N","zip":1}})"},
        {"profile_contradicts",
         R"({"type":"user_created","city":"Y","id":2,"email":null,)"
         R"("user":{"id":1,"email":"e","city":"X"}})",
         R"(,"user":{"id":1,"email":"e","properties":{"city":"X"}},)"
         R"("extra":{"city":"Y","id":2,"email":null},)"
         R"("problems":["city at the top level is not what user says",)"
         R"("id at the top level is not what user says",)"
         R"("email at the top level is not what user says"])"},
        {"profile_agrees", R"({"type":"user_created","id":1,"user":{"id":1}})",
         R"(,"user":{"id":1})"},
        {"profile_beside_null_user", R"({"type":"user_created","user":null,"id":1})",
         R"(,"user":{"id":1},"extra":{"user":null})"},
        {"null_user_alone", R"({"type":"user_created","user":null})", R"(,"user":null)"},
        {"profile_beside_wrong_user", R"({"type":"user_created","user":5,"id":1})",
         R"(,"user":{"id":1},"extra":{"user":5},)"
         R"("problems":["user is a number where an object was expected"])"},
        {"profile_wrong_id", R"({"type":"user_created","id":[],"email":1})",
         R"(,"user":{},"extra":{"id":[],"email":1},)"
         R"("problems":["id is an array where a number or a string was expected",)"
         R"("email is a number where a string was expected"])"},
        {"no_profile_of_other_types", R"({"type":"user_created","changes":{},"bounce_type":"x"})",
         R"(,"extra":{"changes":{},"bounce_type":"x"})"},
    };
    return rows;
}

std::string row_name(const testing::TestParamInfo<DecodeRow>& row) {
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Nulls, Decode, testing::ValuesIn(null_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(WrongTypes, Decode, testing::ValuesIn(wrong_type_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Unknown, Decode, testing::ValuesIn(unknown_rows()), row_name);
INSTANTIATE_TEST_SUITE_P(Profiles, Decode, testing::ValuesIn(profile_rows()), row_name);

TEST(DecodeTypes, every_known_type_is_its_own_alternative) {
    for (std::size_t index = 0; index < known_types().size(); ++index) {
        const std::string type(known_types()[index]);
        const Event event = decoded(R"({"user":{"id":1},"type":")" + type + R"("})");
        EXPECT_EQ(event.index(), index);
        EXPECT_EQ(type_name(event), type);
    }
}

TEST(DecodeTypes, unrecognized) {
    struct Row {
        std::string body;
        bool present;
        std::string name;
    };
    const std::vector<Row> rows{
        {R"({"type":"exploded"})", true, "exploded"},
        {R"({"type":"Sent"})", true, "Sent"},
        {R"({"type":""})", true, ""},
        {R"({"type":null})", true, ""},
        {R"({"type":["sent"]})", false, ""},
        {"{}", false, ""},
    };
    for (const Row& row : rows) {
        const Event event = decoded(row.body);
        const auto* const unrecognized = std::get_if<Unrecognized>(&event);
        ASSERT_NE(unrecognized, nullptr) << row.body;
        EXPECT_EQ(unrecognized->type.present(), row.present) << row.body;
        EXPECT_EQ(type_name(event), row.name) << row.body;
    }
}

TEST(DecodeTypes, a_body_that_is_no_object_is_malformed) {
    const std::map<std::string, std::string> bodies{{"[]", "an array"},
                                                    {"\"sent\"", "a string"},
                                                    {"1", "a number"},
                                                    {"true", "a boolean"},
                                                    {"null", "null"}};
    for (const auto& [body, kind] : bodies) {
        const auto event = decode("  " + body);
        ASSERT_FALSE(event.has_value());
        EXPECT_EQ(event.error().message,
                  "The body is " + kind + ", but an event is a JSON object.");
        EXPECT_EQ(event.error().offset, 2U);
    }
}

TEST(DecodeProblems, are_bounded) {
    std::string body = "{";
    for (int index = 0; index < 1'000; ++index) {
        body += R"("same":1,)";
    }
    body.back() = '}';
    const Event event = decoded(body);
    ASSERT_EQ(common(event).problems.size(), 33U);
    EXPECT_EQ(common(event).problems.back(), "there are more problems than are listed");
}

TEST(DecodeProblems, name_no_key_at_length_and_no_control_character) {
    const std::string key = R"(\u001b)" + repeated("k", 5'000);
    const Event event = decoded("{\"" + key + "\":1,\"" + key + "\":2}");
    ASSERT_EQ(common(event).problems.size(), 1U);
    EXPECT_EQ(common(event).problems[0], "duplicate key \"\\x1b" + repeated("k", 63) + "…\"");
}

TEST(DecodeLarge, profiles_on_both_sides_are_quick) {
    // Comparing each with each would take minutes.
    std::string members;
    for (int index = 0; index < 50'000; ++index) {
        members += "\"key " + std::to_string(index) + "\":" + std::to_string(index) + ",";
    }
    const std::string body =
        "{\"type\":\"user_created\"," + members + "\"user\":{" + members + "\"id\":1}}";
    const Event event = decoded(body);
    EXPECT_EQ(common(event).user->properties.size(), 50'000U);
    EXPECT_TRUE(common(event).extra.empty());
}

TEST(DecodeLarge, unknown_members_are_quick) {
    std::string members;
    for (int index = 0; index < 50'000; ++index) {
        members += "\"key " + std::to_string(index) + "\":1,";
    }
    const Event event =
        decoded("{" + members + "\"campaign\":{" + members + "\"x\":1},\"event\":{}}");
    EXPECT_EQ(common(event).extra.size(), 50'001U);
}

}  // namespace
}  // namespace verohook::event
