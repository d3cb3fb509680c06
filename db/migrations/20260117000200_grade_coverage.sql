-- migrate:up
-- How far the profit of a period can be trusted, by the least known of its costs. Each percent is the share of revenue whose cost of goods,
-- of shipping or of payment is known, by the source, by a dated unit cost or rule, or by a person, and not an estimate.
-- A: at least 95, B: 85, C: 70, D: 50, E: less. Null without revenue.
create function coverage_grade(cogs_percent numeric, shipping_cost_percent numeric, transaction_fees_percent numeric) returns text
  language sql immutable parallel safe
  return case when least(cogs_percent, shipping_cost_percent, transaction_fees_percent) >= 95 then 'A'
              when least(cogs_percent, shipping_cost_percent, transaction_fees_percent) >= 85 then 'B'
              when least(cogs_percent, shipping_cost_percent, transaction_fees_percent) >= 70 then 'C'
              when least(cogs_percent, shipping_cost_percent, transaction_fees_percent) >= 50 then 'D'
              when least(cogs_percent, shipping_cost_percent, transaction_fees_percent) < 50 then 'E' end;

-- migrate:down
drop function coverage_grade;
