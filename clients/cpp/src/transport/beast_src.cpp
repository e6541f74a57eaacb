// The one unit that compiles Asio and Beast; every other unit only sees their declarations.
#include "asio.hpp"

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
