#ifndef MOONGATE_CCURL_SHIM_H
#define MOONGATE_CCURL_SHIM_H
#include <curl/curl.h>
#endif
