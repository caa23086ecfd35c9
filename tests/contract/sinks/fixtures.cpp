#include "fixtures.hpp"

#include "sinks/rotation.hpp"

#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace verohook::sinks {

namespace fs = std::filesystem;

StreamSwitch::StreamSwitch(int stream) : stream_(stream), saved_(::dup(stream)) {}

StreamSwitch::~StreamSwitch() {
    lead_to(saved_);
    ::close(saved_);
}

void StreamSwitch::lead_to(int descriptor) const {
    std::fflush(nullptr);
    ::dup2(descriptor, stream_);
}

FileSizeLimit::FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // As the daemon has it.
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
}

FileSizeLimit::~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
}

namespace {

/// A standard stream that leads to a file, or, while the target is gone, to a pipe nobody reads.
class StreamFixture final : public SinkFixture {
public:
    StreamFixture(int stream, std::string target) : target_(std::move(target)), stream_(stream) {
        std::signal(SIGPIPE, SIG_IGN);  // As the daemon has it.
        file_ = ::open(path().c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        stream_.lead_to(file_);
    }
    ~StreamFixture() override { ::close(file_); }
    StreamFixture(const StreamFixture&) = delete;
    StreamFixture& operator=(const StreamFixture&) = delete;

    void set_options(Options& options) override {
        if (!target_.empty()) {
            options.set("target", target_);
        }
    }
    std::string contents() override { return read_file(path()); }
    void take_away() override {
        int pipe[2] = {-1, -1};
        if (::pipe(pipe) == 0) {
            ::close(pipe[0]);
            stream_.lead_to(pipe[1]);
            ::close(pipe[1]);
        }
    }
    void bring_back() override { stream_.lead_to(file_); }

private:
    [[nodiscard]] fs::path path() const { return folder_.path() / "stream"; }

    std::string target_;
    TemporaryFolder folder_;
    StreamSwitch stream_;
    int file_ = -1;
};

/// A file on a disk that gets full in the middle of a line.
class FileFixture final : public SinkFixture {
public:
    using SetOptions = std::function<void(Options&)>;
    explicit FileFixture(SetOptions set_more) : set_more_(std::move(set_more)) {}

    void set_options(Options& options) override {
        options.set("path", path().string());
        set_more_(options);
    }
    std::string contents() override {
        std::string text;
        for (const fs::path& rotated : rotated_files(path())) {
            text += read_file(rotated);
        }
        if (fs::exists(moved())) {
            text += read_file(moved());
        }
        return text + read_file(path());
    }
    void take_away() override {
        const std::uintmax_t size = fs::exists(path()) ? fs::file_size(path()) : 0;
        limit_ = std::make_unique<FileSizeLimit>(size + 150);
    }
    void bring_back() override { limit_.reset(); }
    void move_away() override { fs::rename(path(), moved()); }

private:
    [[nodiscard]] fs::path path() const { return folder_.path() / "new" / "events.jsonl"; }
    [[nodiscard]] fs::path moved() const { return folder_.path() / "moved.jsonl"; }

    SetOptions set_more_;
    TemporaryFolder folder_;
    std::unique_ptr<FileSizeLimit> limit_;
};

}  // namespace

std::unique_ptr<SinkFixture> make_stdout_fixture() {
    return std::make_unique<StreamFixture>(STDOUT_FILENO, "");
}

std::unique_ptr<SinkFixture> make_log_stderr_fixture() {
    return std::make_unique<StreamFixture>(STDERR_FILENO, "stderr");
}

std::unique_ptr<SinkFixture> make_file_fixture() {
    return std::make_unique<FileFixture>([](Options&) {});
}

std::unique_ptr<SinkFixture> make_rotating_file_fixture() {
    return std::make_unique<FileFixture>(
        [](Options& options) { options.set("rotate_size", std::int64_t{4096}); });
}

std::unique_ptr<SinkFixture> make_log_file_fixture(std::string style) {
    return std::make_unique<FileFixture>([style = std::move(style)](Options& options) {
        options.set("target", std::string("file"));
        options.set("style", style);
    });
}

}  // namespace verohook::sinks
