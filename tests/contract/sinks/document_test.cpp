// docs/sinks says what the code does.

#include "sink_fixture.hpp"
#include "sinks/table.hpp"
#include "support/paths.hpp"

#include <gmock/gmock.h>

namespace verohook::sinks {
namespace {

using testing::HasSubstr;

using test::source_folder;

/// The first block of code of a language in a document.
std::string code_block(std::string_view document, std::string_view language) {
    const std::string opening = "```" + std::string(language) + "\n";
    const std::size_t begin = document.find(opening);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::size_t end = document.find("```\n", begin + opening.size());
    return std::string(document.substr(begin + opening.size(), end - begin - opening.size()));
}

TEST(SinksDocument, ShowsTheExampleThatIsTested) {
    EXPECT_EQ(code_block(read_file(source_folder() / "docs" / "sinks" / "README.md"), "cpp"),
              read_file(source_folder() / "tests" / "contract" / "sinks" / "example_sink.cpp"));
}

TEST(SinksDocument, NamesEveryKindAndEveryOption) {
    for (const sink::SinkKind* kind : all_kinds()) {
        SCOPED_TRACE(kind->name);
        const std::string page =
            read_file(source_folder() / "docs" / "sinks" / (std::string(kind->name) + ".md"));
        EXPECT_TRUE(page.starts_with("# " + std::string(kind->name) + "\n"));
        EXPECT_THAT(page, HasSubstr("kind = \"" + std::string(kind->name) + "\""));
        for (const OptionSpec& option : kind->options) {
            EXPECT_THAT(page, HasSubstr("| `" + std::string(option.name) + "` |"));
        }
    }
}

}  // namespace
}  // namespace verohook::sinks
