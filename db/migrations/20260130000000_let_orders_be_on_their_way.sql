-- migrate:up
-- What changed in the shop since our last look comes in with the next one: nothing to look into.
alter table order_differences
  drop constraint rules_are_known,
  add constraint rules_are_known check (by_rule = (cause in ('on_its_way', 'voided', 'test_order', 'nothing_sold', 'counted_elsewhere')));
comment on column reconciled_figures.by_rule is 'What our definitions make of orders that the shop counts otherwise, such as voided ones, and what comes in with the next look: no difference to look into.';

-- migrate:down
alter table order_differences
  drop constraint rules_are_known,
  add constraint rules_are_known check (by_rule = (cause in ('voided', 'test_order', 'nothing_sold', 'counted_elsewhere')));
comment on column reconciled_figures.by_rule is 'What our definitions make of orders that the shop counts otherwise, such as voided ones: no difference to look into.';
