-- Where cases of a category ended, newest first.
CREATE INDEX case_case_precedent ON case_case (category, id) WHERE archived;
