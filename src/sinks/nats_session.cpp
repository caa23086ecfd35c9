#include "sinks/nats_session.hpp"

#include "base/text.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include <nats/nats.h>

namespace verohook::sinks {

/// Outside of the anonymous namespace, since `Library` holds them, which a header names.
struct NatsOptionsDeleter {
    void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
struct NatsMessageDeleter {
    void operator()(natsMsg* message) const { natsMsg_Destroy(message); }
};
using NatsOptionsHandle = std::unique_ptr<natsOptions, NatsOptionsDeleter>;
using NatsMessageHandle = std::unique_ptr<natsMsg, NatsMessageDeleter>;
/// Those of a pass, to be given back together: the library frees them on a thread of its own, which
/// would be woken for each one.
using NatsMessages = std::vector<NatsMessageHandle>;

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What the library says of a failure in this thread, without its place in the library's sources
/// (`(conn.c:733): `); the status alone where it says no more.
std::string words(natsStatus status) {
    natsStatus last = NATS_OK;
    const char* const said = nats_GetLastError(&last);
    std::string_view text = said == nullptr || last != status ? "" : said;
    constexpr std::string_view end_of_place = "): ";
    if (const auto end = text.find(end_of_place); text.starts_with('(') && end != text.npos) {
        text.remove_prefix(end + end_of_place.size());
    }
    return one_line(text.empty() ? natsStatus_GetText(status) : text);
}

Error cannot_use(const std::string& url, natsStatus status) {
    return {ErrorCode::unavailable, "cannot connect to " + url + ": " + words(status)};
}

/// Also without tls://, as a server may ask for TLS by itself.
natsStatus set_tls(natsOptions* options, const NatsSettings& settings, const NatsServer& server) {
    natsStatus status = natsOptions_SetSecure(options, server.tls);
    if (status == NATS_OK && !settings.ca_file.empty()) {
        status = natsOptions_LoadCATrustedCertificates(options, settings.ca_file.c_str());
    }
    if (status == NATS_OK) {
        status = settings.cert_file.empty()
                     ? NATS_OK
                     : natsOptions_LoadCertificatesChain(options, settings.cert_file.c_str(),
                                                         settings.key_file.c_str());
    }
    if (status == NATS_OK) {
        // By itself the library takes a certificate for any name.
        status = settings.verify_tls ? natsOptions_SetExpectedHostname(options, server.host.c_str())
                                     : natsOptions_SkipServerVerification(options, true);
    }
    return status;
}

natsStatus set_credentials(natsOptions* options, const NatsSettings& settings) {
    if (!settings.credentials_file.empty()) {
        return natsOptions_SetUserCredentialsFromFiles(options, settings.credentials_file.c_str(),
                                                       nullptr);
    }
    if (!settings.user.empty()) {
        return natsOptions_SetUserInfo(options, settings.user.c_str(), settings.password.c_str());
    }
    return settings.token.empty() ? NATS_OK : natsOptions_SetToken(options, settings.token.c_str());
}

void ignore_error(natsConnection* /*connection*/, natsSubscription* /*subscription*/,
                  natsStatus /*status*/, void* /*closure*/) {}

natsStatus set_options(natsOptions* options, const NatsSettings& settings,
                       const NatsServer& server) {
    const std::int64_t timeout_ms = settings.timeout.count();
    natsStatus status = natsOptions_SetURL(options, server.url.c_str());
    const auto next = [&](natsStatus result) { status = status == NATS_OK ? result : status; };
    next(natsOptions_SetName(options, "verohook"));
    next(natsOptions_SetAllowReconnect(options, false));
    next(natsOptions_SetTimeout(options, timeout_ms));
    next(natsOptions_SetWriteDeadline(options, timeout_ms));
    next(set_credentials(options, settings));
    // By itself the library writes to standard error; what matters is asked for afterwards.
    next(natsOptions_SetErrorHandler(options, ignore_error, nullptr));
    next(set_tls(options, settings, server));
    return status;
}

}  // namespace

struct NatsOptions::Library {
    NatsOptionsHandle options;
};

NatsOptions::NatsOptions(std::unique_ptr<Library> library) : library_(std::move(library)) {}

NatsOptions::~NatsOptions() = default;

Result<std::unique_ptr<NatsOptions>> NatsOptions::make(const NatsSettings& settings,
                                                       const NatsServer& server) {
    natsOptions* raw_options = nullptr;
    natsStatus status = natsOptions_Create(&raw_options);
    auto library = std::make_unique<Library>();
    library->options.reset(raw_options);
    if (status == NATS_OK) {
        status = set_options(raw_options, settings, server);
    }
    if (status != NATS_OK) {
        return cannot_use(server.url, status);
    }
    return std::unique_ptr<NatsOptions>(new NatsOptions(std::move(library)));
}

struct NatsSession::Library {
    natsConnection* connection = nullptr;
    natsSubscription* answers = nullptr;
    NatsMessages used;  ///< Sent and received in this pass.

    Library() = default;
    ~Library() {
        natsSubscription_Destroy(answers);
        natsConnection_Destroy(connection);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

Result<std::unique_ptr<NatsSession>> NatsSession::open(const NatsSettings& settings,
                                                       const NatsServer& server,
                                                       std::unique_ptr<NatsOptions>& options) {
    if (!options) {
        auto made = NatsOptions::make(settings, server);
        if (!made) {
            return made.error();
        }
        options = std::move(*made);
    }
    auto library = std::make_unique<Library>();
    natsStatus status =
        natsConnection_Connect(&library->connection, options->library_->options.get());
    if (status != NATS_OK) {
        Error error = cannot_use(server.url, status);
        const bool is_there = status != NATS_NO_SERVER && status != NATS_TIMEOUT;
        if (status == NATS_SSL_ERROR || (server.tls && is_there)) {
            options.reset();
        }
        return error;
    }
    std::unique_ptr<NatsSession> session(new NatsSession(settings, server, std::move(library)));
    natsInbox* inbox = nullptr;
    status = natsInbox_Create(&inbox);
    if (status == NATS_OK) {
        session->inbox_ = inbox;
        natsInbox_Destroy(inbox);
        status =
            natsConnection_SubscribeSync(&session->library_->answers, session->library_->connection,
                                         (session->inbox_ + ".*.*").c_str());
    }
    if (status != NATS_OK) {
        return cannot_use(server.url, status);
    }
    return session;
}

NatsSession::NatsSession(const NatsSettings& settings, const NatsServer& server,
                         std::unique_ptr<Library> library)
    : settings_(settings), server_(server), library_(std::move(library)) {}

NatsSession::~NatsSession() = default;

bool NatsSession::is_connected() const {
    return natsConnection_Status(library_->connection) == NATS_CONN_STATUS_CONNECTED;
}

NatsPass NatsSession::publish(std::span<const sink::Item> items) {
    ++pass_;
    NatsPass pass;
    const std::size_t sent = send(items, pass);
    std::vector<NatsAnswer> answers(sent);
    NatsPass answered;
    const bool complete = collect(sent, answers, answered);
    std::size_t stored = 0;
    while (stored < sent && answers[stored].kind == NatsAnswer::Kind::stored) {
        ++stored;
    }
    if (!complete) {
        pass = std::move(answered);
    } else if (stored < sent) {
        using Kind = NatsAnswer::Kind;
        const NatsAnswer& first = answers[stored];
        pass.end = first.kind == Kind::follows     ? NatsPass::End::interrupted
                   : first.kind == Kind::too_large ? NatsPass::End::too_large
                                                   : NatsPass::End::refused;
        pass.reason = first.reason;
    }
    if (pass.end == NatsPass::End::too_large && stored > 0) {
        // The header that says which message it follows may be what was too much.
        pass.end = NatsPass::End::interrupted;
    }
    pass.stored = stored;
    library_->used.clear();
    return pass;
}

std::size_t NatsSession::send(std::span<const sink::Item> items, NatsPass& pass) {
    std::string follows;
    for (std::size_t index = 0; index < items.size(); ++index) {
        const int result = send_one(items[index], index, follows);
        if (result == NATS_MAX_PAYLOAD) {
            pass.end = NatsPass::End::too_large;
            pass.reason = server_.url + " takes no message of more than " +
                          std::to_string(natsConnection_GetMaxPayload(library_->connection)) +
                          " bytes, headers included";
            return index;
        }
        if (result != NATS_OK) {
            pass.end = NatsPass::End::lost;
            pass.reason =
                "cannot send to " + server_.url + ": " + words(static_cast<natsStatus>(result));
            return index;
        }
        follows = items[index].envelope.id;
    }
    return items.size();
}

/// A message that follows another of the same pass says so, and the stream takes it only if that
/// is its last one: what comes after a gap is refused, so the order holds also where a message in
/// the middle gets lost.
int NatsSession::send_one(const sink::Item& item, std::size_t index, const std::string& follows) {
    const std::string subject = settings_.subject.subject(item.event);
    const std::string reply = inbox_ + "." + std::to_string(pass_) + "." + std::to_string(index);
    natsMsg* raw_message = nullptr;
    natsStatus status = natsMsg_Create(&raw_message, subject.c_str(), reply.c_str(),
                                       item.text.data(), static_cast<int>(item.text.size()));
    library_->used.emplace_back(raw_message);
    const auto set = [&](const char* name, const std::string& value) {
        if (status == NATS_OK && !value.empty()) {
            status = natsMsgHeader_Set(raw_message, name, value.c_str());
        }
    };
    set("Nats-Msg-Id", item.envelope.id);
    set("Nats-Expected-Last-Msg-Id", follows);
    set("Nats-Expected-Stream", settings_.stream);
    set("Verohook-Seq", std::to_string(item.envelope.seq));
    // Vero's text, in which a line end would begin a header of its own.
    set("Verohook-Type", printable(event::type_name(item.event)));
    return status == NATS_OK ? natsConnection_PublishMsg(library_->connection, raw_message)
                             : status;
}

bool NatsSession::collect(std::size_t sent, std::vector<NatsAnswer>& answers, NatsPass& pass) {
    for (NatsAnswer& answer : answers) {
        answer.reason = no_stream();  // What stays true for those whom nobody answers.
    }
    const auto deadline = steady_clock::now() + settings_.timeout;
    const std::string prefix = inbox_ + "." + std::to_string(pass_) + ".";
    for (std::size_t come = 0; come < sent;) {
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
        natsMsg* raw_message = nullptr;
        const natsStatus status =
            natsSubscription_NextMsg(&raw_message, library_->answers, left > 0 ? left : 1);
        library_->used.emplace_back(raw_message);
        if (status == NATS_NO_RESPONDERS) {
            ++come;  // The library does not tell for which; the others are told by name.
            continue;
        }
        if (status != NATS_OK) {
            pass.end = NatsPass::End::lost;
            pass.reason = status == NATS_TIMEOUT
                              ? why_no_answer()
                              : "the connection to " + server_.url + " broke: " + words(status);
            return false;
        }
        const std::string_view subject = natsMsg_GetSubject(raw_message);
        std::size_t index = sent;
        if (subject.starts_with(prefix)) {
            std::from_chars(subject.data() + prefix.size(), subject.data() + subject.size(), index);
        }
        if (index < sent) {
            answers[index] =
                parse_nats_answer({natsMsg_GetData(raw_message),
                                   static_cast<std::size_t>(natsMsg_GetDataLength(raw_message))});
            ++come;
        }
    }
    return true;
}

/// A server that forbids to publish says so without reference to any message.
std::string NatsSession::why_no_answer() const {
    const char* said = nullptr;
    const natsStatus status = natsConnection_GetLastError(library_->connection, &said);
    const bool more = status != NATS_OK && said != nullptr && *said != '\0';
    return server_.url + " has not answered within " + std::to_string(settings_.timeout.count()) +
           " ms" + (more ? ": " + one_line(said) : "");
}

std::string NatsSession::no_stream() const {
    const std::string name = settings_.stream.empty() ? "VERO" : settings_.stream;
    return "no stream of " + server_.url + " takes " + settings_.subject.pattern() +
           "; create one: nats stream add " + name + " --subjects '" + settings_.subject.pattern() +
           "' --dupe-window 1h --defaults";
}

}  // namespace verohook::sinks
