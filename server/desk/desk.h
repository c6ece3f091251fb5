/* The desk of those who work on cases: kept views, macros, reply templates, who else has a case open. */
#pragma once

void desk_init(void);
