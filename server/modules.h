/* One row per module: what starts, in order of the layers. */
#pragma once
#include "case/case.h"
#include "core/audit/audit.h"
#include "core/blob/blob.h"
#include "core/notice/notice.h"
#include "core/setting/setting.h"
#include "core/who/who.h"
#include "desk/desk.h"
#include "dispatch/dispatch.h"
#include "evaluate/evaluate.h"
#include "mesh/mesh.h"
#include "portal/portal.h"
#include "profile/profile.h"
#include "registry/registry.h"
#include "suggest/suggest.h"
#include "territory/territory.h"

/* Registers hooks, sealed tables, notice hearers, tile sources. */
#define MODULES(M)  M(audit) M(notice) M(setting) M(who) M(blob) M(territory) M(registry) M(case) M(desk) M(dispatch) M(suggest) M(portal) M(profile) M(mesh) M(evaluate)
/* Once the database is open: what is kept in memory is read, what an older program stored is brought up to date. */
#define MODULE_LOADS(M) M(territory_editions_adopt) M(territory_load) M(case_profile_reload) M(case_reporters_seal) M(portal_hashes_renew)
/* Work that comes round by itself: name, every so many ms, function. */
#define MODULE_JOBS(J) J("blob.sweep", MS_HOUR, blob_sweep) J("who.tidy", MS_DAY, who_tidy) J("suggest.learn", MS_MINUTE, suggest_learn) J("territory.prepare", 5 * MS_SECOND, territory_prepare) J("case.sweep", 10 * MS_SECOND, case_sweep) \
        J("profile.due", 5 * MS_SECOND, profile_due) J("mesh.due", 5 * MS_SECOND, mesh_due)
