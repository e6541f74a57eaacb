// The one unit that compiles Asio; every other unit only sees its declarations.
#include "asio.hpp"

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
