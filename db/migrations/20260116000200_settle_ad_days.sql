-- migrate:up
-- Days after which a platform changes what it said of a day no more.
create function ad_days_settle(platform text) returns int
  language sql immutable parallel safe
  return case platform
    -- Conversions are attributed up to 28 days after a click; spend is corrected within the same time (Meta Business Help, "About delays in reporting").
    when 'meta' then 28
    -- Conversions count for the day of the click, by default up to 30 days after it; invalid clicks are credited later (Google Ads Help 2375435).
    when 'google' then 30
    -- Click-through windows reach up to 28 days (TikTok Business Help, "About attribution windows").
    when 'tiktok' then 28
    -- Swipe-up windows reach up to 28 days (Snapchat Business Help, "Attribution windows").
    when 'snapchat' then 28
    -- Click windows reach up to 60 days, 30 by default (Pinterest Business Help, "Conversion windows").
    when 'pinterest' then 30
    -- Conversions count for the day of the click, by default up to 30 days after it (Microsoft Advertising Help, "Conversion windows").
    when 'microsoft' then 30
    else 3 end;

-- Whether what a platform says of a day may still change, as of the day on which it was last asked: open while the day runs, then settling,
-- then final.
create function ad_day_state(platform text, day date, as_of date) returns text
  language sql immutable parallel safe
  return case when day >= as_of then 'open' when day >= as_of - ad_days_settle(platform) then 'settling' else 'final' end;

-- migrate:down
drop function ad_day_state;
drop function ad_days_settle;
