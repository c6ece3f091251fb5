-- Cases and their steps. The scope of who asks is part of every query that somebody's screen causes:
--   lo, hi  range that holds the places of the posts (empty when there is none);  posts  ",code,code," when there are several:
--           one of them has to begin the place as well
--   me      account: reported, held and read-along cases;  departments  ",code,code,": what was ever dispatched to them, or what they
--           were called to. They are taken from the posts, so that the planners start from those few and not from the steps
-- Queries over a wide scope walk the cases in order and stop when the page is full (under and the conditions that could tempt the planner
-- into gathering and sorting everything are written so that no index fits); those ending in _near start from the indexes.
--   mine    ",kind:code,d:department," what is in one's own hands by post (kind: FlowHolder; 9: several units, each
--           until its part is done)
--   phase   0 any, 1 disposed, 2 open, 3 archived, 4 late, 5 rated, 6 satisfied, 7 reopened: CasePhase, as the statistics count
--   floor   ids from which on a text is looked for: LIKE reads every row, and there may be millions (0: all)
--   judged  JudgedAs, as evaluate counts its scores: 1 handed in (first by judged_by as member or leader, 0: whoever it was), 2 of them after
--           a dispatch, 3 of these in time, 4 checked next, 5 passed then, 6 never opened again; 7 found by people on the ground or told by
--           residents (where judged_by was a member then), 8 of them found. waiting: ",flow:state," of disposed states that are not final
--   then    a moment that is over: a case whose grid was moved to another one since then counts under that of then (was_under instead of
--           under), so that the list behind a figure of that time stays the list of that time
--   duty    ",code,d:department," when only what the posts cover is wanted, as the statistics count (of several departments the case is
--           the lead's); else empty

-- params case_scope_params: lo text, hi text, me int, departments text, posts text?
-- opener, holder: the columns, or something that no index fits.
-- part case_scope(opener, holder)
((c.place >= :lo AND c.place < :hi [[ AND ({place_in(:posts, c.place)}) ]])
    OR $opener = :me OR $holder = :me
    OR c.id IN (SELECT r.case_id FROM case_reader r WHERE r.account = :me)
    OR c.id IN (SELECT s.case_id FROM case_step s WHERE s.target_department IN
      (SELECT d.department FROM v_who_post d WHERE d.account_id = :me AND d.until_ms IS NULL
       AND {code_in(:departments, d.department)}))
    OR c.id IN (SELECT u.case_id FROM case_unit u WHERE u.department IN
      (SELECT d.department FROM v_who_post d WHERE d.account_id = :me AND d.until_ms IS NULL
       AND {code_in(:departments, d.department)})));
-- part case_scope_near
{case_scope(c.opener, c.holder_account)};
-- part case_scope_wide
{case_scope(coalesce(c.opener, 0), coalesce(c.holder_account, 0))};
-- part case_mine
(c.holder_account = :me OR CAST(:mine AS TEXT) LIKE '%,d:' || c.holder_department || ',%'
    OR (c.holder_kind <> 0 AND CAST(:mine AS TEXT) LIKE '%,' || CAST(c.holder_kind AS TEXT) || ':%'
      AND ({place_in_kinds(:mine, c.place, c.holder_kind)}))
    OR (c.holder_kind = 9 AND EXISTS (SELECT 1 FROM case_unit u WHERE u.case_id = c.id AND u.left_ms IS NULL AND u.done_ms IS NULL
      AND CAST(:mine AS TEXT) LIKE '%,d:' || u.department || ',%')));
-- A step that handed a case in (came into a disposed state from one that is not); done: ,flow:state, of the disposed states.
-- part case_hands_in(done, flow, from_state, to_state)
replace(CAST($done AS TEXT), ',' || $flow || ':' || $to_state || ',', '') <> CAST($done AS TEXT)
AND replace(CAST($done AS TEXT), ',' || $flow || ':' || coalesce($from_state, '') || ',', '') = CAST($done AS TEXT);

-- What the rates of people and grids count: here for the queue, in evaluate.sql for the figures.
-- The check is the next step that left a waiting state.
-- part case_check_after(steps, id, flow, seq)
(SELECT min(x.seq) FROM $steps x WHERE x.case_id = $id AND x.seq > $seq AND x.to_state <> x.from_state
    AND {code_in(:waiting, $flow || ':' || x.from_state)});
-- part case_in_time(dispatched, overran)
$dispatched = 1 AND NOT $overran;
-- part case_passed(flow, to_state)
{code_in(:done, $flow || ':' || $to_state)};
-- part case_kept(reopened)
$reopened = 0;
-- Channels 1, 2: people on the ground found it; 4, 5, 6: residents had to say it.
-- part case_found(channel)
$channel IN (1, 2);
-- part case_seen(channel)
$channel IN (1, 2, 4, 5, 6);
-- Was the post p held on that very grid then?
-- part case_post_then(p, place, at)
$p.place = $place AND $p.since_ms <= $at AND ($p.until_ms IS NULL OR $p.until_ms > $at);

-- part case_judged
CASE WHEN CAST(:judged AS BIGINT) >= 7 THEN
    ({case_found(c.channel)} OR ({case_seen(c.channel)} AND CAST(:judged AS BIGINT) = 7))
    AND (CAST(:judged_by AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM v_who_post p WHERE p.account_id = :judged_by AND p.role = 'member'
      AND {case_post_then(p, c.place, c.created_ms)}))
  ELSE EXISTS (SELECT 1 FROM case_step h JOIN v_case_judged j ON j.id = h.case_id
    LEFT JOIN case_step t ON t.case_id = h.case_id AND t.seq = {case_check_after(case_step, h.case_id, c.flow, h.seq)}
    WHERE h.case_id = c.id AND h.seq = (SELECT min(f.seq) FROM case_step f WHERE f.case_id = c.id
      AND {case_hands_in(:done, c.flow, f.from_state, f.to_state)}
      AND (CAST(:judged_by AS BIGINT) = 0 OR (f.actor = :judged_by AND f.actor_role IN (5, 6))))
    AND CASE CAST(:judged AS BIGINT) WHEN 1 THEN TRUE
      WHEN 2 THEN j.dispatched = 1
      WHEN 3 THEN {case_in_time(j.dispatched, c.overran)}
      WHEN 4 THEN t.to_state IS NOT NULL
      WHEN 5 THEN {case_passed(c.flow, t.to_state)}
      ELSE {case_kept(c.reopened)} END)
  END;

-- Cases whose place became another one at or after that moment.
-- part case_moved_since
SELECT m.subject_id FROM v_mesh_transfer m WHERE m.subject = 3 AND m.to_code IS NOT NULL AND m.at_ms >= :then;
-- part case_was_under
(c.place >= :was_under AND c.place < CAST(:was_under AS TEXT) || ':' AND c.id NOT IN ({case_moved_since}))
    OR c.id IN ({case_moved_since} AND m.from_code >= :was_under AND m.from_code < CAST(:was_under AS TEXT) || ':'
      AND NOT EXISTS (SELECT 1 FROM v_mesh_transfer n WHERE n.subject = 3 AND n.subject_id = m.subject_id AND n.to_code IS NOT NULL
        AND n.at_ms >= :then AND n.at_ms < m.at_ms));

-- params case_filter_params: {case_scope_params}, under text?, channel_lo int, channel_hi int, from int, until int, closed_from int,
--   closed_until int, phase int, now int, duty text, state text?, category text?, late_at int?, department text?, q text?,
--   id_lo int, id_hi int, day_lo int, day_hi int, phone_cases text, mine text?, card int?, part_of int?, kind text, asked text,
--   handed_by int?, done text, open int?, judged int?, judged_by int, waiting text, was_under text?, then int
-- part case_filter
AND c.channel >= :channel_lo AND c.channel <= :channel_hi
  AND c.created_ms >= :from AND c.created_ms < :until
  AND coalesce(c.closed_ms, 0) >= :closed_from AND coalesce(c.closed_ms, 0) < :closed_until
  AND CASE CAST(:phase AS BIGINT) WHEN 0 THEN TRUE WHEN 1 THEN c.disposed WHEN 2 THEN NOT c.final WHEN 3 THEN c.archived
    WHEN 4 THEN c.due_ms < :now WHEN 5 THEN c.satisfaction IS NOT NULL WHEN 6 THEN c.satisfaction IN (1, 2) ELSE c.reopened > 0 END
  AND (CAST(:duty AS TEXT) = '' OR replace(CAST(:duty AS TEXT), ',d:' || c.target_department || ',', '') <> CAST(:duty AS TEXT)
    OR {place_in(:duty, c.place)})
  [[ AND c.state = :state ]] [[ AND (c.category = :category OR c.class = :category) ]] [[ AND c.due_ms < :late_at ]]
  [[ AND (c.target_department = :department OR (CAST(:duty AS TEXT) = '' AND (c.holder_department = :department OR (c.units > 0 AND EXISTS
    (SELECT 1 FROM case_unit u WHERE u.case_id = c.id AND u.department = :department AND u.left_ms IS NULL))))) ]]
  [[ AND (c.search LIKE :q ESCAPE '\' OR (c.id >= :id_lo AND c.id <= :id_hi AND c.created_ms >= :day_lo AND c.created_ms < :day_hi)
        OR CAST(:phone_cases AS TEXT) LIKE '%,' || CAST(c.id AS TEXT) || ',%') ]]
  [[ AND {case_mine} ]]
  [[ AND c.card = :card AND c.card <> 0 ]] [[ AND c.parent = :part_of ]]
  AND (CAST(:kind AS TEXT) = '' OR c.kind = :kind)
  AND (CAST(:asked AS TEXT) = '' OR c.asked LIKE '%,' || CAST(:asked AS TEXT) || ',%')
  [[ AND EXISTS (SELECT 1 FROM case_step h WHERE h.case_id = c.id AND h.actor = :handed_by AND h.actor_role IN (5, 6)
    AND {case_hands_in(:done, c.flow, h.from_state, h.to_state)}) ]]
  [[ AND NOT c.final AND CAST(:open AS BIGINT) = 1 ]]
  [[ AND {case_judged} ]]
  [[ AND ({case_was_under}) ]];

-- row CaseRow: id int, flow text, flow_edition int, catalogue_edition int, category text, class text, text text,
--   place text, building text?, address text?, lon_e7 int, lat_e7 int, channel int, opener int?, state text,
--   entered_ms int, disposed bool, archived bool, final bool, holder_kind int, holder_account int?,
--   holder_department text?, holder_name text?, holder_since_ms int, target_account int?,
--   target_department text?, target_name text?, limit_days int, due_ms int?, overran bool, created_ms int,
--   closed_ms int?, photos int, thumb text?, readers int, has_reporter bool, reopened int, returned int,
--   satisfaction int?, version int, search text, kind text, facts text, parent int?, merged_into int?, units int,
--   asked text, urged int, supervised int, voices int, card int

-- row CaseStepRow: id int, case_id int, seq int, at_ms int, action text, actor int?, actor_name text?,
--   actor_role int, actor_department text?, from_state text?, to_state text, note text?, reason text?,
--   target_account int?, target_department text?, target_name text?, satisfaction int?, photos text?,
--   detail text?, holder_kind int, holder_account int?, holder_department text?, holder_name text?, held_ms int?,
--   previous blob, hash blob, form text?, unit text?, ref int?, days int?

-- row CaseNewId: id int
-- What others may have counted meanwhile without a new version.
-- row CaseMoved: id int, voices int, readers int

-- query case_add(flow text, flow_edition int, catalogue_edition int, category text, class text, text text,
--   place text, building text?, address text?, lon_e7 int, lat_e7 int, channel int, opener int?, state text,
--   entered_ms int, disposed bool, archived bool, final bool, holder_kind int, holder_account int?,
--   holder_department text?, holder_name text?, holder_since_ms int, target_account int?,
--   target_department text?, target_name text?, limit_days int, due_ms int?, overran bool, created_ms int,
--   closed_ms int?, photos int, thumb text?, readers int, has_reporter bool, reopened int, returned int,
--   satisfaction int?, version int, search text, kind text, facts text, parent int?) -> id
INSERT INTO case_case (flow, flow_edition, catalogue_edition, category, class, text, place, building, address, lon_e7, lat_e7, channel,
  opener, state, entered_ms, disposed, archived, final, holder_kind, holder_account, holder_department, holder_name,
  holder_since_ms, target_account, target_department, target_name, limit_days, due_ms, overran, created_ms, closed_ms,
  photos, thumb, readers, has_reporter, reopened, returned, satisfaction, version, search, kind, facts, parent)
VALUES (:flow, :flow_edition, :catalogue_edition, :category, :class, :text, :place, :building, :address, :lon_e7, :lat_e7,
  :channel, :opener, :state, :entered_ms, :disposed, :archived, :final, :holder_kind, :holder_account,
  :holder_department, :holder_name, :holder_since_ms, :target_account, :target_department, :target_name, :limit_days,
  :due_ms, :overran, :created_ms, :closed_ms, :photos, :thumb, :readers, :has_reporter, :reopened, :returned,
  :satisfaction, :version, :search, :kind, :facts, :parent);

-- Optimistic: nothing is changed when the version is no longer the one that was read.
-- query case_move(id int, version int, state text, entered_ms int, disposed bool, archived bool, final bool,
--   holder_kind int, holder_account int?, holder_department text?, holder_name text?, holder_since_ms int,
--   target_account int?, target_department text?, target_name text?, due_ms int?, overran bool, closed_ms int?,
--   photos int, thumb text?, reopened int, returned int, satisfaction int?, facts text, merged_into int?, units int,
--   asked text, urged int, supervised int, voices_more int) -> opt CaseMoved
UPDATE case_case SET version = version + 1, state = :state, entered_ms = :entered_ms, disposed = :disposed, archived = :archived, final = :final, holder_kind =
  :holder_kind, holder_account = :holder_account, holder_department = :holder_department, holder_name = :holder_name,
  holder_since_ms = :holder_since_ms, target_account = :target_account, target_department = :target_department,
  target_name = :target_name, due_ms = :due_ms, overran = :overran, closed_ms = :closed_ms, photos = :photos, thumb =
  :thumb, reopened = :reopened, returned = :returned, satisfaction = :satisfaction, facts = :facts,
  merged_into = :merged_into, units = :units, asked = :asked, urged = :urged, supervised = :supervised, voices = voices + :voices_more
WHERE id = :id AND version = :version
RETURNING id, voices, readers;

-- query case_reader_counted(id int) -> one CaseRow
UPDATE case_case SET readers = readers + 1 WHERE id = :id
RETURNING {CaseRow};

-- query case_by_id(id int) -> opt CaseRow
SELECT {c.CaseRow}
FROM case_case c WHERE c.id = :id;

-- query case_in_scope(id int, {case_scope_params}) -> opt CaseRow
SELECT {c.CaseRow}
FROM case_case c WHERE c.id = :id AND {case_scope_near};

-- query case_all() -> each CaseRow
SELECT {c.CaseRow}
FROM case_case c ORDER BY c.id;

-- What is not finished, in order of the ids, a piece at a time.
-- query case_open_after(after int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c WHERE NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit;

-- What belongs to the same piece, in the same order.
-- query case_open_steps(after int, limit int) -> many CaseStepRow
SELECT {t.CaseStepRow}
FROM case_step t WHERE t.case_id IN (SELECT c.id FROM case_case c WHERE NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit)
ORDER BY t.case_id, t.seq;

-- query case_open_cards(after int, limit int) -> many CaseCardRow
SELECT {k.CaseCardRow}
FROM case_card k WHERE k.case_id IN (SELECT c.id FROM case_case c WHERE NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit)
ORDER BY k.case_id, k.moment_ms, k.kind;

-- query case_open_moments(after int, limit int) -> many CaseMomentRow
SELECT {m.CaseMomentRow}
FROM case_moment m WHERE m.case_id IN (SELECT c.id FROM case_case c WHERE NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit)
ORDER BY m.case_id;

-- row CaseVersion: id int, version int
-- query case_open_versions(after int, limit int) -> many CaseVersion
SELECT c.id, c.version
FROM case_case c WHERE NOT c.final AND c.id > :after ORDER BY c.id LIMIT :limit;

-- The deadline alone: nobody acted, so the version stays. Nothing when somebody did meanwhile.
-- query case_due_set(id int, version int, due_ms int?) -> opt CaseRow
UPDATE case_case SET due_ms = :due_ms WHERE id = :id AND version = :version
RETURNING {CaseRow};

-- Newest first.
-- query case_newest({case_filter_params}, floor int, before int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE {case_scope_wide}
  {case_filter}
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]]
  AND c.id > :floor AND c.id < :before
ORDER BY c.id DESC LIMIT :limit;

-- The same for small scopes.
-- query case_newest_near({case_filter_params}, before int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE {case_scope_near}
  {case_filter}
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]]
  AND c.id < :before
ORDER BY c.id DESC LIMIT :limit;

-- By due time (those without one last), or oldest first, in small scopes.
-- query case_by_key_near({case_filter_params}, by_due bool, key int, after int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE {case_scope_near}
  {case_filter}
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]]
  AND (CASE WHEN CAST(:by_due AS BOOLEAN) THEN coalesce(c.due_ms, 9223372036854775807) ELSE c.id END, c.id) > (CAST(:key AS BIGINT), CAST(:after AS BIGINT))
ORDER BY CASE WHEN CAST(:by_due AS BOOLEAN) THEN coalesce(c.due_ms, 9223372036854775807) ELSE c.id END, c.id LIMIT :limit;

-- Wide: those with a due time, the nearest first.
-- query case_by_due({case_filter_params}, floor int, due int, after int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE {case_scope_wide}
  {case_filter}
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]]
  AND c.id > :floor AND c.due_ms IS NOT NULL AND (c.due_ms, c.id) > (CAST(:due AS BIGINT), CAST(:after AS BIGINT))
ORDER BY c.due_ms, c.id LIMIT :limit;

-- Wide: the oldest first; all, or those without a due time.
-- query case_oldest({case_filter_params}, dated bool, after int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE {case_scope_wide}
  {case_filter}
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]]
  AND c.id > :after AND (CAST(:dated AS BOOLEAN) OR coalesce(c.due_ms, 0) = 0)
ORDER BY c.id LIMIT :limit;

-- row CaseTotal: cases int
-- query case_total({case_filter_params}, floor int) -> one CaseTotal
SELECT count(*) AS cases FROM case_case c
WHERE {case_scope_wide}
  {case_filter}
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]]
  AND c.id > :floor;

-- query case_total_near({case_filter_params}) -> one CaseTotal
SELECT count(*) AS cases FROM case_case c
WHERE {case_scope_near}
  {case_filter}
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]];

-- row CaseMovedOne: case_id int
-- query case_moved_after(then int) -> opt CaseMovedOne
{case_moved_since} LIMIT 1;

-- row CaseReach: id int, created_ms int?
-- The id of the newest case, and when the first one above a floor was reported.
-- query case_reach(floor int) -> one CaseReach
SELECT (SELECT coalesce(max(c.id), 0) FROM case_case c) AS id,
       (SELECT c.created_ms FROM case_case c WHERE c.id > :floor ORDER BY c.id LIMIT 1) AS created_ms;

-- Of a wide scope the open ones, from the index case_case_open alone (c.id > 0, substr and coalesce lead the planner there); case_ended has
-- the others.
-- query case_open_total({case_scope_params}, under text?, state text?, late_at int?, mine text?, card int?) -> one CaseTotal
SELECT count(*) AS cases FROM case_case c
WHERE NOT c.final AND c.id > 0 AND {case_scope_wide}
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]] [[ AND substr(c.state, 1) = :state ]]
  [[ AND c.due_ms < :late_at ]] [[ AND {case_mine} ]] [[ AND coalesce(c.card, 0) = :card ]];

-- row CaseStateCount: state text, cases int, late int, mine int, yellow int, red int
-- query case_state_counts_open({case_scope_params}, under text?, now int, mine text) -> many CaseStateCount
SELECT substr(c.state, 1) AS state, count(*) AS cases, CAST(sum(CASE WHEN c.due_ms < :now THEN 1 ELSE 0 END) AS BIGINT) AS late,
       CAST(sum(CASE WHEN {case_mine}
                THEN 1 ELSE 0 END) AS BIGINT) AS mine,
       CAST(sum(CASE WHEN c.card = 1 THEN 1 ELSE 0 END) AS BIGINT) AS yellow,
       CAST(sum(CASE WHEN c.card = 2 THEN 1 ELSE 0 END) AS BIGINT) AS red
FROM case_case c
WHERE NOT c.final AND c.id > 0 AND {case_scope_wide}
  [[ AND coalesce(c.place, '') >= :under AND coalesce(c.place, '') < CAST(:under AS TEXT) || ':' ]]
GROUP BY substr(c.state, 1);

-- query case_state_counts_near({case_scope_params}, under text?, now int, mine text) -> many CaseStateCount
SELECT c.state, count(*) AS cases, CAST(sum(CASE WHEN c.due_ms < :now THEN 1 ELSE 0 END) AS BIGINT) AS late,
       CAST(sum(CASE WHEN {case_mine}
                THEN 1 ELSE 0 END) AS BIGINT) AS mine,
       CAST(sum(CASE WHEN c.card = 1 THEN 1 ELSE 0 END) AS BIGINT) AS yellow,
       CAST(sum(CASE WHEN c.card = 2 THEN 1 ELSE 0 END) AS BIGINT) AS red
FROM case_case c
WHERE {case_scope_near}
  [[ AND c.place >= :under AND c.place < CAST(:under AS TEXT) || ':' ]]
GROUP BY c.state;

-- row CaseHappening: id int, case_id int, at_ms int, action text, actor_name text?, actor_role int, actor_department text?,
--   to_state text, flow text, flow_edition int, text text, place text, created_ms int
-- What others did to cases in scope, newest first.
-- query case_happenings({case_scope_params}, before int, limit int) -> many CaseHappening
SELECT t.id, t.case_id, t.at_ms, t.action, t.actor_name, t.actor_role, t.actor_department, t.to_state, c.flow,
       c.flow_edition, c.text, c.place, c.created_ms
FROM case_step t JOIN case_case c ON c.id = t.case_id
WHERE t.id < :before AND t.actor IS DISTINCT FROM CAST(:me AS BIGINT)
  AND {case_scope_near}
ORDER BY t.id DESC LIMIT :limit;

-- row CaseDot: id int, created_ms int, category text, catalogue_edition int, state text, flow text, flow_edition int, text text,
--   due_ms int?, lon_e7 int, lat_e7 int
-- Open cases inside a box of the map, newest first.
-- query case_dots({case_scope_params}, west int, east int, south int, north int, limit int) -> many CaseDot
SELECT {c.CaseDot}
FROM case_case c
WHERE NOT c.final AND c.lon_e7 >= :west AND c.lon_e7 <= :east AND c.lat_e7 >= :south AND c.lat_e7 <= :north
  AND {case_scope_near}
ORDER BY c.id DESC LIMIT :limit;

-- row CaseAccountLoad: account int, open_cases int

-- query case_account_loads(accounts text) -> many CaseAccountLoad
SELECT account, open_cases FROM v_case_open_by_account
WHERE CAST(:accounts AS TEXT) LIKE '%,' || CAST(account AS TEXT) || ',%';

-- query case_step_add(case_id int, seq int, at_ms int, action text, actor int?, actor_name text?, actor_role int,
--   actor_department text?, from_state text?, to_state text, note text?, reason text?, target_account int?,
--   target_department text?, target_name text?, satisfaction int?, photos text?, detail text?, holder_kind int,
--   holder_account int?, holder_department text?, holder_name text?, held_ms int?, previous blob,
--   hash blob, form text?, unit text?, ref int?, days int?) -> id
INSERT INTO case_step (case_id, seq, at_ms, action, actor, actor_name, actor_role, actor_department, from_state, to_state, note, reason,
  target_account, target_department, target_name, satisfaction, photos, detail, holder_kind, holder_account,
  holder_department, holder_name, held_ms, previous, hash, form, unit, ref, days)
VALUES (:case_id, :seq, :at_ms, :action, :actor, :actor_name, :actor_role, :actor_department, :from_state, :to_state, :note,
  :reason, :target_account, :target_department, :target_name, :satisfaction, :photos, :detail, :holder_kind,
  :holder_account, :holder_department, :holder_name, :held_ms, :previous, :hash, :form, :unit, :ref, :days);

-- query case_steps(case_id int) -> many CaseStepRow
SELECT {CaseStepRow}
FROM case_step WHERE case_id = :case_id ORDER BY seq;

-- query case_step_at(case_id int, seq int) -> opt CaseStepRow
SELECT {CaseStepRow}
FROM case_step WHERE case_id = :case_id AND seq = :seq;

-- query case_step_all() -> each CaseStepRow
SELECT {CaseStepRow}
FROM case_step ORDER BY case_id, seq;

-- row CasePhotoRow: case_id int, n int, sha256 text, kind int, seq int, width int, height int, type text?
-- row CasePhotoLast: n int

-- query case_photo_add(case_id int, n int, sha256 text, kind int, seq int, width int, height int, type text?) -> one CasePhotoRow
INSERT INTO case_photo (case_id, n, sha256, kind, seq, width, height, type)
VALUES (:case_id, :n, :sha256, :kind, :seq, :width, :height, :type)
RETURNING {CasePhotoRow};

-- query case_photo_last(case_id int) -> one CasePhotoLast
SELECT COALESCE(MAX(n), 0) FROM case_photo WHERE case_id = :case_id;

-- query case_photos(case_id int) -> many CasePhotoRow
SELECT {CasePhotoRow} FROM case_photo WHERE case_id = :case_id ORDER BY n;

-- query case_photo_of(case_id int, sha256 text) -> many CasePhotoRow
SELECT {CasePhotoRow} FROM case_photo WHERE case_id = :case_id AND sha256 = :sha256;

-- query case_photo_all() -> each CasePhotoRow
SELECT {CasePhotoRow} FROM case_photo ORDER BY case_id, n;

-- row CaseReaderRow: case_id int, account int, name text, by_account int, at_ms int

-- query case_reader_add(case_id int, account int, name text, by_account int, at_ms int) -> opt CaseReaderRow
INSERT INTO case_reader (case_id, account, name, by_account, at_ms)
VALUES (:case_id, :account, :name, :by_account, :at_ms)
ON CONFLICT DO NOTHING
RETURNING {CaseReaderRow};

-- query case_readers(case_id int) -> many CaseReaderRow
SELECT {CaseReaderRow} FROM case_reader WHERE case_id = :case_id ORDER BY at_ms, account;

-- query case_reader_all() -> each CaseReaderRow
SELECT {CaseReaderRow} FROM case_reader ORDER BY case_id, account;

-- name and phone: only in rows that were written before they were sealed, until the next start
-- row CaseReporterRow: case_id int, name text?, phone text?, phone_mac blob?, name_sealed blob?, phone_sealed blob?

-- query case_reporter_add(case_id int, phone_mac blob?, name_sealed blob?, phone_sealed blob?) -> one CaseReporterRow
INSERT INTO case_reporter (case_id, phone_mac, name_sealed, phone_sealed) VALUES (:case_id, :phone_mac, :name_sealed, :phone_sealed)
RETURNING {CaseReporterRow};

-- query case_reporter(case_id int) -> opt CaseReporterRow
SELECT {CaseReporterRow} FROM case_reporter WHERE case_id = :case_id;

-- query case_reporters_plain(limit int) -> many CaseReporterRow
SELECT {CaseReporterRow} FROM case_reporter
WHERE name IS NOT NULL OR phone IS NOT NULL ORDER BY case_id LIMIT :limit;

-- query case_reporter_seal(case_id int, phone_mac blob?, name_sealed blob?, phone_sealed blob?) -> one CaseReporterRow
UPDATE case_reporter SET name = NULL, phone = NULL, phone_mac = :phone_mac, name_sealed = :name_sealed, phone_sealed = :phone_sealed
WHERE case_id = :case_id
RETURNING {CaseReporterRow};

-- row CasePhoneCase: case_id int, place text
-- query case_of_phone(phone_mac blob, limit int) -> many CasePhoneCase
SELECT r.case_id, c.place FROM case_reporter r JOIN case_case c ON c.id = r.case_id WHERE r.phone_mac = :phone_mac
ORDER BY r.case_id DESC LIMIT :limit;

-- query case_reporter_all() -> each CaseReporterRow
SELECT {CaseReporterRow} FROM case_reporter ORDER BY case_id;

-- row CaseCardRow: case_id int, kind int, moment_ms int, noticed_ms int, days int, complex bool, withdrawn_ms int?,
--   withdrawn_by int?, withdrawn_why text?

-- Each once: whoever comes second finds it there.
-- query case_card_add(case_id int, kind int, moment_ms int, noticed_ms int, days int, complex bool) -> opt CaseCardRow
INSERT INTO case_card (case_id, kind, moment_ms, noticed_ms, days, complex)
VALUES (:case_id, :kind, :moment_ms, :noticed_ms, :days, :complex)
ON CONFLICT DO NOTHING
RETURNING {CaseCardRow};

-- query case_card_withdraw(case_id int, kind int, moment_ms int, withdrawn_ms int, withdrawn_by int?, withdrawn_why text) -> one CaseCardRow
UPDATE case_card SET withdrawn_ms = :withdrawn_ms, withdrawn_by = :withdrawn_by, withdrawn_why = :withdrawn_why
WHERE case_id = :case_id AND kind = :kind AND moment_ms = :moment_ms
RETURNING {CaseCardRow};

-- query case_cards(case_id int) -> many CaseCardRow
SELECT {CaseCardRow} FROM case_card WHERE case_id = :case_id ORDER BY moment_ms, kind;

-- query case_card_all() -> each CaseCardRow
SELECT {CaseCardRow} FROM case_card ORDER BY case_id, kind, moment_ms;

-- query case_card_set(id int, card int) -> one CaseRow
UPDATE case_case SET card = :card WHERE id = :id
RETURNING {CaseRow};

-- A step that time took: nobody's rights and no state are touched, but readers have to look again.
-- query case_card_move(id int, card int) -> one CaseRow
UPDATE case_case SET card = :card, version = version + 1 WHERE id = :id
RETURNING {CaseRow};

-- row CaseMomentRow: case_id int, next_ms int

-- query case_moment_put(case_id int, next_ms int) -> exec
INSERT INTO case_moment (case_id, next_ms) VALUES (:case_id, :next_ms)
ON CONFLICT (case_id) DO UPDATE SET next_ms = excluded.next_ms;

-- query case_moment_drop(case_id int) -> exec
DELETE FROM case_moment WHERE case_id = :case_id;

-- query case_moments_due(now int, limit int) -> many CaseMomentRow
SELECT {CaseMomentRow} FROM case_moment WHERE next_ms <= :now ORDER BY next_ms, case_id LIMIT :limit;

-- Of several servers one gets it: the others find that it is no longer due.
-- query case_moment_claim(case_id int, now int, later int) -> opt CaseMomentRow
UPDATE case_moment SET next_ms = :later WHERE case_id = :case_id AND next_ms <= :now
RETURNING {CaseMomentRow};

-- query case_ended({case_scope_params}, category text, but int, limit int) -> many CaseRow
SELECT {c.CaseRow}
FROM case_case c
WHERE c.category = :category AND c.archived AND c.id <> :but AND c.target_department IS NOT NULL AND c.closed_ms IS NOT NULL
  AND {case_scope_wide}
ORDER BY c.id DESC LIMIT :limit;

-- row CaseDueLatest: due_ms int?
-- query case_due_latest() -> one CaseDueLatest
SELECT max(due_ms) AS due_ms FROM case_case WHERE NOT final;

-- query case_due_between(after int, until int) -> one CaseTotal
SELECT count(*) AS cases FROM case_case WHERE NOT final AND due_ms > :after AND due_ms <= :until;
