#include "sinks/nats_session.hpp"
#include "sinks/nats_settings.hpp"

#include <verohook/sink/sink.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Publishes to JetStream; delivered is what the stream has acknowledged.
///
/// Messages go out many at a time, in order, and each says which one it follows. So the stream
/// holds an event only after all those before it, whatever gets lost on the way. Where other
/// publishers use the same stream, that chain is broken by their messages: then fewer go out at
/// once, down to one, which follows nothing.
namespace verohook::sinks {

namespace {

constexpr std::size_t window_max = 1024;

class NatsSink final : public sink::Sink {
public:
    explicit NatsSink(NatsSettings settings)
        : settings_(std::move(settings)), options_(settings_.servers.size()) {}

    /// Goes on with the connection there is, or makes one; each server is tried once.
    [[nodiscard]] Result<void> connect() {
        if (reopen_.exchange(false)) {
            session_.reset();  // Certificates and credentials are read anew.
            options_ = decltype(options_)(settings_.servers.size());
        }
        if (session_ && session_->is_connected()) {
            return {};
        }
        session_.reset();
        std::string reasons;
        for (std::size_t attempt = 0; attempt < settings_.servers.size(); ++attempt) {
            const std::size_t index = next_server_ % settings_.servers.size();
            auto opened = NatsSession::open(settings_, settings_.servers[index], options_[index]);
            if (opened) {
                session_ = std::move(*opened);
                return {};
            }
            ++next_server_;
            reasons += (reasons.empty() ? "" : "; ") + opened.error().message;
        }
        return Error{ErrorCode::unavailable, std::move(reasons)};
    }

    /// It keeps none; but whether a server is there shows before the first event.
    Result<std::optional<std::uint64_t>> position() override {
        if (auto connected = connect(); !connected) {
            return connected.error();
        }
        return Sink::position();
    }

    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        std::size_t taken = 0;
        while (taken < batch.size()) {
            if (auto connected = connect(); !connected) {
                return sink::Outcome::retry(taken, connected.error().message);
            }
            const std::size_t count = std::min(window_, batch.size() - taken);
            NatsPass pass = session_->publish(batch.subspan(taken, count));
            taken += pass.stored;
            switch (pass.end) {
                case NatsPass::End::all:
                    window_ = std::min(window_ * 2, window_max);
                    break;
                case NatsPass::End::interrupted:
                    if (pass.stored == 0) {
                        return sink::Outcome::retry(taken, of_server(pass.reason));
                    }
                    window_ = pass.stored;
                    break;
                case NatsPass::End::too_large:
                    return sink::Outcome::reject(taken, of_server(pass.reason));
                case NatsPass::End::refused:
                    return sink::Outcome::retry(taken, of_server(pass.reason));
                case NatsPass::End::lost:
                    session_.reset();
                    ++next_server_;
                    return sink::Outcome::retry(taken, std::move(pass.reason));
            }
        }
        return sink::Outcome::all(taken);
    }

    void request_reopen() override { reopen_.store(true); }

private:
    [[nodiscard]] std::string of_server(const std::string& reason) const {
        const std::string& url = session_->url();
        return reason.find(url) != std::string::npos ? reason : url + " says: " + reason;
    }

    NatsSettings settings_;
    std::vector<std::unique_ptr<NatsOptions>> options_;  ///< Of each server, when it is tried.
    std::unique_ptr<NatsSession> session_;               ///< Refers to the settings.
    std::size_t next_server_ = 0;                        ///< Moves on from one that fails.
    std::size_t window_ = window_max;                    ///< How many go out at once.
    std::atomic<bool> reopen_{false};
};

std::vector<OptionComplaint> check(const Options& options) {
    std::vector<OptionComplaint> complaints;
    static_cast<void>(read_nats_options(options, complaints));
    return complaints;
}

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    std::vector<OptionComplaint> complaints;
    NatsSettings settings = read_nats_options(context.options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    // It connects when it is asked for its position, again and again with the same certificates.
    return std::unique_ptr<sink::Sink>(std::make_unique<NatsSink>(std::move(settings)));
}

}  // namespace

const sink::SinkKind& nats_kind() {
    static const sink::SinkKind kind{
        .name = "nats",
        .summary = "One message an event to a stream of NATS JetStream, acknowledged.",
        .options = nats_option_specs(),
        .make = make,
        .check = check,
        .erase_by_hand =
            "messages stay in the stream until its limits remove them: delete those of the "
            "person with `nats stream rmm`, or purge their subject"};
    return kind;
}

}  // namespace verohook::sinks
