// TLS as a client: one context for the whole process (trusted CAs, versions, and the newest session
// tickets of every host for resumption). Used from every thread; outlives its connections. The
// connection itself is net/stream.h.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace gatepost::net {

class TlsContext {
  public:
    /// @param ca_file PEM; empty: the system's CAs. Fails with `configuration`.
    static Result<std::unique_ptr<TlsContext>> make(const std::string& ca_file);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    struct SslDeleter {
        void operator()(ssl_st* ssl) const;
    };
    using Ssl = std::unique_ptr<ssl_st, SslDeleter>;

    /// A client connection on the descriptor (which stays the caller's): SNI and the name check set
    /// to the host, and the host's newest ticket offered. A resumed connection shows no
    /// certificate; the ticket is offered only while the one it came with is still good for the
    /// host.
    Result<Ssl> connection(int descriptor, const std::string& host);

  private:
    struct Impl;
    explicit TlsContext(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::net
