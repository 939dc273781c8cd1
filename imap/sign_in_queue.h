// Sign-in queue: bounds how many sign-ins a reactor has under way at the same time, of all
// accounts, so that a restart ramps up instead of stampeding. Those that a person waits for come
// before those that keep accounts connected; in both lanes hosts take turns, so that one with many
// accounts, or one that is slow or asked slowly, does not hold back the others. No I/O; one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace gatepost::imap {

class SignInQueue {
  public:
    /// Whether a sign-in at the host may begin now. Who answers no calls resume() once it may.
    using MayGo = std::function<bool(const std::string& host)>;

    SignInQueue(std::size_t limit, MayGo may_go);
    SignInQueue(const SignInQueue&) = delete;
    SignInQueue& operator=(const SignInQueue&) = delete;

    /// Leave for one sign-in, until it goes. The queue outlives it.
    class Slot {
      public:
        Slot(Slot&& other) noexcept
            : queue_(std::exchange(other.queue_, nullptr)), host_(std::move(other.host_)) {}
        Slot& operator=(Slot&& other) noexcept {
            std::swap(queue_, other.queue_);
            std::swap(host_, other.host_);
            return *this;
        }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot() {
            if (queue_ != nullptr) queue_->leave(host_);
        }

      private:
        friend class SignInQueue;
        Slot(SignInQueue& queue, std::string host) : queue_(&queue), host_(std::move(host)) {}
        SignInQueue* queue_;
        std::string host_;
    };

    enum class Lane { background, awaited };
    /// Called with the slot when it is one's turn, maybe at once. Who has changed his mind lets the
    /// slot go again.
    using Start = std::function<void(Slot)>;
    void enter(Lane lane, const std::string& host, Start start);
    /// Asks anew which hosts may go.
    void resume() { admit(); }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    /// Forgets all who wait.
    void clear();

  private:
    /// Those who wait for one host, first come, first served.
    struct Line {
        std::string host;
        std::list<Start> starts;
    };
    /// The lines of a lane; the first one has its turn next.
    struct Lines {
        std::list<Line> turns;
        std::unordered_map<std::string, std::list<Line>::iterator> by_host;
    };
    struct Next {
        std::string host;
        Start start;
    };

    void leave(const std::string& host);
    void admit();
    std::optional<Next> take_next(Lines& lines);
    [[nodiscard]] bool may_go(const std::string& host) const;

    std::size_t limit_;
    std::size_t limit_of_a_host_;
    MayGo may_go_;
    std::size_t in_flight_ = 0;
    std::unordered_map<std::string, std::size_t> in_flight_at_;
    bool is_admitting_ = false;
    Lines awaited_;
    Lines background_;
};

}  // namespace gatepost::imap
