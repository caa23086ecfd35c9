#include "support.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace verohook::customers {
namespace {

/// An event of the customer 1, with more members where `more` begins with a comma.
std::string of_user(std::string_view type, std::string_view more = "") {
    return R"({"type":")" + std::string(type) + R"(","user":{"id":1})" + std::string(more) + "}";
}

std::string updated(std::string_view changes) {
    return of_user("user_updated", R"(,"changes":)" + std::string(changes));
}

std::string at(std::string_view type, int seconds_before_start) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(start.time_since_epoch());
    return of_user(type, ",\"" + std::string(type) +
                             "_at\":" + std::to_string(seconds.count() - seconds_before_start));
}

Customer applied(const Arrivals& arrivals, const std::vector<std::uint64_t>& order) {
    Customer customer = make_customer(arrivals.fact(order.front()));
    for (const std::uint64_t seq : order) {
        customer.apply(arrivals.fact(seq));
    }
    return customer;
}

struct Case {
    std::string name;
    std::vector<std::string> bodies;
    std::string expected;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all{
        {"created",
         {R"({"type":"user_created","user":{"id":1,"email":" a@b.c ","plan":"gold"}})"},
         R"(a@b.c {"plan":"gold"} [] mailable)"},
        {"created with a profile at the top level",
         {R"({"type":"user_created","id":1,"email":"a@b.c","plan":"gold"})"},
         R"(a@b.c {"plan":"gold"} [] mailable)"},
        {"properties keep their order and their types",
         {updated(R"({"b":1.50,"a":{"x":[true,null]},"c":"ü"})"), updated(R"({"a":2})")},
         R"(- {"b":1.50,"a":2,"c":"ü"} [] mailable)"},
        {"null removes",
         {updated(R"({"a":1,"b":2})"), updated(R"({"a":null})")},
         R"(- {"b":2} [] mailable)"},
        {"null in user_created is no property",
         {R"({"type":"user_created","user":{"id":1,"plan":null}})"},
         "- {} [] mailable"},
        {"changes come before what user says",
         {R"({"type":"user_updated","user":{"id":1,"email":"old@b.c","a":1},)"
          R"("changes":{"email":"new@b.c","a":2}})"},
         R"(new@b.c {"a":2} [] mailable)"},
        {"an email in changes",
         {updated(R"({"email":"a@b.c"})"), at("opened", 5)},
         "a@b.c {} [] mailable"},
        {"null in changes removes the email",
         {updated(R"({"email":"a@b.c"})"), updated(R"({"email":null})")},
         "- {} [] mailable"},
        {"null in user leaves the email",
         {updated(R"({"email":"a@b.c"})"), R"({"type":"opened","user":{"id":1,"email":null}})"},
         "a@b.c {} [] mailable"},
        {"an email that is no text",
         {updated(R"({"email":5})"), updated(R"({"email":" "})")},
         "- {} [] mailable"},
        {"tags are a set",
         {updated(R"({"_tags":{"add":["b","a","b"],"remove":[]}})"),
          updated(R"({"_tags":{"add":["a"]}})"), updated(R"({"_tags":{"remove":["b","x"]}})")},
         R"(- {} ["a"] mailable)"},
        {"add, remove, add again",
         {updated(R"({"_tags":{"add":["a"]}})"), updated(R"({"_tags":{"remove":["a"]}})"),
          updated(R"({"_tags":{"add":["a"]}})")},
         R"(- {} ["a"] mailable)"},
        {"lists that are missing, empty or null",
         {updated(R"({"_tags":{"add":null,"remove":null}})"), updated(R"({"_tags":{}})"),
          updated(R"({"_tags":null})"), updated(R"({"_tags":{"add":[]}})"), updated("null"),
          of_user("user_updated")},
         "- {} [] mailable"},
        {"a tag in both lists is there",
         {updated(R"({"_tags":{"remove":["a"],"add":["a"]}})")},
         R"(- {} ["a"] mailable)"},
        {"tags of other types",
         {updated(R"({"_tags":{"add":[5,null,true,{"a":1},["b"]]}})")},
         R"(- {} ["5"] mailable)"},
        {"unsubscribed", {at("unsubscribed", 0)}, "- {} [] unsubscribed"},
        {"unsubscribed, then resubscribed without a time",
         {at("unsubscribed", 0), of_user("resubscribed")},
         "- {} [] mailable"},
        {"resubscribed, then an unsubscribed that is older comes late",
         {of_user("resubscribed"), at("unsubscribed", 3600)},
         "- {} [] mailable"},
        {"resubscribed, then an unsubscribed that is newer",
         {at("resubscribed", 3600), at("unsubscribed", 60)},
         "- {} [] unsubscribed"},
        {"of equal times the later arrival holds",
         {at("resubscribed", 60), at("unsubscribed", 60)},
         "- {} [] unsubscribed"},
        {"a time in the future is no later than the arrival",
         {at("unsubscribed", -1'000'000), of_user("resubscribed")},
         "- {} [] mailable"},
        {"hard bounce, and nothing clears it",
         {of_user("bounced", R"(,"bounce_type":"hard")"), at("delivered", 0),
          of_user("resubscribed")},
         "- {} [] hard_bounced"},
        {"soft bounces are counted",
         {of_user("bounced", R"(,"bounce_type":"soft")"), of_user("bounced"),
          of_user("bounced", R"(,"bounce_type":"odd")")},
         "- {} [] soft=3 mailable"},
        {"a hard bounce in capitals",
         {of_user("bounced", R"(,"bounce_type":"Hard")")},
         "- {} [] hard_bounced"},
        {"complained, and nothing clears it",
         {of_user("complained"), of_user("resubscribed")},
         "- {} [] complained"},
        {"other events only make a customer known",
         {of_user("sent"), of_user("failed"), of_user("new_type")},
         "- {} [] mailable"},
    };
    return all;
}

TEST(Customer, follows_the_rules) {
    for (const Case& each : cases()) {
        SCOPED_TRACE(each.name);
        const Arrivals arrivals(each.bodies);
        std::vector<std::uint64_t> order(arrivals.size());
        std::iota(order.begin(), order.end(), 1);
        Customer customer = applied(arrivals, order);
        EXPECT_EQ(shown(customer), each.expected);
    }
}

/// Members may come in another order; what they are may not differ.
std::string comparable(Customer& customer) {
    std::string text = shown(customer);
    std::sort(text.begin(), text.end());
    return text + std::to_string(customer.email_seq) + std::to_string(customer.subscription.seq) +
           std::to_string(customer.hard_bounce.seq) + format_micros(customer.first_seen) +
           format_micros(customer.last_seen) + (customer.is_number ? "number" : "text");
}

TEST(Customer, ends_the_same_in_every_order) {
    std::mt19937_64 random(20261124);
    for (const Case& each : cases()) {
        SCOPED_TRACE(each.name);
        const Arrivals arrivals(each.bodies);
        std::vector<std::uint64_t> order(arrivals.size());
        std::iota(order.begin(), order.end(), 1);
        Customer expected = applied(arrivals, order);
        for (int round = 0; round < 20; ++round) {
            std::shuffle(order.begin(), order.end(), random);
            Customer customer = applied(arrivals, order);
            EXPECT_EQ(comparable(customer), comparable(expected));
        }
    }
}

TEST(Customer, keeps_the_type_of_the_id_and_when_it_was_seen) {
    Arrivals arrivals({R"({"type":"sent","user":{"id":"1"}})", R"({"type":"sent","user":{"id":1}})",
                       R"({"type":"sent","user":{"id":"1"}})"});
    Customer customer = applied(arrivals, {2, 1, 3});
    EXPECT_EQ(customer.id, "1");
    EXPECT_TRUE(customer.is_number);
    EXPECT_EQ(customer.number, 2U);
    EXPECT_EQ(customer.first_seen, start + std::chrono::seconds{1});
    EXPECT_EQ(customer.last_seen, start + std::chrono::seconds{3});
}

TEST(Customer, has_an_id_or_is_none) {
    const std::vector<std::pair<std::string, bool>> table{
        {R"({"type":"sent","user":{"id":1}})", true},
        {R"({"type":"sent","user":{"id":"a@b.c"}})", true},
        {R"({"type":"sent","user":{"id":""}})", false},
        {R"({"type":"sent","user":{"id":null,"email":"a@b.c"}})", false},
        {R"({"type":"sent","user":{"email":"a@b.c"}})", false},
        {R"({"type":"sent","user":null})", false},
        {R"({"type":"sent"})", false},
    };
    for (const auto& [body, expected] : table) {
        const Arrivals arrivals({body});
        EXPECT_EQ(customer_id(arrivals.fact(1).event) != nullptr, expected) << body;
    }
}

}  // namespace
}  // namespace verohook::customers
