-- migrate:up
-- What a person said that one order costs. It comes before what the source, the unit costs and the rules say.
alter table orders
  add column shipping_cost_override_minor bigint,
  add column transaction_fee_override_minor bigint,
  add constraint shipping_cost_override_not_negative check (shipping_cost_override_minor >= 0);
alter table order_lines
  add column unit_cost_override numeric(18, 6),
  add constraint unit_cost_override_not_negative check (unit_cost_override >= 0);
comment on column order_lines.unit_cost_override is 'Cost of one piece in major units of the order''s currency.';

-- migrate:down
alter table order_lines drop column unit_cost_override;
alter table orders drop column shipping_cost_override_minor, drop column transaction_fee_override_minor;
