-- migrate:up
-- The powers of ten stand in a list, because working one out took 2.5 µs, two thirds of a list of days. Each argument is named once:
-- one that is named twice and not plain would keep the function from becoming part of the statement.
create or replace function major(minor bigint, digits int) returns numeric
  language sql immutable parallel safe
  return minor * (array[1, 0.1, 0.01, 0.001, 0.0001])[digits + 1];

-- migrate:down
create or replace function major(minor bigint, digits int) returns numeric
  language sql immutable parallel safe
  return round(minor * (10::numeric ^ (-digits)), digits);
