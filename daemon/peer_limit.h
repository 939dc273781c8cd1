// How many connections there may be, of one user and of all: a user who opens too many shuts
// himself out and nobody else. Pure; on one thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>

namespace gatepost::daemon {

class PeerLimit {
  public:
    PeerLimit(std::size_t per_user, std::size_t in_all);

    /// A connection's place, taken until it goes.
    class Place {
      public:
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place();

      private:
        friend class PeerLimit;
        struct Counts;
        Place(std::shared_ptr<Counts> counts, uid_t user);

        std::shared_ptr<Counts> counts_;
        uid_t user_;
    };

    /// Nothing when the user's bound, or the bound of all, is reached.
    std::optional<Place> admit(uid_t user);

  private:
    std::size_t per_user_;
    std::size_t in_all_;
    std::shared_ptr<Place::Counts> counts_;  ///< shared with the places, which may outlive this
};

}  // namespace gatepost::daemon
