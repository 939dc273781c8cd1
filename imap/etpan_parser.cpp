#include "imap/etpan_parser.h"

#include <libetpan/libetpan.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace gatepost::imap {
namespace {

// libetpan allocates this twice; a response is short, and longer ones are read in several steps.
constexpr std::size_t stream_buffer_size = 1024;

// libetpan ends a parse at the tagged response of the command that it has counted: none yet.
constexpr std::string_view completion = "0 OK done\r\n";

// What libetpan reads from. The callbacks run inside its C frames: they must not throw.
struct Memory {
    std::string bytes;
    std::size_t position = 0;
};

/// Never 0, which libetpan would take for "try again", for ever.
ssize_t read_memory(mailstream_low* low, void* buffer, std::size_t size) noexcept {
    auto* memory = static_cast<Memory*>(low->data);
    const std::size_t count = std::min(size, memory->bytes.size() - memory->position);
    if (count == 0) return -1;
    std::memcpy(buffer, memory->bytes.data() + memory->position, count);
    memory->position += count;
    return static_cast<ssize_t>(count);
}

/// Nothing may go out, above all not the LOGOUT by which mailimap_free() ends.
ssize_t refuse_write(mailstream_low* /*low*/, const void* /*bytes*/,
                     std::size_t /*size*/) noexcept {
    return -1;
}

int close_memory(mailstream_low* /*low*/) noexcept {
    return 0;
}

int no_descriptor(mailstream_low* /*low*/) noexcept {
    return -1;
}

/// The Memory is the parser's.
void free_low(mailstream_low* low) noexcept {
    std::free(low);
}

void ignore_cancel(mailstream_low* /*low*/) noexcept {}

mailstream_low_driver* memory_driver() {
    static mailstream_low_driver driver = [] {
        mailstream_low_driver made{};
        made.mailstream_read = read_memory;
        made.mailstream_write = refuse_write;
        made.mailstream_close = close_memory;
        made.mailstream_get_fd = no_descriptor;
        made.mailstream_free = free_low;
        made.mailstream_cancel = ignore_cancel;
        return made;
    }();
    return &driver;
}

Problem not_understood() {
    return problem(ProblemKind::protocol_violation, "The server's response could not be read");
}

template <class T, class Visit>
void for_each(clist* list, Visit visit) {
    if (list == nullptr) return;
    for (clistiter* cell = clist_begin(list); cell != nullptr; cell = clist_next(cell)) {
        visit(*static_cast<T*>(clist_content(cell)));
    }
}

/// libetpan takes the backslash off, and knows some flags by number.
std::vector<std::string> flags_of(const mailimap_mbx_list_flags* flags) {
    std::vector<std::string> result;
    if (flags == nullptr) return result;
    if (flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG) {
        switch (flags->mbf_sflag) {
            case MAILIMAP_MBX_LIST_SFLAG_MARKED:
                result.emplace_back("\\Marked");
                break;
            case MAILIMAP_MBX_LIST_SFLAG_NOSELECT:
                result.emplace_back("\\Noselect");
                break;
            case MAILIMAP_MBX_LIST_SFLAG_UNMARKED:
                result.emplace_back("\\Unmarked");
                break;
            default:
                break;
        }
    }
    for_each<mailimap_mbx_list_oflag>(flags->mbf_oflags, [&](const mailimap_mbx_list_oflag& flag) {
        if (flag.of_type == MAILIMAP_MBX_LIST_OFLAG_NOINFERIORS) {
            result.emplace_back("\\Noinferiors");
        } else if (flag.of_flag_ext != nullptr) {
            result.push_back(std::string("\\") + flag.of_flag_ext);
        }
    });
    return result;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

}  // namespace

struct EtpanParser::State {
    struct Free {
        void operator()(mailimap* made) const { mailimap_free(made); }
    };

    Memory memory;
    std::unique_ptr<mailimap, Free> imap{mailimap_new(0, nullptr)};

    State() {
        if (!imap) throw std::bad_alloc();
        mailstream_low* low = mailstream_low_new(&memory, memory_driver());
        if (low == nullptr) throw std::bad_alloc();
        mailstream* stream = mailstream_new(low, stream_buffer_size);
        if (stream == nullptr) {
            mailstream_low_free(low);
            throw std::bad_alloc();
        }
        feed("* OK\r\n");
        // From here on the stream is the mailimap's. A greeting of ours cannot fail.
        mailimap_connect(imap.get(), stream);
    }

    void feed(std::string_view bytes) {
        memory.bytes = bytes;
        memory.position = 0;
    }

    /// Afterwards the response's contents hang at the mailimap.
    bool parse(std::string_view admitted) {
        feed(admitted);
        memory.bytes += completion;
        mailimap_response* response = nullptr;
        if (mailimap_read_line(imap.get()) == nullptr) return false;
        if (mailimap_parse_response(imap.get(), &response) != MAILIMAP_NO_ERROR) return false;
        if (response != nullptr) mailimap_response_free(response);
        return true;
    }
};

EtpanParser::EtpanParser() : state_(std::make_unique<State>()) {}

EtpanParser::~EtpanParser() = default;

Result<Capabilities> EtpanParser::capabilities(const std::string& admitted) {
    if (!state_->parse(admitted)) return not_understood();
    Capabilities result;
    const mailimap_connection_info* connection = state_->imap->imap_connection_info;
    if (connection == nullptr || connection->imap_capability == nullptr) return result;
    // Not `mailimap_capability`: a function of that name hides the type.
    using Capability = struct mailimap_capability;
    for_each<Capability>(connection->imap_capability->cap_list, [&](const Capability& capability) {
        const bool auth = capability.cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE;
        const char* name = auth ? capability.cap_data.cap_auth_type : capability.cap_data.cap_name;
        if (name != nullptr) result.push_back(upper((auth ? "AUTH=" : "") + std::string(name)));
    });
    return result;
}

Result<Mailbox> EtpanParser::mailbox(const std::string& admitted) {
    if (!state_->parse(admitted)) return not_understood();
    const mailimap_response_info* info = state_->imap->imap_response_info;
    Result<Mailbox> result = not_understood();
    if (info == nullptr) return result;
    for_each<mailimap_mailbox_list>(
        info->rsp_mailbox_list, [&](const mailimap_mailbox_list& listed) {
            if (listed.mb_name == nullptr) return;
            result = Mailbox{listed.mb_name, listed.mb_delimiter, flags_of(listed.mb_flag)};
        });
    return result;
}

}  // namespace gatepost::imap
