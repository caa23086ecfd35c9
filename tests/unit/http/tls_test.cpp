// The client's TLS against a server with a certificate made here.

#include "http/client.hpp"
#include "http/way.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace verohook::http {
namespace {

namespace asio = boost::asio;
using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

Certificate make_certificate(EVP_PKEY* key, const char* names) {
    Certificate certificate(::X509_new(), &::X509_free);
    ::X509_set_version(certificate.get(), 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -3600);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
    ::X509_set_pubkey(certificate.get(), key);
    X509_NAME* const name = ::X509_get_subject_name(certificate.get());
    const unsigned char common_name[] = "verohook test";
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    ::X509_set_issuer_name(certificate.get(), name);
    X509_EXTENSION* const extension =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    ::X509_add_ext(certificate.get(), extension, -1);
    ::X509_EXTENSION_free(extension);
    ::X509_sign(certificate.get(), key, ::EVP_sha256());
    return certificate;
}

/// Answers one connection after the other, each with one request; says what name was asked for.
class TlsServer {
public:
    explicit TlsServer(const char* names)
        : file_((std::filesystem::temp_directory_path() /
                 ("verohook-tls-" + std::to_string(::getpid()) + ".pem"))
                    .string()),
          context_(asio::ssl::context::tls_server),
          acceptor_(io_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        const Key key(::EVP_EC_gen("P-256"), &::EVP_PKEY_free);
        const Certificate certificate = make_certificate(key.get(), names);
        ::SSL_CTX_use_certificate(context_.native_handle(), certificate.get());
        ::SSL_CTX_use_PrivateKey(context_.native_handle(), key.get());
        std::FILE* const file = std::fopen(file_.c_str(), "w");
        ::PEM_write_X509(file, certificate.get());
        std::fclose(file);
        thread_ = std::thread([this] { serve(); });
    }
    ~TlsServer() {
        // A connection that says nothing ends the last round of accepting.
        stopping_ = true;
        asio::io_context io;
        asio::ip::tcp::socket socket(io);
        boost::system::error_code error;
        socket.connect(acceptor_.local_endpoint(), error);
        socket.close();
        thread_.join();
        std::filesystem::remove(file_);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    [[nodiscard]] const std::string& certificate_file() const { return file_; }
    [[nodiscard]] std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()) + "/";
    }

private:
    void serve() {
        while (!stopping_) {
            asio::ssl::stream<asio::ip::tcp::socket> stream(io_, context_);
            boost::system::error_code error;
            acceptor_.accept(stream.next_layer(), error);
            stream.handshake(asio::ssl::stream_base::server, error);
            if (error) {
                continue;
            }
            const char* const name =
                ::SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
            const std::string body = name == nullptr ? "none" : name;
            std::string request;
            asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
            const std::string answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                                       std::to_string(body.size()) + "\r\n\r\n" + body;
            asio::write(stream, asio::buffer(answer), error);
            stream.shutdown(error);
        }
    }

    std::string file_;
    asio::io_context io_;
    asio::ssl::context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// Empty for an error.
std::string ask(const std::string& url, bool verify, const std::string& ca_file = "") {
    ClientSettings settings;
    settings.verify_tls = verify;
    settings.ca_file = ca_file;
    const auto client = Client::make(url, settings);
    const auto response = (*client)->exchange({.method = "GET"});
    return response ? response->body : "";
}

TEST(Tls, TheCertificateAndItsNameAreVerified) {
    TlsServer server("DNS:localhost");
    EXPECT_EQ(ask(server.url("localhost"), true), "") << "nobody vouches for the certificate";
    EXPECT_EQ(ask(server.url("localhost"), false), "localhost");
    EXPECT_EQ(ask(server.url("127.0.0.1"), false), "none");
    ASSERT_EQ(::setenv("SSL_CERT_FILE", server.certificate_file().c_str(), 1), 0);
    EXPECT_EQ(ask(server.url("localhost"), true), "localhost");
    EXPECT_EQ(ask(server.url("127.0.0.1"), true), "") << "the name is another";
    ::unsetenv("SSL_CERT_FILE");
}

TEST(Tls, AnAddressCanBeVerifiedToo) {
    TlsServer server("IP:127.0.0.1");
    ASSERT_EQ(::setenv("SSL_CERT_FILE", server.certificate_file().c_str(), 1), 0);
    EXPECT_EQ(ask(server.url("127.0.0.1"), true), "none");
    EXPECT_EQ(ask(server.url("localhost"), true), "");
    ::unsetenv("SSL_CERT_FILE");
}

TEST(Tls, TheAuthoritiesOfAFileAreTrustedAlone) {
    TlsServer server("DNS:localhost");
    EXPECT_EQ(ask(server.url("localhost"), true, server.certificate_file()), "localhost");
    EXPECT_EQ(ask(server.url("127.0.0.1"), true, server.certificate_file()), "");
}

TEST(Tls, TheWayTellsHowFarItGot) {
    TlsServer server("DNS:localhost,IP:127.0.0.2");
    struct Row {
        const char* name;
        std::string url;
        std::string ca_file;
        Way::Link link;
        Way::Distrust distrust;
    };
    const std::string trusted = server.certificate_file();
    // No name service is asked for a label of more than 63 characters.
    const std::string no_host = "https://" + std::string(64, 'a') + ".example/";
    const std::vector<Row> rows{
        {"all the way", server.url("localhost"), trusted, Way::Link::exchange, Way::Distrust::none},
        {"nobody vouches", server.url("localhost"), "", Way::Link::tls,
         Way::Distrust::unknown_issuer},
        {"another's name", server.url("127.0.0.1"), trusted, Way::Link::tls,
         Way::Distrust::wrong_name},
        {"no such host", no_host, trusted, Way::Link::look_up, Way::Distrust::none},
        {"no such socket", "http+unix:///nowhere/verohook.sock", "", Way::Link::connect,
         Way::Distrust::none},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        Way way;
        ClientSettings settings;
        settings.ca_file = row.ca_file;
        settings.way = &way;
        const auto client = Client::make(row.url, settings);
        ASSERT_TRUE(client.has_value());
        const bool answered = (*client)->exchange({.method = "GET"}).has_value();
        EXPECT_EQ(answered, row.link == Way::Link::exchange);
        EXPECT_EQ(way.link, row.link);
        EXPECT_EQ(way.distrust, row.distrust) << way.distrust_words;
        EXPECT_EQ(way.certificate.has_value(), way.link >= Way::Link::tls);
        EXPECT_EQ(way.addresses.empty(), way.link < Way::Link::tls);
        if (way.certificate) {
            EXPECT_EQ(way.certificate->names, (std::vector<std::string>{"localhost", "127.0.0.2"}));
            EXPECT_EQ(way.certificate->issuer, "verohook test");
            const auto left = way.certificate->ends_at - system_clock().now();
            EXPECT_GT(left, std::chrono::minutes{30});
            EXPECT_LT(left, std::chrono::minutes{61});
        }
    }
}

TEST(Tls, FilesThatCannotBeUsedAreToldAtOnce) {
    struct Row {
        const char* name;
        ClientSettings settings;
        const char* message;
    };
    TlsServer server("DNS:localhost");
    const std::filesystem::path good = server.certificate_file();
    const std::vector<Row> rows{
        {"no authorities", {.ca_file = "/nowhere"}, "cannot use /nowhere as the certificate auth"},
        {"no certificate",
         {.certificate_file = "/nowhere", .key_file = "/nowhere"},
         "cannot use /nowhere as the client's certificate"},
        {"no key",
         {.certificate_file = good, .key_file = "/nowhere"},
         "cannot use /nowhere as the client's key"},
        {"a certificate as key",
         {.certificate_file = good, .key_file = good},
         "as the client's key"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        const auto client = Client::make(server.url("localhost"), row.settings);
        ASSERT_FALSE(client.has_value());
        EXPECT_EQ(client.error().code, ErrorCode::invalid_input);
        EXPECT_NE(client.error().message.find(row.message), std::string::npos)
            << client.error().message;
        EXPECT_TRUE(Client::make("http://localhost", row.settings).has_value());
    }
}

}  // namespace
}  // namespace verohook::http
