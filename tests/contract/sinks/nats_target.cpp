#include "nats_target.hpp"

#include <verohook/base/result.hpp>

#include <nats/nats.h>

namespace verohook::sinks {

namespace {

constexpr const char* server_program = "/usr/sbin/nats-server";

void must(natsStatus status) {
    if (status != NATS_OK) {
        fail_check(std::string("nats: ") + natsStatus_GetText(status), __FILE__, __LINE__);
    }
}

/// A connection to look at the server with.
class Client {
public:
    explicit Client(const std::string& url) {
        must(natsConnection_ConnectTo(&connection_, url.c_str()));
        must(natsConnection_JetStream(&jetstream_, connection_, nullptr));
    }
    ~Client() {
        jsCtx_Destroy(jetstream_);
        natsConnection_Destroy(connection_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] natsConnection* connection() const { return connection_; }
    [[nodiscard]] jsCtx* jetstream() const { return jetstream_; }

private:
    natsConnection* connection_ = nullptr;
    jsCtx* jetstream_ = nullptr;
};

StreamMessage to_message(natsMsg* message) {
    StreamMessage out{
        natsMsg_GetSubject(message),
        {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))},
        {}};
    const char** names = nullptr;
    int count = 0;
    if (natsMsgHeader_Keys(message, &names, &count) == NATS_OK) {
        for (int index = 0; index < count; ++index) {
            const char* value = nullptr;
            must(natsMsgHeader_Get(message, names[index], &value));
            out.headers[names[index]] = value;
        }
        free(names);
    }
    return out;
}

}  // namespace

NatsTarget::NatsTarget(const std::string& configuration) {
    configure(configuration);
    start();
}

void NatsTarget::configure(const std::string& configuration) const {
    write_file(folder() / "server.conf", configuration + "\njetstream {store_dir: \"" +
                                             (folder() / "store").string() + "\"}\n");
}

void NatsTarget::restart(const std::string& configuration) {
    kill();
    configure(configuration);
    start();
}

void NatsTarget::start() {
    process_ = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{server_program, "-a", "127.0.0.1", "-p", port_, "-c",
                                 (folder_.path() / "server.conf").string()});
    const std::string line = process_->read_until("Listening for client connections on ");
    port_ = line.substr(line.rfind(':') + 1);
    if (process_->read_until("Server is ready").empty()) {
        fail_check("nats-server does not start: " + process_->said(), __FILE__, __LINE__);
    }
}

std::string NatsTarget::url(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + port_;
}

void NatsTarget::create_or_change(const Stream& stream, bool change) const {
    const Client client(url());
    const char* subjects[] = {stream.subjects.c_str()};
    jsStreamConfig config;
    must(jsStreamConfig_Init(&config));
    config.Name = stream.name.c_str();
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.MaxMsgSize = stream.message_bytes_max;
    config.MaxMsgs = stream.messages_max;
    config.Discard = js_DiscardNew;
    jsErrCode error{};
    must(change ? js_UpdateStream(nullptr, client.jetstream(), &config, nullptr, &error)
                : js_AddStream(nullptr, client.jetstream(), &config, nullptr, &error));
}

void NatsTarget::create(const Stream& stream) const {
    create_or_change(stream, false);
}

void NatsTarget::change(const Stream& stream) const {
    create_or_change(stream, true);
}

void NatsTarget::publish(const std::string& subject, const std::string& data) const {
    const Client client(url());
    must(js_Publish(nullptr, client.jetstream(), subject.c_str(), data.data(),
                    static_cast<int>(data.size()), nullptr, nullptr));
}

std::vector<StreamMessage> NatsTarget::messages(const std::string& stream) const {
    const Client client(url());
    jsErrCode error{};
    jsStreamInfo* info = nullptr;
    must(js_GetStreamInfo(&info, client.jetstream(), stream.c_str(), nullptr, &error));
    const std::uint64_t end = info->State.Msgs == 0 ? 0 : info->State.LastSeq + 1;
    const std::uint64_t first = info->State.FirstSeq;
    jsStreamInfo_Destroy(info);
    std::vector<StreamMessage> messages;
    for (std::uint64_t seq = first; seq < end; ++seq) {
        natsMsg* message = nullptr;
        must(js_GetMsg(&message, client.jetstream(), stream.c_str(), seq, nullptr, &error));
        messages.push_back(to_message(message));
        natsMsg_Destroy(message);
    }
    return messages;
}

}  // namespace verohook::sinks
