#include "support.hpp"

namespace verohook::event {
namespace {

/// What each of Vero's samples has to become.
struct PayloadRow {
    std::string file;
    std::string type;
    bool timed;
    std::string user_id;
    std::string email = "steve@getvero.com";
    std::string campaign_id = {};
    std::string campaign_name = {};
    std::string message_id = {};
    std::string properties = "{}";
};

const std::string mail_2020 = "20190730123456.1.1B72E094173067F0F@veromail.com";
const std::string order = "Order confirmation";
const std::string steve = R"({"firstname":"Steve","company":"Vero","role":"Bot"})";

const std::vector<PayloadRow>& rows() {
    static const std::vector<PayloadRow> all{
        {"help201510-bounced", "bounced", true, "123", "steve@getvero.com", "987", order},
        {"help201510-clicked", "clicked", true, "123", "steve@getvero.com", "987", order},
        {"help201510-delivered", "delivered", true, "123", "steve@getvero.com", "987", order},
        {"help201510-opened", "opened", true, "123", "steve@getvero.com", "987", order},
        {"help201510-sent", "sent", true, "123", "steve@getvero.com", "987", order},
        {"help201510-unsubscribed", "unsubscribed", true, "123"},
        {"help201510-user_created", "user_created", false, "123", "steve@getvero.com", "", "", "",
         steve},
        {"help201510-user_updated", "user_updated", false, "123"},
        {"help2019-sent", "sent", true, "123", "steve@getvero.com", "987", order, mail_2020},
        {"seed-sent", "sent", true, "12345", "steve@getvero.com", "1235666234572456",
         "Cart Abandonment Followup"},
        {"seed-user_updated", "user_updated", false, "123456", "damien@getvero.com"},
        {"website2020-bounced", "bounced", true, "123", " steve@getvero.com", "987", order,
         mail_2020},
        {"website2020-clicked", "clicked", true, "123", "steve@getvero.com", "987", order,
         mail_2020},
        {"website2020-delivered", "delivered", true, "123", "steve@getvero.com", "987", order,
         mail_2020},
        {"website2020-opened", "opened", true, "123", "steve@getvero.com", "987", order, mail_2020},
        {"website2020-sent", "sent", true, "123", "steve@getvero.com", "987", " " + order,
         mail_2020},
        {"website2020-unsubscribed", "unsubscribed", true, "123", "steve@getvero.com", "", order,
         mail_2020},
        {"website2020-user_created", "user_created", false, "123", "steve@getvero.com", "", "", "",
         steve},
        {"website2020-user_updated", "user_updated", false, "123"},
    };
    return all;
}

std::string text_of(const Field<std::string>& member) {
    return member ? *member : "";
}

class Payload : public testing::TestWithParam<PayloadRow> {};

TEST_P(Payload, decodes_without_a_complaint) {
    const PayloadRow& expected = GetParam();
    const Event event = decoded(payload(expected.file));
    const Common& shared = common(event);
    EXPECT_EQ(type_name(event), expected.type);
    EXPECT_EQ(known_types()[event.index()], expected.type);
    EXPECT_TRUE(shared.problems.empty());
    EXPECT_TRUE(shared.extra.empty()) << json_of(shared.extra);
    ASSERT_EQ(shared.occurred_at.has_value(), expected.timed);
    if (expected.timed) {
        EXPECT_EQ(format_seconds(*shared.occurred_at), "2015-06-22T23:37:18Z");
    }
    ASSERT_TRUE(shared.user);
    EXPECT_EQ(*shared.user->id, (Id{expected.user_id, true}));
    EXPECT_EQ(*shared.user->email, expected.email);
    EXPECT_EQ(json_of(shared.user->properties), expected.properties);
    EXPECT_EQ(shared.campaign.has_value(), !expected.campaign_name.empty());
    if (shared.campaign) {
        EXPECT_EQ(text_of(shared.campaign->name), expected.campaign_name);
        EXPECT_EQ(shared.campaign->id ? shared.campaign->id->text : "", expected.campaign_id);
        EXPECT_TRUE(shared.campaign->subject);
        EXPECT_TRUE(shared.campaign->variation);
    }
    EXPECT_EQ(text_of(shared.message_id), expected.message_id);
    const bool reads_mail = expected.type == "opened" || expected.type == "clicked";
    EXPECT_EQ(shared.user_agent.has_value(), reads_mail || expected.file == "seed-sent");
}

INSTANTIATE_TEST_SUITE_P(Rows, Payload, testing::ValuesIn(rows()), [](const auto& row) {
    std::string name = row.param.file;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(Payloads, each_file_has_a_row) {
    std::vector<std::string> files;
    for (const PayloadRow& row : rows()) {
        files.push_back(row.file);
    }
    EXPECT_EQ(payload_names(), files);
}

TEST(Payloads, the_invalid_one_is_malformed_at_its_trailing_comma) {
    const std::string body = payload("website2020-unsubscribed.as-printed.invalid");
    const auto event = decode(body);
    ASSERT_FALSE(event.has_value());
    EXPECT_EQ(event.error().offset, body.rfind('}'));
    EXPECT_EQ(event.error().message, "The JSON is not valid: `}` was not expected here.");
}

TEST(Payloads, changes_are_typed) {
    const Event event = decoded(payload("seed-user_updated"));
    const auto& changes = std::get<UserUpdated>(event).changes;
    ASSERT_TRUE(changes && changes->tags);
    EXPECT_EQ(*changes->tags->add, Array{"test"});
    EXPECT_EQ(*changes->tags->remove, Array{});
    EXPECT_EQ(json_of(changes->properties), R"({"first_name":"Chris"})");
}

TEST(Payloads, both_campaign_shapes_become_one) {
    const Event event = decoded(payload("website2020-unsubscribed"));
    const Campaign& campaign = *common(event).campaign;
    EXPECT_FALSE(campaign.id.present());
    EXPECT_EQ(*campaign.name, "Order confirmation");
    EXPECT_EQ(*campaign.subject, "Your order is being processed!");
    EXPECT_EQ(*campaign.variation, "Control");
    EXPECT_EQ(*campaign.series, "Order Tracking");
    EXPECT_EQ(*campaign.template_name, "Order Template");
}

}  // namespace
}  // namespace verohook::event
