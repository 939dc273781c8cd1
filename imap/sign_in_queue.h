// Sign-in queue: bounds how many sign-ins a reactor has under way at the same time, of all
// accounts, so that a restart ramps up instead of stampeding. First come, first served; those that
// a person waits for come before those that keep accounts connected. No I/O; one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace gatepost::imap {

class SignInQueue {
  public:
    explicit SignInQueue(std::size_t limit) : limit_(limit) {}
    SignInQueue(const SignInQueue&) = delete;
    SignInQueue& operator=(const SignInQueue&) = delete;

    /// Leave for one sign-in, until it goes. The queue outlives it.
    class Slot {
      public:
        Slot(Slot&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
        Slot& operator=(Slot&& other) noexcept {
            std::swap(queue_, other.queue_);
            return *this;
        }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot() {
            if (queue_ != nullptr) queue_->leave();
        }

      private:
        friend class SignInQueue;
        explicit Slot(SignInQueue& queue) : queue_(&queue) {}
        SignInQueue* queue_;
    };

    enum class Lane { background, awaited };
    /// Called with the slot when it is one's turn, maybe at once. Who has changed his mind lets the
    /// slot go again.
    using Start = std::function<void(Slot)>;
    void enter(Lane lane, Start start);

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    /// Forgets all who wait.
    void clear();

  private:
    void leave();
    void admit();

    std::size_t limit_;
    std::size_t in_flight_ = 0;
    bool is_admitting_ = false;
    std::deque<Start> awaited_;
    std::deque<Start> background_;
};

}  // namespace gatepost::imap
