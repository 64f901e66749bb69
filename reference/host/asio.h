#pragma once
// Boost.Asio as the rest of the folder includes it. For .cpp files of reference/host alone: it
// costs seconds to compile.

#include <utility>  // Boost 1.74 forgets it under C++23

// After <utility>.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
