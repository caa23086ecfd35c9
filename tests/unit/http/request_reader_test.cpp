// The reader alone, without sockets: bytes may come in any portions, and any bytes may come.

#include "http/request_reader.hpp"
#include "unit/http/raw_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace verohook::http {
namespace {

using Progress = RequestReader::Progress;

/// Everything that the reader makes of some bytes, as text to compare.
std::string read_all(const std::string& bytes, std::mt19937& random, std::size_t portion_max) {
    HttpLimits limits;
    limits.head_bytes_max = 512;
    limits.body_bytes_max = 1024;
    RequestReader reader(limits, Peer{});
    reader.next_request();
    std::string seen;
    for (std::size_t at = 0;;) {
        switch (reader.advance()) {
            case Progress::more: {
                const boost::asio::mutable_buffer room = reader.prepare();
                EXPECT_GT(room.size(), 0U);
                const std::size_t size = std::min(
                    {room.size(), bytes.size() - at, 1 + std::size_t{random()} % portion_max});
                if (size == 0) {
                    return seen + (reader.refuse_end() ? "unfinished" : "end");
                }
                std::memcpy(room.data(), bytes.data() + at, size);
                at += size;
                reader.commit(size);
                break;
            }
            case Progress::head:
                seen += reader.head().method + " " + reader.head().path + "?" +
                        reader.head().query + " " + std::to_string(reader.head().headers.size());
                if (reader.body_refusal()) {
                    return seen + " body refused";
                }
                break;
            case Progress::complete:
                seen += " [" + reader.body() + "]\n";
                reader.next_request();
                break;
            case Progress::refused:
                return seen + "refused " + std::to_string(reader.refusal().status);
        }
    }
}

std::vector<std::string> seeds() {
    const std::string chunks = "PUT /b?c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    return {
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPOST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        chunks + "5;a=\"b\\\"c\";d\r\nhello\r\n6\r\n world\r\n0;e\r\nA: b\r\nC:\r\n\r\n",
        chunks + chunked(std::string(300, 'x'), 7) + chunks + "0\r\n\r\n",
        chunks + "0\r\nA: b\r\n c\r\n\r\n",
        "POST /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc"
        "POST /a HTTP/1.1\r\nHost: [::1]:8\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    };
}

TEST(RequestReader, PortionsMakeNoDifference) {
    std::mt19937 random(1);
    for (const std::string& first : seeds()) {
        for (const std::string& second : seeds()) {
            const std::string bytes = first + second;
            const std::string whole = read_all(bytes, random, bytes.size());
            for (const std::size_t portion : {1U, 2U, 3U, 7U, 50U}) {
                EXPECT_EQ(read_all(bytes, random, portion), whole);
            }
        }
    }
}

TEST(RequestReader, BrokenBytesAreReadOrRefusedTheSameInAnyPortions) {
    std::mt19937 random(2);
    const std::vector<std::string> samples = seeds();
    const std::string nasty("\r\n\0 \t:;,0f\x7f\xff", 12);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = samples[random() % samples.size()] + samples[random() % samples.size()];
        for (unsigned change = 0; change <= random() % 4; ++change) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 3) {
                case 0:
                    bytes[at] = nasty[random() % nasty.size()];
                    break;
                case 1:
                    bytes.insert(at, 1, nasty[random() % nasty.size()]);
                    break;
                default:
                    bytes.erase(at, 1);
                    break;
            }
        }
        const std::string whole = read_all(bytes, random, bytes.size());
        ASSERT_EQ(read_all(bytes, random, 1), whole) << bytes;
        ASSERT_EQ(read_all(bytes, random, 9), whole) << bytes;
    }
}

TEST(RequestReader, ADeclaredLengthCostsNoMemoryBeforeItsBytesCome) {
    HttpLimits limits;
    limits.body_bytes_max = 1024 * 1024 * 1024;
    RequestReader reader(limits, Peer{});
    reader.next_request();
    const std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n";
    const boost::asio::mutable_buffer room = reader.prepare();
    ASSERT_GE(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    reader.commit(bytes.size());
    ASSERT_EQ(reader.advance(), Progress::head);
    ASSERT_EQ(reader.advance(), Progress::more);
    EXPECT_LE(reader.prepare().size(), 64U * 1024);
    EXPECT_LE(reader.body().capacity(), 128U * 1024);
}

TEST(RequestReader, ALargeRequestLeavesNoMemoryBehind) {
    const HttpLimits limits;
    RequestReader reader(limits, Peer{});
    reader.next_request();
    std::string bytes = "POST /" + std::string(5000, 'p') + "?" + std::string(5000, 'q') +
                        " HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n";
    for (int count = 0; count < 100; ++count) {
        bytes += "X: y\r\n";
    }
    bytes += "\r\n" + std::string(500'000, 'x');
    std::size_t at = 0;
    for (Progress progress = reader.advance(); progress != Progress::complete;
         progress = reader.advance()) {
        if (progress == Progress::more) {
            const boost::asio::mutable_buffer room = reader.prepare();
            const std::size_t size = std::min(room.size(), bytes.size() - at);
            std::memcpy(room.data(), bytes.data() + at, size);
            at += size;
            reader.commit(size);
        }
    }
    EXPECT_EQ(reader.body().size(), 500'000U);
    EXPECT_EQ(reader.head().headers.size(), 102U);
    reader.next_request();
    const RequestHead& head = reader.head();
    EXPECT_LE(reader.body().capacity() + head.path.capacity() + head.query.capacity(), 600U);
    EXPECT_LE(head.headers.capacity(), 16U);
    EXPECT_LE(reader.prepare().size(), 2048U);
}

}  // namespace
}  // namespace verohook::http
