#include "fake_sink.hpp"

#include <map>

namespace verohook::delivery {

namespace {

struct Registry {
    std::mutex mutex;
    std::map<std::string, FakeTarget*, std::less<>> targets;

    FakeTarget& find(const std::string& name) {
        const std::lock_guard lock(mutex);
        return *targets.at(name);
    }
};

Registry& registry() {
    static Registry instance;
    return instance;
}

class FakeSink final : public sink::Sink {
public:
    explicit FakeSink(FakeTarget& target) : target_(target) { target_.sink_made(); }
    ~FakeSink() override { target_.sink_gone(); }
    FakeSink(const FakeSink&) = delete;
    FakeSink& operator=(const FakeSink&) = delete;
    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        return target_.deliver(batch);
    }
    Result<std::optional<std::uint64_t>> position() override {
        return target_.on_position ? target_.on_position() : Sink::position();
    }
    Result<sink::Erased> erase(const sink::Person& person) override {
        return target_.on_erase ? target_.on_erase(person) : Sink::erase(person);
    }
    void request_reopen() override { target_.reopened(); }

private:
    FakeTarget& target_;
};

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& context) {
    FakeTarget& target = registry().find(context.name);
    if (target.on_make) {
        if (auto made = target.on_make(); !made) {
            return made.error();
        }
    }
    return std::unique_ptr<sink::Sink>(std::make_unique<FakeSink>(target));
}

}  // namespace

FakeTarget::FakeTarget(std::string name) : name_(std::move(name)) {
    const std::lock_guard lock(registry().mutex);
    registry().targets[name_] = this;
}

FakeTarget::~FakeTarget() {
    // A thread that was left behind inside the sink must have come out of it.
    open();
    wait_for_end();
    const std::lock_guard lock(registry().mutex);
    registry().targets.erase(name_);
}

sink::Outcome FakeTarget::deliver(std::span<const sink::Item> batch) {
    note([&] { batches_.push_back(batch.size()); });
    if (on_deliver) {
        return on_deliver(*this, batch);
    }
    take(batch, batch.size());
    return sink::Outcome::all(batch.size());
}

void FakeTarget::take(std::span<const sink::Item> batch, std::size_t count) {
    note([&] {
        for (const sink::Item& item : batch.first(count)) {
            seqs_.push_back(item.envelope.seq);
            texts_.emplace_back(item.text);
        }
    });
}

void FakeTarget::block() {
    std::unique_lock lock(mutex_);
    blocked_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
}

void FakeTarget::open() {
    note([this] { open_ = true; });
}

void FakeTarget::wait_blocked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return blocked_; });
}

void FakeTarget::wait_for_end() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sinks_ == 0; });
}

void FakeTarget::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return seqs_.size() >= count; });
}

std::vector<std::uint64_t> FakeTarget::seqs() const {
    const std::lock_guard lock(mutex_);
    return seqs_;
}

std::vector<std::string> FakeTarget::texts() const {
    const std::lock_guard lock(mutex_);
    return texts_;
}

std::vector<std::size_t> FakeTarget::batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
}

int FakeTarget::reopens() const {
    const std::lock_guard lock(mutex_);
    return reopens_;
}

void FakeTarget::note(const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
}

const sink::SinkKind& fake_kind() {
    static const sink::SinkKind kind{
        .name = "fake", .summary = "For tests.", .options = {}, .make = make};
    return kind;
}

}  // namespace verohook::delivery
