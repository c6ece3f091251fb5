-- What a score of people and grids is made of: how cases went, and who took which step. No words, no reporter.
CREATE VIEW v_case_judged AS
SELECT id, flow, place, channel, target_department, created_ms, overran, reopened,
       CASE WHEN target_account IS NOT NULL OR target_department IS NOT NULL THEN 1 ELSE 0 END AS dispatched
FROM case_case;

CREATE VIEW v_case_step AS
SELECT case_id, seq, actor, actor_role, from_state, to_state FROM case_step;
