#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <ostream>

namespace verohook::config {
namespace {

struct Row {
    std::string_view name;
    std::string_view toml;
    std::string_view expected;  ///< Without `test.toml:`; every error of the text.
};

/// What GoogleTest prints of a row.
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

constexpr Row key_rows[] = {
    {"unknown key, and the nearest", "[http]\nhead_maxx = \"1KiB\"\n",
     "2: http.head_maxx: there is no such key; did you mean \"http.head_max\"?"},
    {"unknown key like none", "[http]\n\nzebra = 1\n",
     "3: http.zebra: there is no such key; see docs/configuration.md"},
    {"key of another table", "[log]\nduplicate_age = \"1d\"\n",
     "2: log.duplicate_age: there is no such key; it belongs into the table [journal]"},
    {"key of the top level", "[log]\nstate_dir = \"x\"\n",
     "2: log.state_dir: there is no such key; it belongs at the top of the file, before the first "
     "[table]"},
    {"unknown table", "\n[htttp]\npath = \"/x\"\n",
     "2: htttp: there is no such key; did you mean \"http\"?"},
    {"table that is a value", "http = 3\n", "1: http: must be a table: [http]"},
    {"table that is a list of tables", "[[log]]\nlevel = \"info\"\n",
     "1: log: must be a table: [log]"},
    {"key of another kind", "[sinks.a]\nkind = \"stdout\"\nratio = 3\n",
     "3: sinks.a.ratio: there is no such key; only a sink of the kind \"every\" has it"},
    {"key that other tables have", "[sinks.a]\nkind = \"stdout\"\npath = \"/x\"\n",
     "3: sinks.a.path: there is no such key; see docs/configuration.md"},
    {"unknown key of a kind", "[sinks.a]\nkind = \"every\"\ntarget = \"x\"\npasswort = \"y\"\n",
     "4: sinks.a.passwort: there is no such key; did you mean \"sinks.a.password\"?"},
};

constexpr Row value_rows[] = {
    {"boolean", "[auth]\nrequired = \"yes\"\n", "2: auth.required: must be true or false"},
    {"integer", "[http]\nthreads = 1.5\n", "2: http.threads: must be a whole number"},
    {"integer in quotes", "[http]\nthreads = \"1\"\n", "2: http.threads: must be a whole number"},
    {"text", "state_dir = 3\n", "1: state_dir: must be a text in quotes"},
    {"text that is a date", "state_dir = 2020-01-01\n", "1: state_dir: must be a text in quotes"},
    {"empty folder", "state_dir = \"\"\n", "1: state_dir: must name a folder"},
    {"list", "[http]\nlisten = \"127.0.0.1:80\"\n",
     "2: http.listen: must be a list of texts, such as [\"…\"]"},
    {"entry of a list", "[http]\nlisten = [\n  \"127.0.0.1:80\",\n  80,\n]\n",
     "4: http.listen: must be a list of texts, such as [\"…\"]"},
    {"duration without a unit", "[http]\nhead_timeout = 10\n",
     "2: http.head_timeout: must be a duration with its unit, such as \"250ms\", \"30s\", \"5m\", "
     "\"2h\", \"7d\""},
    {"duration with a bad unit", "[http]\nhead_timeout = \"10 sec\"\n",
     "2: http.head_timeout: must be a duration with its unit, such as \"250ms\", \"30s\", \"5m\", "
     "\"2h\", \"7d\""},
    {"size with a bad unit", "[http]\nbody_max = \"10MB\"\n",
     "2: http.body_max: must be a size with its unit, such as \"512B\", \"16KiB\", \"10MiB\", "
     "\"2GiB\""},
    {"integer too small", "[http]\nthreads = -1\n", "2: http.threads: must be from 0 to 256"},
    {"size too small", "[http]\nhead_max = \"1B\"\n",
     "2: http.head_max: must be from 1KiB to 1MiB"},
    {"duration too small", "[http]\nidle_timeout = \"0s\"\n",
     "2: http.idle_timeout: must be from 1ms to 1d"},
    {"duration too large", "[journal]\nretention_age = \"9223372036854775807ms\"\n",
     "2: journal.retention_age: must be from 0s to 36500d"},
    {"no room at all", "[journal]\nretention_size = \"0B\"\n",
     "2: journal.retention_size: must be from 1MiB to 1048576GiB"},
    {"choice", "[log]\nlevel = \"warning\"\n",
     "2: log.level: 'warning' is none of \"debug\", \"info\", \"warn\", \"error\""},
    {"choice, and the nearest", "[log]\nformat = \"jsn\"\n",
     "2: log.format: 'jsn' is none of \"text\", \"json\"; did you mean \"json\"?"},
    {"NUL", "state_dir = \"a\\u0000b\"\n",
     "1: state_dir: has a byte that is no text (NUL, or not UTF-8); remove it"},
};

constexpr Row meaning_rows[] = {
    {"no address", "[http]\nlisten = []\n",
     "2: http.listen: must have at least one address, such as \"127.0.0.1:8080\""},
    {"no listen address", "[http]\nlisten = [\n\"127.0.0.1:80\",\n\"here\"]\n",
     "4: http.listen: 'here' is no listen address; write \"127.0.0.1:8080\", \"[::1]:8080\" or "
     "\"unix:/run/verohook.sock\""},
    {"address twice", "[http]\nlisten = [\"127.0.0.1:80\",\n\"localhost:80\"]\n",
     "3: http.listen: 'localhost:80' already stands in http.listen; give each address once"},
    {"address of both ports",
     "[http]\nlisten = [\"[::1]:80\"]\n[admin]\nlisten = [\"[0::1]:80\"]\n",
     "4: admin.listen: '[0::1]:80' already stands in http.listen; give each address once"},
    {"address that the admin port has by default", "[http]\nlisten = [\n\"127.0.0.1:8081\"]\n",
     "3: http.listen: '127.0.0.1:8081' is also the default of admin.listen, which wants "
     "another address, or []"},
    {"reachable without a secret", "[http]\nlisten = [\"127.0.0.1:80\",\n\"[::]:80\"]\n",
     "3: http.listen: others can reach '[::]:80', and there is no secret: set auth.secrets (or "
     "write auth.required = false to take events from everybody)"},
    {"reachable with a secret",
     "[http]\nlisten = [\"0.0.0.0:80\"]\n[auth]\nsecrets = [\"long-enough\"]\n", ""},
    {"reachable by everybody", "[http]\nlisten = [\"0.0.0.0:80\"]\n[auth]\nrequired = false\n", ""},
    {"reachable admin port", "[admin]\nlisten = [\"192.0.2.1:80\"]\n",
     "2: admin.listen: others can reach '192.0.2.1:80', and there is no token: set admin.tokens, "
     "or use a loopback address or \"unix:PATH\""},
    {"reachable admin port with a token",
     "[admin]\nlisten = [\"192.0.2.1:80\"]\ntokens = [\"long-enough\"]\n", ""},
    {"short token", "[admin]\ntokens = [\"short\"]\n",
     "2: admin.tokens: the entry 1 has fewer than 8 characters; `openssl rand -hex 24` makes one"},
    {"port 0 is never the same", "[http]\nlisten = [\"[::1]:0\", \"[::1]:0\"]\n", ""},
    {"path", "[http]\npath = \"vero\"\n",
     "2: http.path: must begin with '/', not end with one, and be of ASCII without '?', '#', '%' "
     "or blank, such as \"/webhooks/vero\""},
    {"a path that no request has", "[http]\npath = \"/\u00e4\"\n",
     "2: http.path: must begin with '/', not end with one, and be of ASCII without '?', '#', '%' "
     "or blank, such as \"/webhooks/vero\""},
    {"mode", "[http]\nunix_mode = \"0888\"\n",
     "2: http.unix_mode: must be permissions in octal, such as \"0660\""},
    {"a proxy that nobody is", "[http]\nproxy_protocol = true\n[auth]\ntrusted_proxies = []\n",
     "2: http.proxy_protocol: lets nobody connect while auth.trusted_proxies is empty: name the "
     "proxy's network there"},
    {"a proxy at a unix socket",
     "[http]\nproxy_protocol = true\nlisten = [\"unix:/a\"]\n[auth]\ntrusted_proxies = []\n", ""},
    {"network", "[auth]\nallow = [\"10.0.0.0/8\",\n\"10.0.0.0/33\"]\n",
     "3: auth.allow: '10.0.0.0/33': the prefix must be a number from 0 to 32; write networks such "
     "as \"10.0.0.0/8\""},
    {"short secret", "[auth]\nsecrets = [\"long-enough\",\n\"hunter2\"]\n",
     "3: auth.secrets: the entry 2 has fewer than 8 characters; `openssl rand -hex 24` makes one"},
    {"secret that fits no URL", "[auth]\nsecrets = [\"hunter2/hunter2\"]\n",
     "2: auth.secrets: the entry 1 has others than A-Z, a-z, 0-9 and . _ ~ -, which a URL needs; "
     "`openssl rand -hex 24` makes one"},
    {"variable", "state_dir = \"${VEROHOOK_TEST_UNSET}\"\n",
     "1: state_dir: the environment has no variable VEROHOOK_TEST_UNSET; set it, or write the "
     "value itself"},
    {"variable without an end", "state_dir = \"a${b\"\n",
     "1: state_dir: '${' without '}'; write '$${' for the two characters themselves"},
    {"file of secrets", "[auth]\nsecrets_file = \"no/such/file\"\n",
     "2: auth.secrets_file: cannot read no/such/file: No such file or directory"},
};

constexpr Row sink_rows[] = {
    {"sinks that are no table", "sinks = []\n", "1: sinks: must be a table: [sinks]"},
    {"sink that is no table", "[sinks]\na = 1\n", "2: sinks.a: must be a table: [sinks.a]"},
    {"name", "[sinks.\"A b\"]\nkind = \"stdout\"\n",
     "1: sinks.A b: a sink's name is 1 to 64 of a-z, 0-9, '_' and '-'"},
    {"no kind", "\n[sinks.a]\nenabled = true\n", "2: sinks.a.kind: is missing"},
    {"unknown kind", "[sinks.a]\nkind = \"stdoutt\"\n",
     "2: sinks.a.kind: there is no kind of sink 'stdoutt'; did you mean \"stdout\"?"},
    {"unknown kind like none", "[sinks.a]\nkind = \"carrier-pigeon\"\n",
     "2: sinks.a.kind: there is no kind of sink 'carrier-pigeon'; there are stdout, every"},
    {"kind that this build lacks", "[sinks.a]\nkind = \"absent\"\n",
     "2: sinks.a.kind: this build has no sink of the kind \"absent\", for want of Debian's package "
     "libabsent-dev; install it and build again"},
    {"what only the kind knows",
     "[sinks.a]\nkind = \"every\"\ntarget = \"\"\nlabels = [\n\"yes\",\n\"no 1\",\n\"no 2\"]\n",
     "3: sinks.a.target: must not be empty\ntest.toml:6: sinks.a.labels: says no 1\ntest.toml:7: "
     "sinks.a.labels: says no 2"},
    {"what the kind would say of a value that was refused before",
     "[sinks.a]\nkind = \"every\"\ntarget = 3\nlabels = [\"no\"]\n",
     "3: sinks.a.target: must be a text in quotes\ntest.toml:4: sinks.a.labels: says no"},
    {"required option", "[sinks.a]\nkind = \"every\"\n", "1: sinks.a.target: is missing"},
    {"type of event", "[sinks.a]\nkind = \"stdout\"\ntypes = [\n\"sent\",\n\"click\"]\n",
     "5: sinks.a.types: 'click' is none of \"sent\", \"delivered\", \"opened\", \"clicked\", "
     "\"bounced\", \"unsubscribed\", \"converted\", \"resubscribed\", \"complained\", \"failed\", "
     "\"user_created\", \"user_updated\", \"unrecognized\"; did you mean \"clicked\"?"},
    {"a redaction that is none", "[sinks.a]\nkind = \"stdout\"\nredact = [\n\"a=b\"]\n",
     "4: sinks.a.redact: 'a=b': after '=' stands drop, mask or hash, as in \"user.email=hash\""},
    {"a hash without a key", "[sinks.a]\nkind = \"stdout\"\nredact = [\"user.id=hash\"]\n",
     "3: sinks.a.redact: 'user.id=hash': a hash needs a key; `openssl rand -hex 32` makes one for "
     "redact_key"},
    {"an id that many customers would share",
     "[sinks.a]\nkind = \"stdout\"\nredact = [\"user.id=mask\"]\n",
     "3: sinks.a.redact: 'user.id=mask': many customers would become one; use hash or drop"},
    {"an event without its type", "[sinks.a]\nkind = \"stdout\"\nredact = [\"type\"]\n",
     "3: sinks.a.redact: 'type': an event without its type would be another one"},
    {"waits that cross", "[sinks.a]\nkind = \"stdout\"\nretry_min = \"1h\"\nretry_max = \"1m\"\n",
     "4: sinks.a.retry_max: must not be less than retry_min"},
    {"one file for two",
     "[sinks.a]\nkind = \"every\"\ntarget = \"/x/y\"\n"
     "[sinks.b]\nkind = \"every\"\ntarget = \"/x/./z/../y\"\n",
     "6: sinks.b.target: sink 'a' has the same; name another one"},
    {"one file for two, of which one is off",
     "[sinks.a]\nkind = \"every\"\ntarget = \"/x\"\n"
     "[sinks.b]\nkind = \"every\"\nenabled = false\ntarget = \"/x\"\n",
     ""},
    {"option out of range",
     "[sinks.a]\nkind = \"every\"\ntarget = \"x\"\nwait = \"2m\"\nratio = 1\n",
     "4: sinks.a.wait: must be from 10ms to 1m\ntest.toml:5: sinks.a.ratio: must be from 2 to 9"},
};

constexpr Row syntax_rows[] = {
    {"not closed", "\n\nstate_dir = \"x\n", "3: column 15: this is no TOML: "},
    {"twice", "[http]\n[log]\n[http]\n",
     "3: column 1: this is no TOML: Error while parsing table header: cannot redefine existing "
     "table 'http'"},
    {"key twice", "state_dir = \"x\"\nstate_dir = \"y\"\n", "2: column "},
};

class Errors : public testing::TestWithParam<Row> {};

TEST_P(Errors, NameLineKeyAndWhatToDo) {
    const Row& row = GetParam();
    const std::string expected =
        row.expected.empty() ? "" : "test.toml:" + std::string(row.expected);
    EXPECT_EQ(errors_of(row.toml), expected);
}

std::string test_name(const testing::TestParamInfo<Row>& info) {
    std::string name(info.param.name);
    for (char& character : name) {
        const bool is_plain = std::isalnum(static_cast<unsigned char>(character)) != 0;
        character = is_plain ? character : '_';
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(Keys, Errors, testing::ValuesIn(key_rows), test_name);
INSTANTIATE_TEST_SUITE_P(Values, Errors, testing::ValuesIn(value_rows), test_name);
INSTANTIATE_TEST_SUITE_P(Meaning, Errors, testing::ValuesIn(meaning_rows), test_name);
INSTANTIATE_TEST_SUITE_P(Sinks, Errors, testing::ValuesIn(sink_rows), test_name);

TEST(SyntaxErrors, NameLineAndColumn) {
    for (const Row& row : syntax_rows) {
        SCOPED_TRACE(row.name);
        EXPECT_THAT(errors_of(row.toml),
                    testing::StartsWith("test.toml:" + std::string(row.expected)));
    }
}

TEST(ErrorsOfAFile, ComeAllAtOnceInTheOrderOfItsLines) {
    EXPECT_EQ(
        errors_of("[sinks.a]\nkind = \"none\"\n[log]\nlevel = 1\n[http]\nx = 1\nthreads = -1\n"),
        "test.toml:2: sinks.a.kind: there is no kind of sink 'none'; there are stdout, every\n"
        "test.toml:4: log.level: must be a text in quotes\n"
        "test.toml:6: http.x: there is no such key; see docs/configuration.md\n"
        "test.toml:7: http.threads: must be from 0 to 256");
}

TEST(ErrorsOfAFile, AreBounded) {
    std::string toml = "[http]\n";
    for (int number = 0; number < 1'000; ++number) {
        toml += "nonsense" + std::to_string(number) + " = 1\n";
    }
    const std::string errors = errors_of(toml);
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 50);
    EXPECT_THAT(errors, testing::EndsWith("test.toml: and 950 more; correct these first"));
}

TEST(ErrorsOfAFile, NeverMoveTheTerminal) {
    const std::string errors = errors_of("\"a\\u001b[31mb\" = 1\n[log]\nlevel = \"\\u202ex\"\n");
    EXPECT_THAT(errors, testing::HasSubstr("a\\x1b[31mb"));
    EXPECT_THAT(errors, testing::HasSubstr("\\u202ex"));
    EXPECT_THAT(errors, testing::Not(testing::HasSubstr("\x1b")));
}

TEST(ErrorsOfAFile, TellWhenItCannotBeRead) {
    const TemporaryFolder folder;
    const auto missing = load(folder.path() / "none.toml", fake_kinds());
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, testing::HasSubstr("none.toml: cannot be read: No such"));
    const auto is_folder = load(folder.path(), fake_kinds());
    ASSERT_FALSE(is_folder);
    EXPECT_THAT(is_folder.error().message, testing::HasSubstr("cannot be read: Is a directory"));
}

}  // namespace
}  // namespace verohook::config
