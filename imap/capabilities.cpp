#include "imap/capabilities.h"

#include <algorithm>

namespace gatepost::imap {
namespace {

// Lists that are remembered for sharing. Most sessions are with few makes of servers; a list that
// is not remembered any more is only not shared.
constexpr std::size_t remembered = 32;

}  // namespace

bool has(const Capabilities& capabilities, std::string_view capability) {
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

std::shared_ptr<const Capabilities> shared(Capabilities capabilities) {
    // Newest first. Of the thread, for reactors share nothing.
    static thread_local std::vector<std::weak_ptr<const Capabilities>> lists;
    for (auto list = lists.begin(); list != lists.end(); ++list) {
        if (const auto known = list->lock(); known && *known == capabilities) {
            std::rotate(lists.begin(), list, list + 1);
            return known;
        }
    }
    auto fresh = std::make_shared<const Capabilities>(std::move(capabilities));
    std::erase_if(lists, [](const auto& list) { return list.expired(); });
    if (lists.size() == remembered) lists.pop_back();
    lists.insert(lists.begin(), fresh);
    return fresh;
}

}  // namespace gatepost::imap
