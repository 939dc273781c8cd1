// The relay's scanner: follows the two directions of a leased session just far enough to know where
// commands begin and end, what must not reach the provider, and when the session can be used by
// somebody else. Pure; the relay feeds it both directions, in any cuts.
//
// The client is a local program, but what it sends may be anything: a line or a literal that the
// scanner and the provider could read in two ways (a bare CR, NUL, a literal behind a command that
// the provider did not understand) ends the lease or keeps the session from being used again.
// The provider's bytes are passed on as they are, of any length, and nothing of them is kept but
// the first two words of a line.
//
// Commands that change a session for good or that are Gatepost's own (see relay_commands.h) are
// answered here. Such an answer waits until all commands before it are answered, and the client is
// not read meanwhile: answers keep their order, and there is one of them at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::imap {

/// A literal's announcement at the end of a line: {n}, {n+} or {n-} (RFC 3501 4.3, RFC 7888).
class LiteralMark {
  public:
    /// The line's next byte, without its CR LF.
    void feed(char c);
    void reset() { place_ = Place::outside; }
    /// True when the line as fed so far ends with an announcement.
    [[nodiscard]] bool is_complete() const { return place_ == Place::closed; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// The sender does not wait for a continuation.
    [[nodiscard]] bool is_non_synchronizing() const { return non_synchronizing_; }

  private:
    enum class Place { outside, opened, digits, sign, closed };

    Place place_ = Place::outside;
    std::uint64_t size_ = 0;
    int digits_ = 0;
    bool non_synchronizing_ = false;
};

class RelayScanner {
  public:
    /// @param capabilities what CAPABILITY is answered with: "IMAP4rev1 IDLE"
    explicit RelayScanner(std::string capabilities);

    /// Takes the client's bytes, and appends to `to_provider` what goes on to the provider: no more
    /// than was given, and one head of a command. Returns how many were taken: not all of them
    /// while the provider has to say something first, and once the lease is over.
    std::size_t from_client(std::string_view bytes, std::string& to_provider);
    /// The client went away. Ends an IDLE, which appends to `to_provider`. True when the session
    /// will be returnable as soon as the provider has answered all.
    bool client_ended(std::string& to_provider);

    /// How many of the provider's bytes may be passed on to the client now. Less than all when an
    /// answer of ours is due behind them (take_answer()), and once the lease is over.
    std::size_t from_provider(std::string_view bytes);
    /// An answer that is due to the client now; or empty.
    std::string take_answer();

    enum class End {
        none,
        logged_out,      ///< the client's LOGOUT is answered
        client_broke,    ///< a `* BYE` with the reason is the last answer
        provider_broke,  ///< its bytes are not IMAP
    };
    [[nodiscard]] End end() const { return end_; }
    /// True when nothing is open in either direction, and nothing was switched on for good: the
    /// session is as good as before the lease, but for a selected mailbox.
    [[nodiscard]] bool is_returnable() const;
    /// A SELECT or EXAMINE went to the provider.
    [[nodiscard]] bool may_have_selected() const { return may_have_selected_; }
    /// An untagged BYE was seen: the provider is closing.
    [[nodiscard]] bool provider_said_bye() const { return provider_said_bye_; }
    /// How many bytes of the literal that the provider is sending are still to come.
    [[nodiscard]] std::uint64_t provider_literal_left() const { return provider_literal_; }
    /// True between two lines of the provider, where the client can be told something.
    [[nodiscard]] bool at_provider_line_start() const;

  private:
    enum class ClientPlace { head, line, literal };
    enum class ProviderPlace { head, line, literal };
    enum class ProviderLine { data, status, tagged, continuation };
    enum class Wait { nothing, continuation, our_turn };
    enum class Fate { passed, idle, capability, logout, unavailable };

    struct OpenCommand {
        std::string tag;
        bool had_unasked_literal = false;
    };

    void client_byte(char c, std::string& to_provider);
    void client_head_byte(char c, std::string& to_provider);
    void look_for_outlasting_words(char c);
    void begin_command(std::string& to_provider);
    void end_client_line(std::string& to_provider);
    void end_bare_line(std::string& to_provider);
    void end_of_command();
    void client_breaks(std::string reason);
    [[nodiscard]] bool client_at_line_start() const;
    [[nodiscard]] bool client_waits() const;

    std::size_t provider_line(std::string_view bytes);
    void classify_provider_line();
    void end_provider_line();
    void complete(std::string_view tag, std::string_view status);
    [[nodiscard]] bool answer_is_due() const;
    [[nodiscard]] std::string make_answer();

    std::string capabilities_;
    End end_ = End::none;
    std::vector<OpenCommand> open_;  ///< sent to the provider and not answered yet
    bool may_have_selected_ = false;
    bool tainted_ = false;  ///< the two sides may disagree about where a command ended
    bool altered_ = false;  ///< something was switched on that no command switches off

    // The client's direction.
    ClientPlace client_place_ = ClientPlace::head;
    std::string head_;  ///< tag and command name, while they are incomplete
    std::string tag_;   ///< of the command that the client is sending
    std::string name_;  ///< its name, upper case
    Fate fate_ = Fate::passed;
    std::string word_;  ///< that the line ends with so far, upper case; cut when it is too long
    std::size_t line_bytes_ = 0;
    bool after_cr_ = false;
    bool in_idle_ = false;  ///< IDLE was sent, DONE was not
    std::string idle_tag_;
    LiteralMark client_mark_;
    std::uint64_t client_literal_ = 0;  ///< bytes to come
    Wait wait_ = Wait::nothing;
    std::string broken_;  ///< how the client broke the protocol, to be told

    // The provider's direction.
    ProviderPlace provider_place_ = ProviderPlace::head;
    std::string provider_head_;
    ProviderLine provider_line_kind_ = ProviderLine::data;
    std::string provider_tag_;
    std::string provider_status_;
    LiteralMark provider_mark_;
    std::uint64_t provider_literal_ = 0;
    bool provider_said_bye_ = false;
};

}  // namespace gatepost::imap
