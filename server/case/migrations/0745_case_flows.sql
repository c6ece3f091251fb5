-- Cases of every flow: what the flow knows of a case, who asked for what, and what belongs together. Columns come at the end of their
-- rows, so that older seals keep verifying.
-- what it is: FlowKind's word
ALTER TABLE case_case ADD COLUMN kind @TEXT@ NOT NULL DEFAULT 'event';
-- what the flow knows of it, as JSON {"risk":"high"}; empty: nothing
ALTER TABLE case_case ADD COLUMN facts @TEXT@ NOT NULL DEFAULT '';
-- case that it is a part of
ALTER TABLE case_case ADD COLUMN parent @INT@;
-- case that it goes on as a part of
ALTER TABLE case_case ADD COLUMN merged_into @INT@;
-- number of units that handle it together
ALTER TABLE case_case ADD COLUMN units @INT@ NOT NULL DEFAULT 0;
-- open requests, ",extend,"; derived from the log, kept only to find them
ALTER TABLE case_case ADD COLUMN asked @TEXT@ NOT NULL DEFAULT '';
-- how often it was urged
ALTER TABLE case_case ADD COLUMN urged @INT@ NOT NULL DEFAULT 0;
-- how often it was put under supervision
ALTER TABLE case_case ADD COLUMN supervised @INT@ NOT NULL DEFAULT 0;
-- reports that tell of it, its own and those merged into it
ALTER TABLE case_case ADD COLUMN voices @INT@ NOT NULL DEFAULT 1;
-- Only parts of other cases pay for it.
CREATE INDEX case_case_parent ON case_case (parent) WHERE parent IS NOT NULL;

-- data of the form that came with the step, JSON
ALTER TABLE case_step ADD COLUMN form @TEXT@;
-- department for which it was taken
ALTER TABLE case_step ADD COLUMN unit @TEXT@;
-- another case: the part that was opened, the one merged or the main one
ALTER TABLE case_step ADD COLUMN ref @INT@;
-- working days asked for or granted
ALTER TABLE case_step ADD COLUMN days @INT@;
