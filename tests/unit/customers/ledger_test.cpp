#include "event/samples.hpp"
#include "memory_store.hpp"
#include "support.hpp"

#include <algorithm>
#include <random>

namespace verohook::customers {
namespace {

void feed(const std::vector<Fact>& facts, MemoryStore& store, std::size_t batch = 500) {
    Ledger ledger;
    for (std::size_t begin = 0; begin < facts.size(); begin += batch) {
        const std::size_t count = std::min(batch, facts.size() - begin);
        const auto applied = ledger.apply(std::span(facts).subspan(begin, count), store);
        ASSERT_TRUE(applied) << applied.error().message;
    }
}

/// All that the tables say, so that two of them can be compared; member order left out.
std::string dump(MemoryStore& store) {
    std::string text;
    for (auto& [id, stored] : store.customers) {
        Profile profile(stored.profile);
        std::string members = profile.text().properties + profile.text().tags;
        std::sort(members.begin(), members.end());
        text += id + " " + shown(stored.scalars) + members + "\n";
    }
    for (const auto& [key, campaign] : store.campaigns) {
        text += key.key + "/" + key.variation + " " + campaign.name;
        for (const Count& count : campaign.counts) {
            text += " " + std::to_string(count.events) + ":" + std::to_string(count.customers);
        }
        text += " " + format_seconds(campaign.first_at) + format_seconds(campaign.last_at) + "\n";
    }
    return text;
}

Arrivals mixed(std::size_t count) {
    const auto& types = event::known_types();
    Arrivals arrivals;
    for (std::size_t index = 0; index < count; ++index) {
        // Few customers, so that much happens to each.
        const auto at = start + std::chrono::seconds{index * 7919 % 997};
        arrivals.add(event::sample_body(types[index * 31 % types.size()], index * 13 % 17, at));
    }
    return arrivals;
}

TEST(Ledger, says_the_same_whatever_the_batches) {
    const Arrivals arrivals = mixed(1000);
    MemoryStore whole;
    feed(arrivals.facts(), whole, 1000);
    for (const std::size_t batch : {1U, 2U, 7U, 100U}) {
        MemoryStore store;
        feed(arrivals.facts(), store, batch);
        EXPECT_EQ(dump(store), dump(whole)) << batch;
    }
    EXPECT_GT(whole.customers.size(), 10U);
    EXPECT_GT(whole.campaigns.size(), 3U);
}

TEST(Ledger, applies_each_event_once) {
    const Arrivals arrivals = mixed(300);
    MemoryStore once;
    feed(arrivals.facts(), once);
    const std::string expected = dump(once);
    // All of it again, and a batch of which a part is new.
    feed(arrivals.facts(), once, 7);
    EXPECT_EQ(dump(once), expected);
    MemoryStore overlapping;
    auto facts = arrivals.facts();
    feed({facts.begin(), facts.begin() + 200}, overlapping);
    feed({facts.begin() + 100, facts.end()}, overlapping);
    EXPECT_EQ(dump(overlapping), expected);
}

TEST(Ledger, leaves_duplicates_out_of_everything_but_events) {
    Arrivals arrivals;
    const std::string body =
        R"({"type":"bounced","bounce_type":"soft","user":{"id":1},"campaign":{"id":2}})";
    arrivals.add(body);
    arrivals.add(body).duplicate_of = 1;
    MemoryStore store;
    feed(arrivals.facts(), store);
    EXPECT_EQ(store.events.size(), 2U);
    EXPECT_EQ(store.customers.at("1").scalars.soft_bounces, 1U);
    EXPECT_EQ(store.customers.at("1").scalars.last_seen, start + std::chrono::seconds{1});
    EXPECT_EQ(store.campaigns.at({"2", ""}).of(Measure::bounced_soft), (Count{1, 1}));
}

TEST(Ledger, matches_no_customer_by_address) {
    const Arrivals arrivals(
        {R"({"type":"sent","user":{"id":1,"email":"a@b.c"},"campaign":{"id":2}})",
         R"({"type":"unsubscribed","user":{"email":"a@b.c"},"campaign":{"id":2}})",
         R"({"type":"sent","user":{"id":3,"email":"a@b.c"},"campaign":{"id":2}})"});
    MemoryStore store;
    feed(arrivals.facts(), store);
    EXPECT_EQ(store.customers.size(), 2U);
    EXPECT_TRUE(store.customers.at("1").scalars.subscribed);
    EXPECT_EQ(store.campaigns.at({"2", ""}).of(Measure::sent), (Count{2, 2}));
    EXPECT_EQ(store.campaigns.at({"2", ""}).of(Measure::unsubscribed), (Count{1, 0}));
}

TEST(Ledger, counts_by_campaign_and_variation) {
    const Arrivals arrivals({
        R"({"type":"opened","user":{"id":1},"campaign":{"id":2,"name":"old","variation":"A"}})",
        R"({"type":"opened","user":{"id":1},"campaign":{"id":"2","name":"new","variation":"A"}})",
        R"({"type":"opened","user":{"id":"1"},"campaign":{"id":2,"variation":"B"}})",
        R"({"type":"opened","user":{"id":5},"campaign":{"id":null,"name":"old"}})",
        R"({"type":"opened","user":{"id":5},"campaign":{"id":null,"name":null}})",
        R"({"type":"opened","user":{"id":5}})",
        R"({"type":"failed","user":{"id":5},"campaign":{"id":9}})",
    });
    MemoryStore store;
    feed(arrivals.facts(), store);
    ASSERT_EQ(store.campaigns.size(), 3U);
    EXPECT_EQ(store.campaigns.at({"2", "A"}).of(Measure::opened), (Count{2, 1}));
    EXPECT_EQ(store.campaigns.at({"2", "A"}).name, "new");
    EXPECT_EQ(store.campaigns.at({"2", "B"}).of(Measure::opened), (Count{1, 1}));
    EXPECT_EQ(store.campaigns.at({"name:old", ""}).of(Measure::opened), (Count{1, 1}));
}

TEST(Ledger, gives_an_unsubscription_to_the_campaign_of_its_mail) {
    const std::string sent = R"({"type":"sent","user":{"id":1},"message_id":"m1",)"
                             R"("campaign":{"id":987,"name":"Order","variation":"A"}})";
    const std::string unsubscribed =
        R"({"type":"unsubscribed","user":{"id":1},"campaign":{"campaign_title":"Order",)"
        R"("variation_name":"Control","message_id":"m1"}})";
    const std::string of_another = R"({"type":"unsubscribed","user":{"id":2},)"
                                   R"("campaign":{"campaign_title":"Order","message_id":"m1"}})";
    for (const std::size_t batch : {1U, 10U}) {
        SCOPED_TRACE(batch);
        MemoryStore store;
        feed(Arrivals({sent, unsubscribed, of_another}).facts(), store, batch);
        EXPECT_EQ(store.campaigns.at({"987", "A"}).of(Measure::unsubscribed), (Count{1, 1}));
        EXPECT_EQ(store.campaigns.at({"name:Order", ""}).of(Measure::unsubscribed), (Count{1, 1}));
        // Before the mail is known there is only the name.
        MemoryStore early;
        feed(Arrivals({unsubscribed, sent}).facts(), early, batch);
        EXPECT_EQ(early.campaigns.at({"name:Order", "Control"}).of(Measure::unsubscribed),
                  (Count{1, 1}));
    }
}

TEST(EventRow, has_what_the_event_says) {
    Arrivals arrivals(
        {R"({"type":"bounced","bounced_at":1435016238,"user":{"id":7,"email":"a@b.c"},)"
         R"("campaign":{"id":"9","name":"n","variation":"v"},"message_id":"m",)"
         R"("bounce_type":"hard","bounce_code":550,"bounce_message":"gone",)"
         R"("user_agent":"u","new":[1]})",
         R"({"user":null})"});
    const Fact fact = arrivals.fact(1);
    const EventRow row = make_row(fact);
    EXPECT_EQ(row.type, "bounced");
    EXPECT_EQ(row.user_id, "7");
    EXPECT_TRUE(row.user_id_is_number);
    EXPECT_EQ(row.email, "a@b.c");
    EXPECT_EQ(row.campaign_id, "9");
    EXPECT_EQ(row.campaign_name, "n");
    EXPECT_EQ(row.variation, "v");
    EXPECT_EQ(row.message_id, "m");
    EXPECT_EQ(row.bounce_type, "hard");
    EXPECT_EQ(row.bounce_code, "550");
    EXPECT_EQ(row.bounce_message, "gone");
    EXPECT_EQ(row.user_agent, "u");
    EXPECT_EQ(row.extra, R"({"new":[1]})");
    EXPECT_EQ(row.body, fact.body);
    const EventRow bare = make_row(arrivals.fact(2));
    EXPECT_EQ(bare.type, "");
    EXPECT_FALSE(bare.user_id || bare.email || bare.campaign_id || bare.message_id);
    EXPECT_EQ(bare.extra, "");
}

TEST(EventRow, places_a_duplicate_in_the_same_journal) {
    Arrivals arrivals({R"({"type":"sent"})"});
    event::Envelope envelope = arrivals.fact(1).envelope;
    envelope.duplicate_of = 4;
    envelope.seq = 9;
    const Fact fact{stored_seq(3, 9), envelope, arrivals.fact(1).event, {}};
    EXPECT_EQ(make_row(fact).duplicate_of, stored_seq(3, 4));
}

}  // namespace
}  // namespace verohook::customers
