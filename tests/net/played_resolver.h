// A resolver that answers what the test puts in, and counts how often it is asked.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "net/resolver.h"

namespace gatepost::net {

class PlayedResolver final : public Resolver {
  public:
    using Addresses = Result<Answer<boost::asio::ip::address>>;

    /// The answers for the name, one after the other; the last one stays.
    void answer(const std::string& name, std::vector<Addresses> answers) {
        answers_[name] = std::move(answers);
    }
    static Addresses found(const std::vector<std::string>& texts) {
        Answer<boost::asio::ip::address> answer;
        for (const std::string& text : texts) {
            answer.records.push_back(boost::asio::ip::make_address(text));
        }
        return answer;
    }
    [[nodiscard]] int asked() const { return asked_; }

    boost::asio::awaitable<Addresses> addresses(std::string name, Deadline) override {
        ++asked_;
        auto& answers = answers_[name];
        if (answers.empty()) co_return found({});
        Addresses next = answers.front();
        if (answers.size() > 1) answers.erase(answers.begin());
        co_return next;
    }
    boost::asio::awaitable<Result<Answer<MxRecord>>> mx(std::string, Deadline) override {
        co_return Answer<MxRecord>{};
    }
    boost::asio::awaitable<Result<Answer<SrvRecord>>> srv(std::string, Deadline) override {
        co_return Answer<SrvRecord>{};
    }
    boost::asio::awaitable<Result<Answer<std::string>>> txt(std::string, Deadline) override {
        co_return Answer<std::string>{};
    }

  private:
    std::map<std::string, std::vector<Addresses>> answers_;
    int asked_ = 0;
};

}  // namespace gatepost::net
