#include "core/settings.h"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(HostName, OrdinaryNamesAreTaken) {
    for (const char* name : {"imap.example.com", "xn--mnchen-3ya.de", "a.b", "_x.example.com",
                             "1und1.de", "163.com", "IMAP.Example.COM"}) {
        EXPECT_TRUE(is_host_name(name)) << name;
    }
}

TEST(HostName, WhatIsNoFullyQualifiedNameIsRefused) {
    const std::string long_label(64, 'a');
    for (const std::string& name :
         {std::string(), std::string("localhost"), std::string("example.com."), std::string(".com"),
          std::string("a..b"), std::string("-a.com"), std::string("a-.com"), std::string("a b.com"),
          std::string("ex\xc3\xa4mple.com"), std::string("a.com/"), std::string("user@a.com"),
          std::string("a.com\r\n"), long_label + ".com", std::string(250, 'a') + ".com"}) {
        EXPECT_FALSE(is_host_name(name)) << name;
    }
}

TEST(HostName, AddressesInAnyNotationAreRefused) {
    for (const char* name :
         {"127.0.0.1", "127.1", "2130706433", "0x7f.1", "1.0x7f", "[::1]", "::1", "1.2.3.4.5"}) {
        EXPECT_FALSE(is_host_name(name)) << name;
    }
}

TEST(Names, OfSecurityAndAuthGoBothWays) {
    EXPECT_EQ(security_of(name_of(Security::starttls)), Security::starttls);
    EXPECT_EQ(security_of("plain"), std::nullopt);
    EXPECT_EQ(auth_method_of(name_of(AuthMethod::oauthbearer)), AuthMethod::oauthbearer);
    EXPECT_EQ(auth_method_of(""), std::nullopt);
}

}  // namespace
}  // namespace gatepost
