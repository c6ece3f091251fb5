/* One row per module: what starts, in order of the layers. */
#pragma once
#include "case/case.h"
#include "core/audit/audit.h"
#include "core/blob/blob.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "core/who/who.h"
#include "portal/portal.h"
#include "registry/registry.h"
#include "territory/territory.h"

/* Registers hooks, sealed tables, notice hearers, tile sources. */
#define MODULES(M)  M(audit) M(notice) M(setting) M(who) M(blob) M(territory) M(registry) M(case) M(portal)
/* What is kept in memory is read once the database is open. */
#define MODULE_LOADS(M) M(territory_load) M(case_profile_reload)
/* Work that comes round by itself: name, every so many ms, function. */
#define MODULE_JOBS(J) J("blob.sweep", MS_HOUR, blob_sweep) J("who.tidy", MS_DAY, who_tidy)
