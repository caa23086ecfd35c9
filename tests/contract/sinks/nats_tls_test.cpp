// The nats sink and TLS, against the real nats-server with a certificate made here.

#include "nats_target.hpp"
#include "sink_maker.hpp"
#include "test_events.hpp"

#include <gmock/gmock.h>

namespace verohook::sinks {
namespace {

using List = std::vector<std::string>;

/// A certificate that vouches for itself, and its key.
class Certificate {
public:
    explicit Certificate(const std::string& names) {
        test::ChildProcess openssl({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                    "ec_paramgen_curve:P-256", "-noenc", "-days", "1", "-subj",
                                    "/CN=test", "-addext", "subjectAltName=" + names, "-keyout",
                                    key(), "-out", file()});
        static_cast<void>(openssl.read_until("\f"));  // Until it ends.
    }
    [[nodiscard]] std::string file() const { return (folder_.path() / "a.pem").string(); }
    [[nodiscard]] std::string key() const { return (folder_.path() / "a.key").string(); }

private:
    TemporaryFolder folder_;
};

struct TlsCase {
    const char* name;
    std::string host;
    Changes changes;
    std::string reason;     ///< Empty: connected, and the stream has taken the events.
    std::string more = {};  ///< Of the server's configuration.
};

TEST(NatsTls, TakesTheRightServerAlone) {
    const Certificate localhost("DNS:localhost");
    const Certificate client("DNS:client");
    NatsTarget target;
    target.create({});
    const std::string port = target.url().substr(target.url().rfind(':'));
    const auto text = [](std::string value) { return OptionValue(std::move(value)); };
    const std::string ask = "ca_file: \"" + client.file() + "\", verify: true";
    const std::vector<TlsCase> cases{
        {"right", "tls://localhost", {{"ca_file", text(localhost.file())}}, ""},
        {"wrong name",
         "tls://127.0.0.1",
         {{"ca_file", text(localhost.file())}},
         "IP address mismatch"},
        {"nobody vouches",
         "tls://localhost",
         {},
         "SSL handshake error: 18:self-signed certificate"},
        {"another vouches",
         "tls://localhost",
         {{"ca_file", text(client.file())}},
         "SSL handshake error: 18:self-signed certificate"},
        {"not verified", "tls://127.0.0.1", {{"verify_tls", false}}, ""},
        {"the server asks for TLS",
         "nats://localhost",
         {},
         "SSL handshake error: 18:self-signed certificate"},
        {"no such authorities",
         "tls://localhost",
         {{"ca_file", text("/nowhere.pem")}},
         "loading trusted certificates"},
        {"client's certificate",
         "tls://localhost",
         {{"ca_file", text(localhost.file())},
          {"cert_file", text(client.file())},
          {"key_file", text(client.key())}},
         "",
         ask},
        {"no client's certificate",
         "tls://localhost",
         {{"ca_file", text(localhost.file())}},
         "cannot connect to",
         ask},
    };
    const TestEvents events(ordinary_bodies(3));
    for (const TlsCase& each : cases) {
        SCOPED_TRACE(each.name);
        target.restart("tls {cert_file: \"" + localhost.file() + "\", key_file: \"" +
                       localhost.key() + "\", " + each.more + "}");
        Changes changes = each.changes;
        changes.emplace_back("servers", List{each.host + port});
        const auto made = make_sink("nats", changes);
        ASSERT_TRUE(made) << made.error().message;
        const auto connected = (*made)->position();
        ASSERT_EQ(connected.has_value(), each.reason.empty())
            << (connected ? "" : connected.error().message);
        if (!connected) {
            EXPECT_EQ(connected.error().code, ErrorCode::unavailable);
            EXPECT_THAT(connected.error().message, testing::HasSubstr(each.reason));
            continue;
        }
        const sink::Outcome outcome = (*made)->deliver(events.items());
        EXPECT_EQ(outcome.verdict, sink::Verdict::delivered) << outcome.reason;
    }
    target.restart("");
    const auto made = make_sink("nats", {{"servers", List{target.url("tls")}}});
    ASSERT_TRUE(made);
    const auto connected = (*made)->position();
    ASSERT_FALSE(connected);
    EXPECT_THAT(connected.error().message, testing::HasSubstr("Secure Connection not available"));
}

TEST(NatsTls, ReadsItsFilesAnewWhereAServerIsThereAndTheyLeadToNothing) {
    const Certificate certificate("IP:127.0.0.1");
    const Certificate other("IP:127.0.0.1");
    NatsTarget target("tls {cert_file: \"" + certificate.file() + "\", key_file: \"" +
                      certificate.key() + "\"}");
    const TemporaryFolder folder;
    const std::string trusted = folder.path() / "trusted.pem";
    write_file(trusted, read_file(other.file()));
    const auto made =
        make_sink("nats", {{"servers", List{target.url("tls")}}, {"ca_file", trusted}});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_FALSE((*made)->position());
    write_file(trusted, read_file(certificate.file()));
    target.kill();
    EXPECT_FALSE((*made)->position()) << "nobody is there";
    target.start();
    EXPECT_TRUE((*made)->position());
}

TEST(NatsTls, TakesAnAddressThatTheCertificateNames) {
    const Certificate certificate("IP:127.0.0.1");
    NatsTarget target("tls {cert_file: \"" + certificate.file() + "\", key_file: \"" +
                      certificate.key() + "\"}");
    const auto made =
        make_sink("nats", {{"servers", List{target.url("tls")}}, {"ca_file", certificate.file()}});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE((*made)->position());
}

}  // namespace
}  // namespace verohook::sinks
