// libmicrohttpd for Swift: its start function is variadic, and its option enums are closed, so that Swift
// does not import some of their members.
#ifndef BASCULE_CMICROHTTPD_SHIM_H
#define BASCULE_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

/// What the daemon keeps to; a time of 0 would mean no limit.
struct cmhd_limits {
    unsigned int connections;
    unsigned int idle_seconds;
    size_t header_bytes;
};

/// Starts a daemon with a polling thread of its own; NULL when the address cannot be bound (errno says why).
static inline struct MHD_Daemon *cmhd_start(
    const struct sockaddr *address, struct cmhd_limits limits, void *context,
    void *(*begun)(void *context, const char *target, struct MHD_Connection *connection),
    MHD_AccessHandlerCallback received, MHD_RequestCompletedCallback completed) {
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, received, context,
        MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_CONNECTION_LIMIT, limits.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.header_bytes,
        MHD_OPTION_URI_LOG_CALLBACK, begun, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_END);
}

/// The port that the daemon is bound to, 0 when it is not known.
static inline unsigned short cmhd_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

/// Calls `each` with every request header.
static inline void cmhd_headers(struct MHD_Connection *connection, MHD_KeyValueIterator each, void *context) {
    MHD_get_connection_values(connection, MHD_HEADER_KIND, each, context);
}

/// A response with a copy of the bytes; NULL without memory.
static inline struct MHD_Response *cmhd_response(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// How long this connection may be without traffic.
static inline void cmhd_set_idle_limit(struct MHD_Connection *connection, unsigned int seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

#endif
