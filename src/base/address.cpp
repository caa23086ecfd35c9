#include "base/address.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace verohook {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

IpAddress IpAddress::from_v4(std::array<std::uint8_t, 4> bytes) {
    IpAddress address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    address.bits_ = 32;
    return address;
}

IpAddress IpAddress::from_v6(std::array<std::uint8_t, 16> bytes) {
    if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin())) {
        return from_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    IpAddress address;
    address.bytes_ = bytes;
    address.bits_ = 128;
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string copy(text);
    std::array<std::uint8_t, 4> v4{};
    if (::inet_pton(AF_INET, copy.c_str(), v4.data()) == 1) {
        return from_v4(v4);
    }
    std::array<std::uint8_t, 16> v6{};
    if (::inet_pton(AF_INET6, copy.c_str(), v6.data()) == 1) {
        return from_v6(v6);
    }
    return Error{ErrorCode::invalid_input, "'" + copy + "' is no IPv4 or IPv6 address"};
}

bool IpAddress::is_loopback() const {
    if (bits_ == 32) {
        return bytes_[0] == 127;
    }
    return bits_ == 128 && bytes_[15] == 1 &&
           std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto byte) { return byte == 0; });
}

std::string IpAddress::to_string() const {
    if (is_none()) {
        return "unix";
    }
    if (bits_ == 32) {
        // Asked of every request, and `inet_ntop` goes through printf.
        std::string dotted;
        for (std::size_t index = 0; index < 4; ++index) {
            std::array<char, 3> digits{};
            const auto end = std::to_chars(digits.begin(), digits.end(), bytes_[index]).ptr;
            dotted.append(index > 0 ? "." : "").append(digits.begin(), end);
        }
        return dotted;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

Result<Cidr> Cidr::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) {
        return address.error();
    }
    Cidr cidr;
    cidr.network_ = *address;
    cidr.prefix_ = address->bits_;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), cidr.prefix_);
        if (error != std::errc{} || end != digits.data() + digits.size() ||
            cidr.prefix_ > address->bits_) {
            return Error{ErrorCode::invalid_input, "'" + std::string(text) +
                                                       "': the prefix must be a number from 0 to " +
                                                       std::to_string(address->bits_)};
        }
    }
    return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
    if (address.bits_ != network_.bits_) {
        return false;
    }
    for (unsigned bit = 0; bit < prefix_; bit += 8) {
        const unsigned wanted = std::min(8U, prefix_ - bit);
        const auto mask = static_cast<std::uint8_t>(0xFF00U >> wanted);
        if (((address.bytes_[bit / 8] ^ network_.bytes_[bit / 8]) & mask) != 0) {
            return false;
        }
    }
    return true;
}

std::string Cidr::to_string() const {
    return network_.to_string() + "/" + std::to_string(prefix_);
}

bool contains(const std::vector<Cidr>& networks, const IpAddress& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const Cidr& network) { return network.contains(address); });
}

}  // namespace verohook
