-- migrate:up
-- The instant at which the clocks of a zone show a time first. A time that a change of the clocks skips is the first minute after it; of one
-- that comes twice it is the first.
create function clock_instant(wall timestamp, zone text) returns timestamptz
  language sql stable strict parallel safe
  return (
    select min(instant)
    from generate_series((wall at time zone zone) - interval '3 hours', wall at time zone zone, interval '1 minute') instant
    where instant at time zone zone >= wall);

-- The next times of a rhythm after an instant, at most so many. Rhythms:
--   {"every": "once", "day": "2026-10-30", "at": "10:00"}
--   {"every": "day", "at": "09:00"}
--   {"every": "week", "weekdays": [1, 4], "at": "09:00"}        1 is Monday
--   {"every": "month", "month_day": 31, "at": "09:00"}          in shorter months the last day
--   {"every": "minutes", "minutes": 30}                         counted from midnight
create function rhythm_times(rhythm jsonb, zone text, after timestamptz, most int) returns setof timestamptz
  language sql stable strict parallel safe as $$
  with given as (
    select rhythm ->> 'every' as every, (rhythm ->> 'at')::time as at, date_trunc('day', after at time zone zone) - interval '1 day' as first_day
  ),
  wall as (
    select (rhythm ->> 'day')::date + at as wall from given where every = 'once'
    union all
    select day + at from given, generate_series(first_day, first_day + make_interval(days => most + 3), interval '1 day') day where every = 'day'
    union all
    select day + at
    from given, generate_series(first_day, first_day + make_interval(weeks => most + 1), interval '1 day') day
    where every = 'week' and rhythm -> 'weekdays' @> to_jsonb(extract(isodow from day)::int)
    union all
    select least(month + make_interval(days => (rhythm ->> 'month_day')::int - 1), month + interval '1 month' - interval '1 day') + at
    from given, generate_series(date_trunc('month', first_day), first_day + make_interval(months => most + 2), interval '1 month') month
    where every = 'month'
    union all
    select wall
    from given, generate_series(first_day, first_day + interval '3 days' + make_interval(mins => most * (rhythm ->> 'minutes')::int),
                                make_interval(mins => (rhythm ->> 'minutes')::int)) wall
    where every = 'minutes'
  ),
  near as (
    select wall from wall where wall > (after at time zone zone) - interval '4 hours' order by wall limit most + 40
  )
  select distinct clock_instant(wall, zone) as instant
  from near
  where clock_instant(wall, zone) > after
  order by instant
  limit most
$$;

-- migrate:down
drop function rhythm_times;
drop function clock_instant;
