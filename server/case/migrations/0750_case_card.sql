-- What the newest card that was not withdrawn is, to sort and to find by; the cards themselves have a table of their own.
-- 0 none, 1 yellow, 2 red
ALTER TABLE case_case ADD COLUMN card @INT@ NOT NULL DEFAULT 0;
-- Few cases hold one.
CREATE INDEX case_case_card ON case_case (card, id) WHERE card <> 0;
