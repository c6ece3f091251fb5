-- Machines, what they said, and who telephones.

-- row CaseSourceRow: id int, name text, channel int, place text, category text, again_minutes int, key_hash blob, created_ms int,
--   ended_ms int?

-- query case_source_add(name text, channel int, place text, category text, again_minutes int, key_hash blob, created_ms int) -> one CaseSourceRow
INSERT INTO case_source (name, channel, place, category, again_minutes, key_hash, created_ms)
VALUES (:name, :channel, :place, :category, :again_minutes, :key_hash, :created_ms)
RETURNING {CaseSourceRow};

-- query case_source_at(id int) -> opt CaseSourceRow
SELECT {CaseSourceRow} FROM case_source WHERE id = :id;

-- query case_sources(limit int) -> many CaseSourceRow
SELECT {CaseSourceRow} FROM case_source ORDER BY id LIMIT :limit;

-- query case_source_end(id int, now int) -> opt CaseSourceRow
UPDATE case_source SET ended_ms = :now WHERE id = :id AND ended_ms IS NULL
RETURNING {CaseSourceRow};

-- query case_source_all() -> each CaseSourceRow
SELECT {CaseSourceRow} FROM case_source ORDER BY id;

-- row CaseAlarmRow: id int, source int, alarm_key text, case_id int?, hits int, first_ms int, last_ms int, cleared_ms int?

-- Counts a message. The row stays locked until the transaction ends: of many that are the first at once one opens the case.
-- query case_alarm_hit(source int, alarm_key text, now int) -> one CaseAlarmRow
INSERT INTO case_alarm (source, alarm_key, hits, first_ms, last_ms, present) VALUES (:source, :alarm_key, 1, :now, :now, TRUE)
ON CONFLICT (source, alarm_key) WHERE present DO UPDATE SET hits = case_alarm.hits + 1
RETURNING {CaseAlarmRow};

-- query case_alarm_goes_on(id int, now int) -> exec
UPDATE case_alarm SET last_ms = :now, cleared_ms = NULL WHERE id = :id;

-- query case_alarm_of_case_set(id int, case_id int) -> exec
UPDATE case_alarm SET case_id = :case_id WHERE id = :id;

-- The message just counted belongs to the next one.
-- query case_alarm_past(id int) -> exec
UPDATE case_alarm SET hits = hits - 1, present = FALSE WHERE id = :id;

-- query case_alarm_clear(source int, alarm_key text, now int) -> opt CaseAlarmRow
UPDATE case_alarm SET cleared_ms = COALESCE(cleared_ms, :now) WHERE source = :source AND alarm_key = :alarm_key AND present
RETURNING {CaseAlarmRow};

-- query case_alarm_of(case_id int) -> opt CaseAlarmRow
SELECT {CaseAlarmRow} FROM case_alarm WHERE case_id = :case_id ORDER BY id DESC LIMIT 1;

-- row CaseVoiceLink: case_id int, n int

-- Earlier cases of a telephone: its own and those it joined.
-- query case_of_caller(phone_mac blob, limit int) -> many CaseVoiceLink
SELECT r.case_id, 1 AS n FROM case_reporter r WHERE r.phone_mac = :phone_mac
UNION ALL
SELECT v.case_id, v.n FROM case_voice v WHERE v.phone_mac = :phone_mac
ORDER BY 1 DESC LIMIT :limit;
