// Times as the command line's verbs know them.
#pragma once

#include "firmware/inquiry/times.hpp"

namespace sealwarden::cli {

using inquiry::duration;
using inquiry::end_moment;
using inquiry::local_time;
using inquiry::moment;
using inquiry::use_time_zone;

}  // namespace sealwarden::cli
