#include "event/samples.hpp"

#include "support.hpp"

#include <nlohmann/json.hpp>

namespace verohook::event {
namespace {

void expect_same_verdict(const std::string& body) {
    const auto verdict = classify(body);
    const auto event = decode(body);
    ASSERT_EQ(std::holds_alternative<Classification>(verdict), event.has_value()) << body;
    if (!event) {
        EXPECT_EQ(std::get<Malformed>(verdict).message, event.error().message) << body;
        EXPECT_EQ(std::get<Malformed>(verdict).offset, event.error().offset) << body;
        return;
    }
    const auto& found = std::get<Classification>(verdict);
    EXPECT_EQ(found.recognized, !std::holds_alternative<Unrecognized>(*event)) << body;
    EXPECT_EQ(found.type.value_or(""), type_name(*event)) << body;
    EXPECT_EQ(found.occurred_at, common(*event).occurred_at) << body;
}

TEST(Classify, says_what_decode_says_of_samples) {
    for (const auto& entry : std::filesystem::directory_iterator(payload_folder())) {
        expect_same_verdict(read_file(entry.path()));
    }
    for (const std::string_view type : known_types()) {
        for (std::uint64_t number = 0; number < 100; ++number) {
            expect_same_verdict(sample_body(type, number, sample_time));
        }
    }
}

TEST(Classify, says_what_decode_says_of_changed_samples) {
    const std::string body = payload("help2019-sent");
    for (std::size_t at = 0; at < body.size(); ++at) {
        expect_same_verdict(body.substr(0, at));
        for (const char byte : {'"', '\\', '{', '}', '1', '\x80', '\0'}) {
            std::string changed = body;
            changed[at] = byte;
            expect_same_verdict(changed);
        }
    }
}

TEST(Classify, says_what_decode_says_of_nasty_bodies) {
    const std::vector<std::string> bodies{
        R"({"type":"sent","type":"opened","opened_at":5})",
        R"({"type":"sent","type":7,"sent_at":5})",
        R"({"type":7,"type":"sent","sent_at":5})",
        R"({"type":"sent","type":null,"sent_at":5})",
        R"({"sent_at":5,"type":"sent","sent_at":{}})",
        R"({"sent_at":{},"type":"sent","sent_at":5})",
        R"({"sent_at":5,"sent_at":null,"type":"sent"})",
        R"({"sent_at":5,"sent_at":"x","type":"sent"})",
        R"({"sent_at":[5],"type":"sent"})",
        R"({"sent_at":{"sent_at":5},"type":"sent"})",
        R"({"user":{"type":"sent","sent_at":5}})",
        R"([{"type":"sent","sent_at":5}])",
        R"({"ty\u0070e":"se\u006et","s\u0065nt_at":"14350162\u00338"})",
        R"({"type":"é\n","é\n_at":7})",
        R"({"type":"caf\u00e9","café_at":"8"})",
        R"({"type":"","_at":5})",
        R"({"_at":5})",
        R"({"type":"x","x_at":5,"y_at":6,"xx_at":7})",
        R"({"a_at":1,"b_at":2,"c_at":3,"d_at":4,"e_at":5,"f_at":6,"type":"f"})",
        R"({"type":"sent","sent_at":true})",
        R"({"type":"sent","sent_at":")" + repeated("9", 500) + "\"}",
        R"({"type":")" + repeated("\\u0061b", 4'000) + R"(","x_at":1})",
        R"({"type":")" + repeated("a", 9'000) + R"(",")" + repeated("\\u0061", 9'000) +
            R"(_at":1})",
        R"({"type":{"type":"sent"},"sent_at":5})",
        R"({"type":[],"sent_at":5})",
        "",
        "{}",
        "[]",
        "\"type\"",
    };
    for (const std::string& body : bodies) {
        expect_same_verdict(body);
    }
}

struct TimeRow {
    std::string name;
    std::string body;
    std::string time;  ///< Empty: none.
    bool problem;
};

class ClassifyTime : public testing::TestWithParam<TimeRow> {};

TEST_P(ClassifyTime, is_found_by_the_name_of_the_type) {
    const TimeRow& row = GetParam();
    expect_same_verdict(row.body);
    const Event event = decoded(row.body);
    const auto& time = common(event).occurred_at;
    EXPECT_EQ(time ? format_seconds(*time) : "", row.time);
    EXPECT_EQ(common(event).problems.size(), row.problem ? 1U : 0U);
    // What is no time is kept as it came.
    const auto body = nlohmann::json::parse(row.body);
    const bool has_member = body.contains("sent_at") && !row.time.empty();
    EXPECT_EQ(common(event).extra.find("sent_at") == nullptr,
              has_member || !body.contains("sent_at"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ClassifyTime,
    testing::Values(
        TimeRow{"integer", R"({"type":"sent","sent_at":1435016238})", "2015-06-22T23:37:18Z",
                false},
        TimeRow{"text", R"({"sent_at":"1435016238","type":"sent"})", "2015-06-22T23:37:18Z", false},
        TimeRow{"text_with_zeros", R"({"sent_at":"001","type":"sent"})", "1970-01-01T00:00:01Z",
                false},
        TimeRow{"first", R"({"type":"sent","sent_at":1})", "1970-01-01T00:00:01Z", false},
        TimeRow{"last", R"({"type":"sent","sent_at":253402300799})", "9999-12-31T23:59:59Z", false},
        TimeRow{"unknown_type", R"({"type":"exploded","exploded_at":2})", "1970-01-01T00:00:02Z",
                false},
        TimeRow{"user_created", R"({"type":"user_created","user_created_at":2})",
                "1970-01-01T00:00:02Z", false},
        TimeRow{"absent", R"({"type":"sent"})", "", false},
        TimeRow{"null", R"({"type":"sent","sent_at":null})", "", false},
        TimeRow{"other_type", R"({"type":"opened","sent_at":5})", "", false},
        TimeRow{"no_type", R"({"sent_at":5})", "", false},
        TimeRow{"zero", R"({"type":"sent","sent_at":0})", "", true},
        TimeRow{"negative", R"({"type":"sent","sent_at":-5})", "", true},
        TimeRow{"beyond", R"({"type":"sent","sent_at":253402300800})", "", true},
        TimeRow{"milliseconds", R"({"type":"sent","sent_at":1435016238000})", "", true},
        TimeRow{"beyond_64_bits", R"({"type":"sent","sent_at":18446744073709551617})", "", true},
        TimeRow{"fraction", R"({"type":"sent","sent_at":1435016238.0})", "", true},
        TimeRow{"exponent", R"({"type":"sent","sent_at":1e9})", "", true},
        TimeRow{"date", R"({"type":"sent","sent_at":"2015-06-22T23:37:18Z"})", "", true},
        TimeRow{"blank_text", R"({"type":"sent","sent_at":" 5"})", "", true},
        TimeRow{"empty_text", R"({"type":"sent","sent_at":""})", "", true},
        TimeRow{"plus_text", R"({"type":"sent","sent_at":"+5"})", "", true},
        TimeRow{"boolean", R"({"type":"sent","sent_at":true})", "", true},
        TimeRow{"object", R"({"type":"sent","sent_at":{"at":5}})", "", true}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace verohook::event
