#include "sinks/table.hpp"
#include "support.hpp"
#include "support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

/// What people read must be true: every TOML in the documents loads, and the reference is the one
/// that the keys give.
namespace verohook::config {
namespace {

using testing::HasSubstr;

using test::source_folder;

std::vector<KindOptions> built_in_kinds() {
    std::vector<KindOptions> kinds;
    for (const sink::SinkKind* kind : sinks::all_kinds()) {
        kinds.push_back({kind->name, kind->summary, kind->options, kind->check});
    }
    return kinds;
}

struct Example {
    std::string name;
    std::string toml;
};

/// The TOML blocks of a Markdown file.
void append_blocks(const std::filesystem::path& file, std::vector<Example>& examples) {
    std::istringstream lines(content_of(file));
    bool inside = false;
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line == "```toml") {
            inside = true;
            examples.push_back({file.filename().string() + ":" + std::to_string(number), ""});
        } else if (line.starts_with("```")) {
            inside = false;
        } else if (inside) {
            examples.back().toml += line + "\n";
        }
    }
}

std::vector<Example> all_examples() {
    std::vector<Example> examples;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(source_folder() / "docs")) {
        if (entry.path().extension() == ".md") {
            append_blocks(entry.path(), examples);
        }
    }
    append_blocks(source_folder() / "README.md", examples);
    for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "config")) {
        if (entry.path().extension() == ".toml") {
            examples.push_back({entry.path().filename().string(), content_of(entry.path())});
        }
    }
    examples.push_back({"verohook.toml, every key", uncommented_default_toml()});
    return examples;
}

/// Examples may use any variable; each has a value that would do as any secret.
void set_variables(const std::string& toml) {
    static const std::regex variable(R"(\$\{([A-Z0-9_]+)\})");
    for (std::sregex_iterator at(toml.begin(), toml.end(), variable), end; at != end; ++at) {
        ::setenv((*at)[1].str().c_str(), "whsec_dmFsdWUtb2YtYS12YXJpYWJsZS1oZXJl", 0);
    }
}

TEST(Documents, TheBuiltInConfigurationPrintsEventsAndKeepsCustomers) {
    const auto kinds = built_in_kinds();
    const auto settings = parse(default_toml(), "built-in configuration", kinds);
    ASSERT_TRUE(settings) << settings.error().message;
    std::vector<std::string> kinds_on;
    for (const SinkConfig& sink : settings->sinks) {
        EXPECT_TRUE(sink.enabled);
        kinds_on.push_back(sink.kind);
    }
    EXPECT_THAT(kinds_on, testing::UnorderedElementsAre("stdout", "sqlite"));
}

TEST(Documents, EveryTomlLoads) {
    const auto examples = all_examples();
    EXPECT_GE(examples.size(), 3U);
    const auto kinds = built_in_kinds();
    for (const Example& example : examples) {
        SCOPED_TRACE(example.name);
        set_variables(example.toml);
        const auto settings = parse(example.toml, example.name, kinds);
        EXPECT_TRUE(settings) << settings.error().message;
    }
}

/// The lines between the two marks, without them.
constexpr std::string_view begin_mark = "<!-- reference: begin -->\n";
constexpr std::string_view end_mark = "<!-- reference: end -->";

TEST(Documents, HoldTheReference) {
    const std::filesystem::path file = source_folder() / "docs" / "configuration.md";
    const std::string document = content_of(file);
    const std::size_t begin = document.find(begin_mark);
    const std::size_t end = document.find(end_mark);
    ASSERT_NE(begin, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    const std::size_t first = begin + begin_mark.size();
    const std::string expected = "\n" + reference(built_in_kinds()) + "\n";
    const std::string found = document.substr(first, end - first);
    if (found != expected && std::getenv("VEROHOOK_UPDATE_DOCS") != nullptr) {
        std::ofstream(file, std::ios::binary)
            << document.substr(0, first) << expected << document.substr(end);
        return;
    }
    EXPECT_EQ(found, expected)
        << "docs/configuration.md is not what the keys say: run this test once with "
           "VEROHOOK_UPDATE_DOCS=1 in the environment, and commit what it wrote";
}

TEST(BuiltInKinds, KeepToTheRules) {
    const auto& common = sink_keys();
    for (const KindOptions& kind : built_in_kinds()) {
        EXPECT_TRUE(kind.summary.ends_with('.')) << kind.kind;
        for (const OptionSpec& spec : kind.options) {
            SCOPED_TRACE(std::string(kind.kind) + "." + std::string(spec.name));
            EXPECT_TRUE(spec.help.ends_with('.'));
            EXPECT_FALSE(spec.required && !spec.fallback.empty());
            EXPECT_TRUE(std::none_of(common.begin(), common.end(), [&](const OptionSpec& each) {
                return each.name == spec.name;
            })) << "every sink has a key of this name already";
        }
    }
}

TEST(BuiltInKinds, StandInTheExampleWithEveryOption) {
    const auto shown = keys_of(uncommented_default_toml());
    for (const KindOptions& kind : built_in_kinds()) {
        std::string table;
        for (const auto& [key, value] : shown) {
            if (key.ends_with(".kind") && value == "\"" + std::string(kind.kind) + "\"") {
                table = key.substr(0, key.size() - std::string_view("kind").size());
            }
        }
        EXPECT_NE(table, "") << "config/verohook.toml shows no sink of the kind " << kind.kind;
        for (const OptionSpec& spec : kind.options) {
            EXPECT_TRUE(shown.contains(table + std::string(spec.name)))
                << "config/verohook.toml does not show " << table << spec.name;
        }
    }
}

}  // namespace
}  // namespace verohook::config
