-- Dispatch rules: which unit or member a case should go to, by category, place and time. One ordered list a centre. Sealed.
CREATE TABLE dispatch_rule (
  -- number of the rule
  id @ID@,
  -- place code of the centre whose list it is in
  centre @TEXT@ NOT NULL,
  -- place in that list, from 1 without gaps; below 0 only while a list is put in another order
  position @INT@ NOT NULL,
  -- sub-item or class of the catalogue; null: any
  category @TEXT@,
  -- cases below this place; null: everywhere in the centre's area
  place @TEXT@,
  -- on which days: DispatchDays
  days @INT@ NOT NULL,
  -- days of the week, bit 0 Monday; 0 unless days is listed
  weekdays @INT@ NOT NULL,
  -- from this minute of the day; null: at any time
  from_minute @INT@,
  -- to this minute; not after from_minute: on the next day
  to_minute @INT@,
  -- department that should handle it
  department @TEXT@,
  -- or the person
  account @INT@,
  -- in force from this day, days since 1970
  active_from @INT@,
  -- in force to this day
  active_to @INT@,
  -- why there is this rule
  note @TEXT@,
  -- who wrote it last
  by_account @INT@,
  -- counts changes of the wording
  version @INT@ NOT NULL,
  -- when it was added, Unix milliseconds
  created_ms @INT@ NOT NULL,
  -- when it was last worded or moved
  changed_ms @INT@ NOT NULL,
  UNIQUE (centre, position)
) @STRICT@;

-- The order of a centre's rules as a whole: who changes it changes this row first, so that one order comes after the other.
CREATE TABLE dispatch_list (
  -- place code of the centre
  centre @TEXT@ NOT NULL PRIMARY KEY,
  -- counts changes of the order
  version @INT@ NOT NULL
) @STRICT@;
