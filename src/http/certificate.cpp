#include "http/certificate.hpp"

#include "base/address.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>

#include <array>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string_view>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace verohook::http {

namespace {

Timestamp moment_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ::ASN1_TIME_to_tm(time, &parts) != 1) {
        return {};
    }
    return Timestamp{std::chrono::seconds{::timegm(&parts)}};
}

std::string_view text_of(const ASN1_STRING* text) {
    const auto size = static_cast<std::size_t>(::ASN1_STRING_length(text));
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(text)), size};
}

std::string address_of(std::string_view bytes) {
    if (bytes.size() == 4) {
        std::array<std::uint8_t, 4> v4{};
        bytes.copy(reinterpret_cast<char*>(v4.data()), v4.size());
        return IpAddress::from_v4(v4).to_string();
    }
    if (bytes.size() == 16) {
        std::array<std::uint8_t, 16> v6{};
        bytes.copy(reinterpret_cast<char*>(v6.data()), v6.size());
        return IpAddress::from_v6(v6).to_string();
    }
    return "";
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> alternatives(
        static_cast<GENERAL_NAMES*>(
            ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &::GENERAL_NAMES_free);
    const int count = alternatives ? sk_GENERAL_NAME_num(alternatives.get()) : 0;
    for (int index = 0; index < count; ++index) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(alternatives.get(), index);
        if (name->type == GEN_DNS) {
            names.emplace_back(text_of(name->d.dNSName));
        } else if (name->type == GEN_IPADD) {
            names.push_back(address_of(text_of(name->d.iPAddress)));
        }
    }
    return names;
}

std::string issuer_of(X509* certificate) {
    const X509_NAME* const issuer = ::X509_get_issuer_name(certificate);
    for (const int part : {NID_organizationName, NID_commonName}) {
        const int index = ::X509_NAME_get_index_by_NID(issuer, part, -1);
        if (index >= 0) {
            return std::string(
                text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(issuer, index))));
        }
    }
    return "";
}

Way::Distrust distrust_of(int error) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return Way::Distrust::ended;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return Way::Distrust::not_begun;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return Way::Distrust::wrong_name;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
            return Way::Distrust::unknown_issuer;
        default:
            return Way::Distrust::other;
    }
}

}  // namespace

bool CertificateCheck::operator()(bool preverified,
                                  boost::asio::ssl::verify_context& context) const {
    X509_STORE_CTX* const store = context.native_handle();
    X509* const certificate = ::X509_STORE_CTX_get0_cert(store);
    int error = preverified ? X509_V_OK : ::X509_STORE_CTX_get_error(store);
    if (preverified && !boost::asio::ssl::host_name_verification(host_)(preverified, context)) {
        error = X509_V_ERR_HOSTNAME_MISMATCH;
    }
    if (way_ != nullptr) {
        if (!way_->certificate && certificate != nullptr) {
            way_->certificate = {.names = names_of(certificate),
                                 .issuer = issuer_of(certificate),
                                 .begins_at = moment_of(::X509_get0_notBefore(certificate)),
                                 .ends_at = moment_of(::X509_get0_notAfter(certificate))};
        }
        if (error != X509_V_OK) {
            way_->distrust = distrust_of(error);
            way_->distrust_words = ::X509_verify_cert_error_string(error);
        }
    }
    return error == X509_V_OK;
}

}  // namespace verohook::http
