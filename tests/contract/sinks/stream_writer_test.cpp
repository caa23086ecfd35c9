// A descriptor that takes nothing back, filled up at every byte of a batch in turn.

#include "sinks/stream_writer.hpp"

#include "fixtures.hpp"
#include "test_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace verohook::sinks {
namespace {

const std::vector<std::string> texts{"{\"seq\":1}\n", "", "{\"seq\":3,\"a\":\"bc\"}\n",
                                     "{\"seq\":4}\n"};

void fill(Lines& lines, std::size_t first) {
    lines.clear();
    for (std::size_t index = first; index < texts.size(); ++index) {
        lines.append(texts[index]);
        lines.end(index + 1);
    }
}

std::size_t total_bytes() {
    std::size_t total = 0;
    for (const std::string& text : texts) {
        total += text.size();
    }
    return total;
}

TEST(StreamWriter, TearsAndRepeatsNoLineWhereverItIsInterrupted) {
    const TemporaryFolder folder;
    for (std::size_t limit = 0; limit < total_bytes(); ++limit) {
        SCOPED_TRACE(limit);
        const std::filesystem::path path = folder.path() / std::to_string(limit);
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        StreamWriter writer(file, "the stream");
        Lines lines;
        fill(lines, 0);
        sink::Outcome first;
        {
            const FileSizeLimit size(limit);
            first = writer.write(lines);
        }
        EXPECT_EQ(first.verdict, sink::Verdict::retry);
        EXPECT_EQ(first.reason, "cannot write to the stream: File too large");
        EXPECT_LT(first.taken, texts.size());
        fill(lines, first.taken);
        const sink::Outcome second = writer.write(lines);
        EXPECT_EQ(second.verdict, sink::Verdict::delivered);
        EXPECT_EQ(second.taken, texts.size() - first.taken);
        EXPECT_EQ(read_file(path), texts[0] + texts[2] + texts[3]);
        ::close(file);
    }
}

TEST(StreamWriter, CompletesATornLineBeforeOtherEvents) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "stream";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    StreamWriter writer(file, "the stream");
    Lines lines;
    fill(lines, 0);
    {
        const FileSizeLimit size(4);
        EXPECT_EQ(writer.write(lines).taken, 0U);
    }
    fill(lines, 3);
    EXPECT_EQ(writer.write(lines).taken, 1U);
    EXPECT_EQ(read_file(path), texts[0] + texts[3]);
    ::close(file);
}

TEST(StreamWriter, SaysThatThePipeIsClosed) {
    std::signal(SIGPIPE, SIG_IGN);  // As the daemon has it.
    int pipe[2] = {-1, -1};
    ASSERT_EQ(::pipe(pipe), 0);
    ::close(pipe[0]);
    StreamWriter writer(pipe[1], "standard output");
    Lines lines;
    fill(lines, 0);
    EXPECT_EQ(writer.write(lines).reason, "standard output is closed");
    ::close(pipe[1]);
}

TEST(StreamWriter, WaitsForAPipeThatIsFullAndDoesNotBlock) {
    int pipe[2] = {-1, -1};
    ASSERT_EQ(::pipe2(pipe, O_NONBLOCK), 0);
    StreamWriter writer(pipe[1], "standard output");
    constexpr std::size_t bytes = 1024 * 1024;  // More than a pipe holds.
    Lines lines;
    lines.append(std::string(bytes, 'x'));
    lines.end(1);
    std::size_t received = 0;
    std::jthread reader([&] {
        std::vector<char> block(64 * 1024);
        pollfd waiting{pipe[0], POLLIN, 0};
        while (received<bytes&& ::poll(&waiting, 1, -1)> 0) {
            const ssize_t count = ::read(pipe[0], block.data(), block.size());
            received += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        }
    });
    EXPECT_EQ(writer.write(lines).verdict, sink::Verdict::delivered);
    reader.join();
    EXPECT_EQ(received, bytes);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

}  // namespace
}  // namespace verohook::sinks
