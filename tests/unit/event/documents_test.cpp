#include "support.hpp"

#include <nlohmann/json.hpp>

namespace verohook::event {
namespace {

/// The ```json blocks of a document.
std::vector<std::string> json_blocks(const std::string& document) {
    const std::string fence = "\n```";
    const std::string opening = fence + "json\n";
    std::vector<std::string> blocks;
    for (std::size_t at = document.find(opening); at != std::string::npos;
         at = document.find(opening, at)) {
        const std::size_t begin = at + opening.size();
        at = document.find(fence, begin - 1);
        blocks.push_back(document.substr(begin, at - begin));
    }
    return blocks;
}

TEST(Documents, every_block_of_events_is_json_and_true) {
    const auto folder = test::source_folder() / "docs";
    const auto blocks = json_blocks(read_file(folder / "events.md"));
    ASSERT_GE(blocks.size(), 3U);
    std::string body;  // The last block that is no line is what the lines after it are made of.
    std::size_t lines = 0;
    for (const std::string& block : blocks) {
        const auto value = parse_json(block);
        ASSERT_TRUE(value.has_value()) << value.error().message << '\n' << block;
        const Object* const object = value->get_if<Object>();
        ASSERT_NE(object, nullptr) << block;
        const bool line = object->find("schema") != nullptr;
        const bool cloudevent = object->find("specversion") != nullptr;
        if (!line && !cloudevent) {
            body = block;
            continue;
        }
        ++lines;
        Envelope envelope = sample_envelope();
        envelope.id = object->find("id")->get_if<std::string>()->data();
        std::string expected;
        encode(line ? Format::json : Format::cloudevents, envelope, decoded(body), body, expected);
        EXPECT_EQ(nlohmann::ordered_json::parse(block).dump(1),
                  nlohmann::ordered_json::parse(expected).dump(1));
    }
    EXPECT_GE(lines, 2U);
}

TEST(Documents, the_table_names_every_type) {
    const auto folder = test::source_folder() / "docs";
    const std::string document = read_file(folder / "events.md");
    for (const std::string_view type : known_types()) {
        EXPECT_NE(document.find("| `" + std::string(type) + "`"), std::string::npos) << type;
    }
}

TEST(Documents, the_schema_is_json) {
    const auto folder = test::source_folder() / "docs";
    EXPECT_TRUE(parse_json(read_file(folder / "event.schema.json")).has_value());
}

}  // namespace
}  // namespace verohook::event
